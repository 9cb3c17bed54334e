"""A laboratory for the engine: a provider whose objects live in memory, and stacks of small programs."""
