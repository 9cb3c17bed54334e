"""Who may act, for how long, and with how much."""
