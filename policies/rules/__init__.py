"""One rule per file, each a pure function. The catalogue decides which exist; packs decide which run."""
