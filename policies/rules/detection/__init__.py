"""The services that watch, in every governed Region."""
