"""The books: where they may live."""
