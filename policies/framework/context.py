"""What a rule may know besides the resource: which stack this is, its settings, and the date.

**Production or test** follows from the stack's name, taken from the URN, because that is the one source that
is there at preview, at update and when a state file is analysed alone. A name whose first word (up to the
first hyphen) is listed under `testStacks` in `policies/settings.yaml` is a test stack; every other name is
production. A stack tag `environment: production` makes any stack production; no tag and no configuration
makes a production stack a test stack.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.framework.settings import Settings, test_stack_words


@dataclass(frozen=True)
class Context:
    """The circumstances of one evaluation."""

    stack: str
    production: bool
    settings: Settings
    today: datetime.date


def stack_of(urn: str) -> str:
    """The stack's name inside a URN, "" when the text is not a URN."""
    parts = urn.split("::")[0].split(":")
    return parts[2] if len(parts) == 3 and parts[:2] == ["urn", "pulumi"] else ""


def is_production(stack: str, stack_tags: Mapping[str, str]) -> bool:
    """Whether the stack is held to production's rules."""
    if stack_tags.get("environment", "").startswith("prod"):
        return True
    return stack.split("-")[0].lower() not in test_stack_words()


def context_for(
    stack: str,
    config: Mapping[str, Any] | None = None,
    stack_tags: Mapping[str, str] | None = None,
    today: datetime.date | None = None,
) -> Context:
    """The context of a stack under one policy's configuration. `today` defaults to the UTC date."""
    production = is_production(stack, stack_tags or {})
    date = today or datetime.datetime.now(datetime.UTC).date()
    return Context(stack, production, Settings.of(config, production), date)
