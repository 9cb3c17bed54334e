"""Guardrails, accounts and who administers what."""
