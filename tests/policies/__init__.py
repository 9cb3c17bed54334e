"""Specifications of the policy packs."""
