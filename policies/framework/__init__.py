"""What every rule stands on: results, resource views, policy documents, settings, and the pack adapter.

Nothing here knows a particular rule; nothing under `rules/` knows the Pulumi policy SDK.
"""
