"""The provider `pulumi`: stack references, stashes and lookups of resources of the running program.

Stack references are read from the same backend, decrypted with the other stack's own secrets manager.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from localcloud.engine import diffs, urns
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import ProviderError
from localcloud.engine.provider_answers import CheckFailure, Created, ReadResult
from localcloud.engine.state import ResourceState
from localcloud.engine.values import Properties, Value, has_secret, plain

STACK_REFERENCE = "pulumi:pulumi:StackReference"
STASH = "pulumi:index:Stash"

OutputsOf = Callable[[str], Properties]
"""The outputs of a stack by its full or short name. Raises ProviderError when there is none."""


class BuiltinProvider:
    """Answers the provider calls for package `pulumi` in this process."""

    def __init__(
        self,
        stack_outputs: OutputsOf,
        stack_resources: OutputsOf,
        find_resource: Callable[[str], ResourceState | None],
    ) -> None:
        self._stack_outputs = stack_outputs
        self._stack_resources = stack_resources
        self._find_resource = find_resource

    async def check_config(
        self, urn: str, olds: Properties, news: Properties
    ) -> tuple[Properties, list[CheckFailure]]:
        """Every setting is accepted."""
        del urn, olds
        return dict(news), []

    async def diff_config(
        self,
        urn: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new_inputs: Properties,
        ignored: Sequence[str] = (),
    ) -> Diff:
        """Settings never matter."""
        del urn, old_inputs, old_outputs, new_inputs, ignored
        return Diff()

    def configure(self, urn: str, identity: str, inputs: Properties) -> None:
        """Nothing to configure."""
        del urn, identity, inputs

    async def check(
        self, urn: str, olds: Properties, news: Properties, seed: bytes | None = None
    ) -> tuple[Properties, list[CheckFailure]]:
        """A stack reference takes `name`, a stash takes `input`."""
        del olds, seed
        wanted = {STACK_REFERENCE: "name", STASH: "input"}.get(urns.type_of(urn))
        if wanted is None:
            raise ProviderError(f"unrecognized resource type '{urns.type_of(urn)}'")
        for key in news:
            if key != wanted:
                return news, [CheckFailure(key, f'unknown property "{key}"')]
        if wanted not in news:
            return news, [CheckFailure(wanted, f'missing required property "{wanted}"')]
        return news, []

    async def diff(
        self,
        urn: str,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new_inputs: Properties,
        ignored: Sequence[str] = (),
    ) -> Diff:
        """Another name replaces a reference; another input updates a stash."""
        del identity, old_outputs, ignored
        if urns.type_of(urn) == STACK_REFERENCE:
            if diffs.same(old_inputs.get("name"), new_inputs.get("name")):
                return Diff()
            return Diff(changes=diffs.SOME, replace_keys=("name",))
        if diffs.same(old_inputs.get("input"), new_inputs.get("input")):
            return Diff()
        return Diff(changes=diffs.SOME, changed_keys=("input",))

    async def create(
        self, urn: str, inputs: Properties, timeout: float, preview: bool, in_doubt: bool = False
    ) -> Created:
        """Read the stack, or keep the stashed value."""
        del timeout, in_doubt
        identity = "" if preview else str(uuid.uuid4())
        if urns.type_of(urn) == STACK_REFERENCE:
            return Created(identity, self._read_reference(inputs))
        return Created(identity, {"input": inputs.get("input"), "output": inputs.get("input")})

    async def update(
        self,
        urn: str,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new_inputs: Properties,
        timeout: float,
        ignored: Sequence[str],
        preview: bool,
    ) -> Properties:
        """A stash keeps its first output whatever its input becomes."""
        del urn, identity, old_inputs, timeout, ignored, preview
        return {"input": new_inputs.get("input"), "output": old_outputs.get("output")}

    async def delete(
        self, urn: str, identity: str, inputs: Properties, outputs: Properties, timeout: float
    ) -> None:
        """Nothing exists anywhere."""

    async def read(self, urn: str, identity: str, inputs: Properties | None, state: Properties) -> ReadResult:
        """The other stack's outputs now; a stash as it was."""
        if urns.type_of(urn) == STACK_REFERENCE:
            unknown = sorted(set(inputs or {}) - {"name"})
            if unknown:
                raise ProviderError(f'unknown property "{unknown[0]}"')
            if "name" not in (inputs or {}):
                raise ProviderError("stack reference can not be imported")
            return ReadResult(identity, self._read_reference(inputs or {}), inputs)
        if not inputs:
            return ReadResult(identity, {"input": None, "output": None}, {"input": None})
        return ReadResult(identity, state, inputs)

    async def invoke(
        self, token: str, arguments: Properties, preview: bool
    ) -> tuple[Properties | None, list[CheckFailure]]:
        """The three functions of package `pulumi`."""
        del preview
        if token == "pulumi:pulumi:readStackOutputs":  # noqa: S105 - a function's name
            return self._read_reference(arguments), []
        if token == "pulumi:pulumi:readStackResourceOutputs":  # noqa: S105 - a function's name
            name = _text(arguments, "stackName")
            return {"name": name, "outputs": self._stack_resources(name)}, []
        if token == "pulumi:pulumi:getResource":  # noqa: S105 - a function's name
            urn = _text(arguments, "urn")
            found = self._find_resource(urn)
            if found is None:
                raise ProviderError(f"unknown resource {urn}")
            return {"urn": urn, "id": found.id, "provider": found.provider, "state": found.outputs}, []
        raise ProviderError(f"unrecognized function name: '{token}'")

    def _read_reference(self, arguments: Properties) -> Properties:
        name = _text(arguments, "name")
        outputs = self._stack_outputs(name)
        secret: list[Value] = sorted(key for key, item in outputs.items() if has_secret(item))
        return {"name": name, "outputs": outputs, "secretOutputNames": secret}


def _text(arguments: Properties, key: str) -> str:
    value = plain(arguments.get(key))
    if not isinstance(value, str):
        raise ProviderError(f"'{key}' must be a string")
    return value
