"""A small estate in which every policy holds, as a value that tests bend one property at a time.

`World` is a bag of resources by name. Each `change`, `without`, `unknown` or `adding` returns a new one, so a case
reads as "the good estate, except …". References between resources are declared as `refs`: property → name of the
resource it comes from, which gives both the known value and the property dependency a first preview has instead.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from policies.framework.graph import Stack
from policies.framework.resources import Provider, Resource
from policies.framework.values import UNKNOWN

PROVIDERS = "pulumi:providers:aws"


@dataclass(frozen=True)
class Item:
    """One resource of a world."""

    type: str
    name: str
    props: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    provider: str = "management"
    protect: bool = False


@dataclass(frozen=True)
class World:
    """Resources by name, in one stack."""

    items: Mapping[str, Item]
    stack_name: str = "prod-primary"

    def adding(self, *items: Item) -> World:
        return replace(self, items={**self.items, **{item.name: item for item in items}})

    def without(self, *names: str) -> World:
        missing = set(names) - set(self.items)
        assert not missing, f"the estate has no {missing}"
        return replace(self, items={name: item for name, item in self.items.items() if name not in names})

    def change(self, name: str, /, **props: Any) -> World:
        """Replace top-level properties; None removes one."""
        item = self.items[name]
        changed = {key: value for key, value in {**item.props, **props}.items() if value is not None}
        refs = {key: value for key, value in item.refs.items() if key not in props}
        return self.adding(replace(item, props=changed, refs=refs))

    def option(self, name: str, **options: Any) -> World:
        """Replace protect, provider or refs."""
        return self.adding(replace(self.items[name], **options))

    def unknown(self, name: str, *props: str) -> World:
        """Make properties unknown without a dependency that would tell where they come from."""
        return self.change(name, **dict.fromkeys(props, UNKNOWN))

    def named(self, stack_name: str) -> World:
        return replace(self, stack_name=stack_name)

    def urn(self, name: str) -> str:
        return f"urn:pulumi:{self.stack_name}::payments::{self.items[name].type}::{name}"

    def stack(self) -> Stack:
        """The world after the update: every reference has its value."""
        return Stack(self._resource(item, first_preview=False) for item in self.items.values())

    def first_preview(self) -> Stack:
        """The world before anything exists: ids, ARNs and all that refers to them are unknown."""
        return Stack(self._resource(item, first_preview=True) for item in self.items.values())

    def resource(self, name: str) -> Resource:
        return self._resource(self.items[name], first_preview=False)

    def _resource(self, item: Item, first_preview: bool) -> Resource:
        props = copy.deepcopy(dict(item.props)) if not _holds_unknown(item.props) else dict(item.props)
        for prop, source in item.refs.items():
            props[prop] = UNKNOWN if first_preview else self._value_from(source, prop)
        if first_preview:
            props |= {key: UNKNOWN for key in ("id", "arn") if key in props}
        return Resource(
            urn=self.urn(item.name),
            type=item.type,
            name=item.name,
            props=props,
            protect=item.protect,
            provider=self._provider(item, first_preview),
            property_dependencies={prop: (self.urn(source),) for prop, source in item.refs.items()},
        )

    def _value_from(self, source: str, prop: str) -> Any:
        held = self.items[source].props
        if prop == "allowedAccountIds":
            return f'["{held["id"]}"]'
        wants_arn = prop.lower().endswith("arn") or prop == "kmsKeyId"
        return held.get("arn" if wants_arn else "id")

    def _provider(self, item: Item, first_preview: bool) -> Provider | None:
        if item.type == PROVIDERS or not item.provider:
            return None
        if item.provider not in self.items:
            return Provider(
                f"urn:pulumi:{self.stack_name}::payments::{PROVIDERS}::{item.provider}", item.provider, {}
            )
        holder = self._resource(self.items[item.provider], first_preview)
        return Provider(holder.urn, holder.name, holder.props)


def _holds_unknown(props: Mapping[str, Any]) -> bool:
    return any(value is UNKNOWN for value in props.values())
