"""IAM policy documents: SCPs, RCPs, key, bucket, role and identity policies, in one normal form.

The grammar lets nearly everything be one value or a list of them, and principals be "*" or a map; rules see
tuples only. Not owned: evaluation of a request. A document that is not a policy is reported as such.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from policies.framework.values import objects, texts

ANYONE = ("*", "arn:aws:iam::*:root")


class NotAPolicy(Exception):  # noqa: N818 - reads as the finding it becomes
    """The text is not a JSON policy document."""


@dataclass(frozen=True)
class Condition:
    """One line of a Condition block."""

    operator: str
    """Lower case, as `stringequalsifexists`."""
    key: str
    """Lower case, as `aws:sourceorgid`: condition keys are compared without case."""
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """One statement; every element is a tuple, empty when absent."""

    sid: str
    effect: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    """Pairs of kind (AWS, Service, Federated, CanonicalUser, * for the bare star) and value."""
    not_principals: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = field(default=())

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"

    @property
    def denies(self) -> bool:
        return self.effect == "Deny"

    @cached_property
    def label(self) -> str:
        """How a message names the statement."""
        return self.sid or f"{self.effect} {', '.join(self.actions or self.not_actions)}"[:60]

    def covers_action(self, action: str) -> bool:
        """Whether the statement's actions include this one (case-insensitive, wildcards expanded)."""
        if self.not_actions:
            return not any(action_matches(pattern, action) for pattern in self.not_actions)
        return any(action_matches(pattern, action) for pattern in self.actions)

    def principals_of(self, kind: str) -> tuple[str, ...]:
        return tuple(value for own, value in self.principals if own == kind)

    @property
    def is_public(self) -> bool:
        """Whether the principal element alone lets anyone in."""
        return any(value in ANYONE for kind, value in self.principals if kind in ("AWS", "*"))

    def condition_values(self, key: str) -> tuple[str, ...]:
        """The values every operator compares the key with."""
        return tuple(v for c in self.conditions if c.key == key.lower() for v in c.values)

    def has_condition(self, *keys: str) -> bool:
        wanted = {key.lower() for key in keys}
        return any(condition.key in wanted for condition in self.conditions)


def action_matches(pattern: str, action: str) -> bool:
    """Whether an action pattern includes an action; both may be in any case."""
    return fnmatch.fnmatchcase(action.lower(), pattern.lower().replace("[", "[[]"))


def statements(document: object) -> tuple[Statement, ...]:
    """The statements of a policy document given as JSON text or an object. Raises NotAPolicy."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError) as error:
            raise NotAPolicy("not JSON") from error
    if not isinstance(document, Mapping):
        raise NotAPolicy("not a JSON object")
    raw = objects(document.get("Statement"))
    if not raw:
        raise NotAPolicy("no Statement")
    return tuple(_statement(one) for one in raw)


def _statement(raw: Mapping[str, Any]) -> Statement:
    return Statement(
        sid=str(raw.get("Sid") or ""),
        effect=str(raw.get("Effect") or ""),
        actions=texts(raw.get("Action")),
        not_actions=texts(raw.get("NotAction")),
        resources=texts(raw.get("Resource")),
        not_resources=texts(raw.get("NotResource")),
        principals=tuple(_principals(raw.get("Principal"))),
        not_principals=tuple(_principals(raw.get("NotPrincipal"))),
        conditions=tuple(_conditions(raw.get("Condition"))),
    )


def _principals(raw: object) -> Iterator[tuple[str, str]]:
    if isinstance(raw, str):
        yield ("*", raw)
    elif isinstance(raw, Mapping):
        for kind, values in raw.items():
            for value in texts(values):
                yield (str(kind), value)


def _conditions(raw: object) -> Iterator[Condition]:
    if not isinstance(raw, Mapping):
        return
    for operator, block in raw.items():
        if not isinstance(block, Mapping):
            continue
        for key, values in block.items():
            listed = values if isinstance(values, list) else [values]
            spelled = tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in listed)
            yield Condition(str(operator).lower(), str(key).lower(), spelled)
