"""Payment sagas."""
