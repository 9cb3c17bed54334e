"""What one row of the resource table says, and the call that its steps receive.

A row (`ResourceType`) describes one Pulumi type: how it is created, read, changed and deleted, what its id
is made of, which properties force a replacement, and how its values are compared. `lifecycle.py` gives the
rows their behaviour; a step is an `Op` (one AWS operation, names translated) or a plain function of a `Call`.
The guide for writing rows is the docstring of `localcloud.provider.types`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.provider import translate
from localcloud.provider.errors import ProviderError
from localcloud.provider.sdk import Declaration, declaration
from localcloud.provider.sessions import Instance
from localcloud.provider.wire import Props

Step = Callable[["Call"], Any]


@dataclass(frozen=True)
class Op:
    """One AWS operation as a step.

    Sends every property that has a parameter of its name, fills required parameters from the parts of the
    id, and returns the answer as Pulumi properties.
    """

    operation: str
    """botocore method name, e.g. `create_role`."""
    answer: str = ""
    """Dotted path to the object inside the answer, e.g. `Role`; empty = the answer itself."""
    key: Mapping[str, str] = field(default_factory=dict)
    """AWS parameter to its source: `id`, a property name, or `=literal`."""
    only: tuple[str, ...] | None = None
    """Properties to send; None = all that match. A row's read and delete send none (see `by_id`)."""
    service: str | None = None
    """botocore service, when it is not the row's."""

    def __call__(self, call: "Call") -> Props:
        return self._properties(call, self.send(call, call.inputs if self.only is None else self.only))

    def by_id(self, call: "Call") -> Props:
        """The same with no properties sent but those that the id and `key` give."""
        return self._properties(call, self.send(call, ()))

    def _properties(self, call: "Call", found: Any) -> Props:
        for step in filter(None, self.answer.split(".")):
            found = found.get(step) if isinstance(found, dict) else None
        return call.properties(found or {})

    def send(self, call: "Call", properties: Any) -> Any:
        """Call AWS with these properties of the inputs; the untranslated answer."""
        params = self.parameters(call, properties)
        if call.type.tags and "tagsAll" in properties:
            params.update(call.tag_parameters(self.operation, self.service))
        return call.api(self.operation, self.service, **params)

    def parameters(self, call: "Call", properties: Any) -> dict[str, Any]:
        """AWS parameters from these properties of the inputs, the id and `key`; without tags."""
        members = call.parameters(self.operation, self.service)
        params: dict[str, Any] = {}
        for name in properties:
            if name not in call.inputs or name in ("tags", "tagsAll", "region"):
                continue
            member = translate.member_of(members, name, call.type.names)
            if member is not None:
                params[member] = translate.to_api(call.inputs[name], members[member], call.type.names)
        for member in members:
            if member not in params and member not in self.key:
                name = call.part_named(member)
                if name:
                    params[member] = call.value(name)
        for member, source in self.key.items():
            params[member] = source[1:] if source.startswith("=") else call.value(source)
        return params


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


class Call:
    """One operation on one resource: its values, and the door to AWS in the right account and Region."""

    def __init__(
        self,
        row: ResourceType,
        instance: Instance,
        urn: str,
        *,
        inputs: Props,
        physical_id: str = "",
        old: Props | None = None,
        state: Props | None = None,
    ) -> None:
        self.type = row
        self.instance = instance
        self.urn = urn
        self.id = physical_id
        self.inputs = inputs
        self.old = old or {}
        self.state = state or {}
        self.live: Props = {}

    @property
    def region(self) -> str:
        """Region of the resource: its own `region`, else the provider's."""
        for values in (self.inputs, self.state):
            if isinstance(values.get("region"), str):
                return str(values["region"])
        return self.instance.region

    @property
    def account(self) -> str:
        """Id of the account the provider works in."""
        return self.instance.account

    @property
    def name(self) -> str:
        """Logical name of the resource."""
        return self.urn.rsplit("::", 1)[-1]

    def value(self, source: str) -> Any:
        """`id`, a part of the id, an input, or an output as last recorded or read."""
        if source == "id":
            return self.id
        if self.id and source in self.type.id_parts:
            return self.parts()[source]
        for values in (self.inputs, self.state, self.live):
            if values.get(source) is not None:
                return values[source]
        return None

    def parts(self) -> dict[str, str]:
        """Properties that the id consists of."""
        names = self.type.id_parts
        found = self.id.split(self.type.separator, len(names) - 1)
        if len(found) != len(names):
            form = self.type.separator.join(names)
            raise ProviderError(f"the id {self.id!r} is not of the form {form!r}")
        return dict(zip(names, found, strict=True))

    def part_named(self, member: str) -> str | None:
        """The part of the id that has an AWS parameter's name."""
        for part in self.type.id_parts:
            if translate.member_of({member: True}, part, self.type.names):
                return part
        return None

    def client(self, service: str | None = None, region: str | None = None) -> Any:
        """boto3 client inside the provider's account."""
        return self.instance.client(service or self.type.service, region or self.region)

    def api(self, operation: str, service: str | None = None, /, **params: Any) -> Any:
        """Call AWS. Parameters that are None are left out; transient errors are tried again."""
        return self.instance.call(self.client(service), operation, params)

    def pages(self, operation: str, key: str, service: str | None = None, /, **params: Any) -> list[Any]:
        """All items under `key` of a paginated operation."""
        client = self.client(service)
        given = {name: value for name, value in params.items() if value is not None}
        if not client.can_paginate(operation):
            return list(self.api(operation, service, **given).get(key) or [])
        return [
            item for page in client.get_paginator(operation).paginate(**given) for item in page.get(key) or []
        ]

    def refuse_failed(self, entries: list[Mapping[str, Any]] | None) -> None:
        """Raise for the first failed entry of a batch operation, which AWS reports inside a success."""
        for entry in entries or []:
            raise ProviderError(f"{entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")

    def parameters(self, operation: str, service: str | None = None) -> Mapping[str, Any]:
        """Parameters of an operation and their botocore shapes."""
        return self.instance.input_shape(service or self.type.service, operation)

    def parameter(self, operation: str, member: str, value: Any, service: str | None = None) -> Any:
        """A Pulumi value in the form of one parameter of an operation."""
        return translate.to_api(value, self.parameters(operation, service)[member], self.type.names)

    def properties(self, answer: Mapping[str, Any]) -> Props:
        """An AWS answer as Pulumi properties of this type (tags included)."""
        found = translate.from_api(answer, self.type.sdk.outputs, self.type.names)
        found.pop("tagsAll", None)
        tags = next((answer[member] for member in answer if member.casefold() in ("tags", "tagset")), None)
        if tags is not None:
            found["tags"] = translate.tags_from_api(tags)
        return found

    def changed(self, *names: str) -> bool:
        """Whether one of these inputs differs from before."""
        return any(self.inputs.get(name) != self.old.get(name) for name in names)

    def document(self, name: str) -> Any:
        """The parsed JSON of a document property, None when absent."""
        text = self.inputs.get(name)
        return json.loads(text) if text else None

    @property
    def recorded(self) -> Props:
        """What is known of the object: the last outputs, overlaid by the inputs."""
        return {**self.state, **self.inputs}

    @property
    def tags(self) -> dict[str, str]:
        """All tags the object shall carry: the provider's default tags and its own."""
        return dict(self.inputs.get("tagsAll") or {})

    def tag_parameters(self, operation: str, service: str | None = None) -> dict[str, Any]:
        """The tags parameter of a creating operation, {} when it has none or there are no tags."""
        members = self.parameters(operation, service)
        member = next((name for name in members if name.casefold() in ("tags", "taglist", "tagslist")), None)
        return {member: translate.tags_to_api(self.tags, members[member])} if member and self.tags else {}


@dataclass(frozen=True)
class Function:
    """One invoke: its token and what answers it (from the arguments and the provider instance)."""

    token: str
    run: Callable[["Invocation"], Props]


class Invocation:
    """One invoke: arguments and the door to AWS."""

    def __init__(self, instance: Instance, args: Props) -> None:
        self.instance = instance
        self.args = args

    @property
    def region(self) -> str:
        """The `region` argument, else the provider's Region."""
        return str(self.args.get("region") or self.instance.region)

    def client(self, service: str) -> Any:
        """boto3 client inside the provider's account."""
        return self.instance.client(service, self.region)

    def api(self, service: str, operation: str, /, **params: Any) -> Any:
        """Call AWS; parameters that are None are left out."""
        return self.instance.call(self.client(service), operation, params)
