"""A step of a row that is one AWS operation, with names translated both ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.provider import translate
from localcloud.provider.call import Call
from localcloud.provider.wire import Props


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

    def __call__(self, call: Call) -> Props:
        return self._properties(call, self.send(call, call.inputs if self.only is None else self.only))

    def by_id(self, call: Call) -> Props:
        """The same with no properties sent but those that the id and `key` give."""
        return self._properties(call, self.send(call, ()))

    def _properties(self, call: Call, found: Any) -> Props:
        for step in filter(None, self.answer.split(".")):
            found = found.get(step) if isinstance(found, dict) else None
        return call.properties(found or {})

    def send(self, call: Call, properties: Any) -> Any:
        """Call AWS with these properties of the inputs; the untranslated answer."""
        params = self.parameters(call, properties)
        if call.type.tags and "tagsAll" in properties:
            params.update(call.tag_parameters(self.operation, self.service))
        return call.api(self.operation, self.service, **params)

    def parameters(self, call: Call, properties: Any) -> dict[str, Any]:
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
