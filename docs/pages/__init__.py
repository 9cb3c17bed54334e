"""One module per generated page; each `render()` is a pure function of code and data in this repository."""
