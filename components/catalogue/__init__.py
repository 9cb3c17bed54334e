"""The organization as reviewed data: accounts, units, identity, guardrails, limits, and what reads them."""
