"""Provider resources and the instances behind them.

A provider instance is itself a resource: its Check is the provider's CheckConfig, its Create configures a
connection. An instance is found by its reference `urn::id`; between Check and Create or Update it waits
under the URN alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from localcloud.engine import diffs, urns
from localcloud.engine.diffs import Diff
from localcloud.engine.errors import EngineError, ProviderError
from localcloud.engine.provider_answers import CheckFailure, Created, ReadResult
from localcloud.engine.provider_client import ProviderClient
from localcloud.engine.state import ResourceState
from localcloud.engine.values import UNKNOWN_STRING, Properties

_INTERNAL = "__internal"

Connector = Callable[[str], Awaitable[ProviderClient]]
"""Connects to the provider of a package. Raises ProviderError when there is none."""


class Registry:
    """All provider instances of one run. Answers the provider calls for provider resources."""

    def __init__(self, connect: Connector, builtin: Any) -> None:
        self._connect = connect
        self._builtin = builtin
        self._ready: dict[str, Any] = {}
        self._waiting: dict[str, Any] = {}
        self._aliases: dict[str, str] = {}
        self._opened: list[ProviderClient] = []

    def get(self, reference: str) -> Any | None:
        """The instance with this reference, if it was configured in this run."""
        return self._ready.get(reference)

    def alias(self, urn: str, former: str) -> None:
        """The provider `urn` was called `former` before; old references must find it."""
        self._aliases[urn] = former

    async def close(self) -> None:
        """Close all connections."""
        for client in self._opened:
            await client.close()

    async def _load(self, urn: str) -> Any:
        package = urns.type_of(urn).rsplit(":", 1)[-1]
        if package == "pulumi":
            return self._builtin
        client = await self._connect(package)
        self._opened.append(client)
        return client

    def _publish(self, urn: str, identity: str, client: Any) -> None:
        self._ready[f"{urn}::{identity}"] = client
        if urn in self._aliases:
            self._ready[f"{self._aliases[urn]}::{identity}"] = client

    # -- the provider calls, for provider resources ---------------------------

    async def check(
        self, urn: str, olds: Properties, news: Properties, seed: bytes | None = None
    ) -> tuple[Properties, list[CheckFailure]]:
        """CheckConfig on a fresh connection, which then waits for Create, Update or Same."""
        del seed
        client = await self._load(urn)
        inputs, failures = await client.check_config(urn, settings(olds), settings(news))
        if failures:
            return inputs, failures
        self._waiting[urn] = client
        if _INTERNAL in news:
            inputs[_INTERNAL] = news[_INTERNAL]
        return inputs, []

    async def diff(
        self,
        urn: str,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new_inputs: Properties,
        ignored: Sequence[str] = (),
    ) -> Diff:
        """DiffConfig; a provider that cannot tell is changed when its settings are."""
        client = self._waiting.get(urn) or self._ready.get(f"{urn}::{identity}")
        if client is None:
            raise ProviderError(f"provider {urn} was not checked before its diff")
        news = settings(new_inputs)
        diff: Diff = await client.diff_config(urn, settings(old_inputs), old_outputs, news, ignored)
        if diff.changes == diffs.UNKNOWN_CHANGES:
            changes = diffs.NONE if diffs.same(old_outputs, news) else diffs.SOME
            return Diff(changes, diff.replace_keys, diff.changed_keys, diff.stable_keys, diff.detailed)
        return diff

    async def create(
        self, urn: str, inputs: Properties, timeout: float, preview: bool, in_doubt: bool = False
    ) -> Created:
        """Configure an instance under a new id (an unknown one in a preview)."""
        del timeout, in_doubt
        client = self._waiting.pop(urn, None) or await self._load(urn)
        identity = UNKNOWN_STRING if preview else str(uuid.uuid4())
        client.configure(urn, identity, settings(inputs))
        self._publish(urn, identity, client)
        return Created(identity, settings(inputs))

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
        """Configure an instance anew under its old id."""
        del old_inputs, old_outputs, timeout, ignored, preview
        client = self._waiting.pop(urn, None) or await self._load(urn)
        client.configure(urn, identity, settings(new_inputs))
        self._publish(urn, identity, client)
        return settings(new_inputs)

    async def same(self, state: ResourceState) -> None:
        """Configure the instance as recorded, unless it is there already."""
        if not state.id or state.id == UNKNOWN_STRING:
            raise EngineError(f"provider '{state.urn}' has an unknown ID")
        if state.reference in self._ready:
            return
        client = self._waiting.pop(state.urn, None) or await self._load(state.urn)
        # Another registration may have published it while this one was connecting.
        if state.reference not in self._ready:
            client.configure(state.urn, state.id, settings(state.inputs))
            self._publish(state.urn, state.id, client)

    async def delete(
        self, urn: str, identity: str, inputs: Properties, outputs: Properties, timeout: float
    ) -> None:
        """Forget the instance."""
        del inputs, outputs, timeout
        self._ready.pop(f"{urn}::{identity}", None)

    async def read(self, urn: str, identity: str, inputs: Properties | None, state: Properties) -> ReadResult:
        """Providers cannot be read."""
        del urn, identity, inputs, state
        raise ProviderError("provider resources may not be read")


def settings(inputs: Properties) -> Properties:
    """What of a provider's inputs the provider itself gets to see."""
    return {key: item for key, item in inputs.items() if key != _INTERNAL}


def mark_internal(inputs: Properties, key: str = "", value: str = "") -> None:
    """Note a setting of the engine's own (such as a plugin's download address) beside the provider's."""
    internal = inputs.get(_INTERNAL)
    if not isinstance(internal, dict):
        internal = inputs[_INTERNAL] = {}
    if key:
        internal[key] = value
