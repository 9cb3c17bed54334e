"""`make bench`: ratios of things measured side by side in one run. Not tests: nothing here can fail."""
