"""Tags, protection, providers, exemptions."""
