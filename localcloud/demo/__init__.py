"""`make demo`: both stacks brought up on the emulated AWS, previewed, policed, drift-checked, and shown."""
