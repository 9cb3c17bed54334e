"""The organization: accounts, access into them, guardrails, identity, baseline."""
