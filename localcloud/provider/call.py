"""What a step of a row works with: the values of one operation, and the door to AWS.

A call acts in the account of the provider instance and in the Region of the resource. It knows no type in
particular; what it needs of the row (id parts, names, the SDK's declaration) it asks the row.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.provider import translate
from localcloud.provider.errors import ProviderError
from localcloud.provider.sessions import Instance
from localcloud.provider.wire import Props

if TYPE_CHECKING:
    from localcloud.provider.model import ResourceType


class Call:
    """One operation on one resource: its values, and the door to AWS in the right account and Region."""

    def __init__(
        self,
        row: "ResourceType",
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
