"""Customer-managed keys: rotation, deletion, custodians."""
