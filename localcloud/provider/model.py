"""What one row of the resource table says, and the call that its steps receive.

A row (`ResourceType`) describes one Pulumi type: how it is created, read, changed and deleted, what its id
is made of, which properties force a replacement, and how its values are compared. `lifecycle.py` gives the
rows their behaviour; a step is an `Op` (one AWS operation, names translated) or a plain function of a `Call`.
The guide for writing rows is the docstring of `localcloud.provider.types`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.provider.call import Call, Invocation
from localcloud.provider.op import Op
from localcloud.provider.sdk import Declaration, declaration
from localcloud.provider.wire import Props

__all__ = ["AutoName", "Call", "Change", "Function", "Invocation", "Op", "ResourceType", "Step", "TagApi"]

Step = Callable[[Call], Any]


@dataclass(frozen=True)
class Change:
    """How a group of properties of an existing object is brought to its new values."""

    properties: tuple[str, ...]
    apply: Step
    on_create: bool = False
    """Also run right after creation when one of the properties is given (sub-resources, setters)."""
    at_default: bool = False
    """With `on_create`: run it also when all of them have their default."""


@dataclass(frozen=True)
class TagApi:
    """The tagging operations of a service."""

    add: str
    remove: str
    list: str | None = None
    """None: the row's read returns `tags` itself."""
    key: Mapping[str, str] = field(default_factory=dict)
    """AWS parameter that names the tagged object, to its source (as in `Op.key`)."""
    service: str | None = None


@dataclass(frozen=True)
class AutoName:
    """A name given by the provider when the program gives none: logical name plus seven hex digits."""

    property: str = "name"
    prefix: str | None = "namePrefix"
    limit: int = 64
    lower: bool = False
    stem: str = ""
    """What every such name begins with, e.g. `alias/`."""


@dataclass(frozen=True)
class ResourceType:
    """One row of the table. Property names are Pulumi's (camelCase)."""

    token: str
    service: str
    create: Step
    """Makes the object. Returns its id, or its properties (then `id_parts` say the id)."""
    read: Step
    """Properties of the live object (also those it shares with the inputs), or None when it is gone."""
    delete: Step | None
    """None: nothing to call (the object stays or has no existence of its own)."""
    changes: tuple[Change, ...] = ()
    id_parts: tuple[str, ...] = ()
    """Properties the id consists of, joined by `separator`: one (`("name",)`, `("arn",)`) or more. They are
    known from the id alone, and fill the AWS parameters of the same name."""
    separator: str = "/"
    names: Mapping[str, str] = field(default_factory=dict)
    """Property to AWS name, where they differ by more than case and plural `s`; any nesting level."""
    replace: frozenset[str] = frozenset()
    """Properties whose change replaces the object (`region` always does)."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Written into the inputs by Check when absent; dotted for nested ones (`rules.enabled`)."""
    absent: Mapping[str, Any] = field(default_factory=dict)
    """What AWS returns for a property not given, where that is not empty, false or zero."""
    kept: frozenset[str] = frozenset()
    """Properties that AWS fills in when they are not given (Terraform: optional and computed); dotted
    for nested ones (`rules.id`)."""
    local: frozenset[str] = frozenset()
    """Properties AWS does not return: they live in the state alone."""
    documents: frozenset[str] = frozenset()
    """Properties that hold a JSON document; compared by meaning. Dotted for nested ones."""
    unordered: frozenset[str] = frozenset()
    """Lists whose order means nothing; dotted for nested ones (`rules.actions`)."""
    outside: frozenset[str] = frozenset()
    """Outputs that other resources change (a list of member accounts, a policy with a resource of its own):
    a refresh keeps what was recorded, unless the inputs give the property."""
    volatile: frozenset[str] = frozenset()
    """Outputs that any update may change."""
    sensitive: frozenset[str] = frozenset()
    """Outputs that are always secret."""
    gone: tuple[str, ...] = ()
    """Further AWS codes (`Code` or `Code: part of message`) that mean "does not exist"."""
    auto_name: AutoName | None = None
    tags: TagApi | None = None
    not_emulated: frozenset[str] = frozenset()
    """Inputs that the row does not carry out: Check refuses them by name."""
    checked_by: tuple[str, ...] = ()
    """Operations whose model validates the inputs, besides the `Op`s of the row."""
    check: Callable[[Props], list[tuple[str, str]]] | None = None
    """Further validation: [(property, reason)]. Values may be UNKNOWN."""
    delete_before_replace: bool = False

    @property
    def sdk(self) -> Declaration:
        """What the SDK declares for the token."""
        return declaration(self.token)


@dataclass(frozen=True)
class Function:
    """One invoke: its token and what answers it (from the arguments and the provider instance)."""

    token: str
    run: Callable[[Invocation], Props]
