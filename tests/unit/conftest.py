"""Components make outputs, which need an event loop; a test elsewhere may have closed the thread's own."""

from __future__ import annotations

import asyncio

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Runs before the fixtures of each test below this folder."""
    try:
        closed = asyncio.get_event_loop_policy().get_event_loop().is_closed()
    except RuntimeError:
        closed = True
    if closed:
        asyncio.set_event_loop(asyncio.new_event_loop())
