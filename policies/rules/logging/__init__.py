"""What must be recorded, where it must go and that nobody can take it back."""
