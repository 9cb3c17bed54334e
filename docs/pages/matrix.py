"""control-matrix.md: requirement x policy, from the policy catalogue."""

from __future__ import annotations

from policies.matrix import render_markdown


def render() -> str:
    """The page."""
    return render_markdown()
