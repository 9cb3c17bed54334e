"""Drift: where the cloud no longer holds what the state recorded, found without changing either."""
