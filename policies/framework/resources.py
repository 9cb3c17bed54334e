"""One resource as a rule sees it: identity, properties, options, provider and relations.

Properties are the inputs when a resource policy runs and the outputs when a stack policy runs; both use the
provider's camelCase names, so a rule reads them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from policies.framework.results import Fail, NotApplicable, Pass, Result, Undecided
from policies.framework.values import UNKNOWN, UnknownValue, from_json, holds_unknown, read, shown, texts

PROVIDER_TYPE = "pulumi:providers:aws"


@dataclass(frozen=True)
class Provider:
    """The provider a resource is created through; its settings may be JSON text inside strings."""

    urn: str
    name: str
    props: Mapping[str, Any]

    @property
    def is_default(self) -> bool:
        """Whether the engine made it up because the program named none."""
        return self.name == "default" or self.name.startswith("default_")

    @cached_property
    def account_ids(self) -> tuple[str, ...]:
        """The accounts the provider may act in; empty when not set. Raises UnknownValue."""
        ids = from_json(self.props.get("allowedAccountIds"))
        if holds_unknown(ids):
            raise UnknownValue("allowedAccountIds")
        return texts(ids)

    @cached_property
    def region(self) -> str | None:
        """The provider's Region, None when not set. Raises UnknownValue."""
        region = read(self.props, "region")
        return region if isinstance(region, str) and region else None

    @cached_property
    def default_tags(self) -> Mapping[str, Any]:
        """The tags every taggable resource of this provider receives. Raises UnknownValue."""
        tags = read(from_json(self.props.get("defaultTags")), "tags")
        return tags if isinstance(tags, Mapping) else {}


@dataclass(frozen=True)
class Resource:
    """One resource of the stack."""

    urn: str
    type: str
    name: str
    props: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    provider: Provider | None = None
    opaque: bool = False
    """Nothing at all is known of it yet: its provider waits for an account that the same update makes."""
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, path: str) -> Any:
        """The property at a dotted path, None when absent. Raises UnknownValue."""
        value = read(self.props, path)
        if value is None and self.opaque and self.provider is not None and holds_unknown(self.provider.props):
            raise UnknownValue(path)
        return value

    def known(self, path: str) -> Any:
        """The property at a dotted path, UNKNOWN instead of raising."""
        try:
            return self.get(path)
        except UnknownValue:
            return UNKNOWN

    def text(self, path: str) -> str:
        """The property as text, "" when absent or not text. Raises UnknownValue."""
        value = self.get(path)
        return value if isinstance(value, str) else ""

    @cached_property
    def region(self) -> str | None:
        """The Region the resource lives in: its own `region`, else its provider's. Raises UnknownValue."""
        own = self.get("region")
        if isinstance(own, str) and own:
            return own
        return self.provider.region if self.provider else None

    def tag(self, key: str) -> str | None:
        """A tag of the resource: its own, else its provider's default. Raises UnknownValue."""
        for path in ("tags", "tagsAll"):
            tags = self.known(path)
            if isinstance(tags, Mapping) and key in tags:
                if tags[key] is UNKNOWN:
                    raise UnknownValue(f"{path}.{key}")
                return str(tags[key])
        default = self.provider.default_tags.get(key) if self.provider else None
        if default is UNKNOWN:
            raise UnknownValue(f"defaultTags.{key}")
        return None if default is None else str(default)

    def passes(self) -> Pass:
        """The resource holds what the rule demands."""
        return Pass(self.name)

    def fails(self, prop: str, found: object, expected: str) -> Fail:
        """The resource does not hold what the rule demands."""
        return Fail(self.name, prop, shown(found), expected, self.urn)

    def undecided(self, prop: str) -> Undecided:
        """The answer hangs on a property that is not known yet."""
        return Undecided(self.name, prop, self.urn)

    def check(self, path: str, accept: Callable[[Any], bool], expected: str) -> Result:
        """One property against one predicate; an unknown property is undecided, never a pass."""
        try:
            value = self.get(path)
        except UnknownValue:
            return self.undecided(path)
        if holds_unknown(value):
            return self.undecided(path)
        return self.passes() if accept(value) else self.fails(path, value, expected)

    def check_set(self, path: str, expected: str) -> Result:
        """A property that must be set, whatever to. One that is not known yet is set: another resource gives it."""
        value = self.known(path)
        is_set = value is UNKNOWN or (isinstance(value, str | Mapping | list) and len(value) > 0)
        return self.passes() if is_set else self.fails(path, value, expected)


def guarded(resource: Resource, results: Iterator[Result]) -> Iterator[Result]:
    """The results of a rule on one resource, ended by Undecided when the rule meets an unknown."""
    try:
        yield from results
    except UnknownValue as unknown:
        yield resource.undecided(unknown.path)


def nothing_of(kind: str) -> NotApplicable:
    """The rule found no resource of its kind."""
    return NotApplicable(f"the stack has no {kind}")
