"""The state while it changes: the checkpoint that a run began with, and what the run did since.

Every operation is announced before it begins and closed after it ended, in the journal, so that nothing is
lost when the engine is killed. At the end the whole is written as one checkpoint. In a preview nothing is
written at all.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from localcloud.engine.backend import FileBackend, StackRef
from localcloud.engine.graph import in_order
from localcloud.engine.journal import Journal, Record, digest
from localcloud.engine.state import (
    Crypter,
    Operation,
    ResourceState,
    Snapshot,
    manifest,
    resource_to_json,
    snapshot_to_deployment,
)


class SnapshotManager:
    """Owns the order of resources in the state, and its durability."""

    def __init__(self, base: Snapshot, crypter: Crypter, backend: FileBackend, stack: StackRef) -> None:
        self.base = base
        self._crypter = crypter
        self._backend = backend
        self._stack = stack
        self._journal: Journal | None = None
        self._tokens = itertools.count(1)
        self._numbers = itertools.count(1)
        self._reset()

    def _reset(self) -> None:
        self._news: dict[int, ResourceState] = {}
        self._done: dict[int, ResourceState] = {}
        self._pending: dict[int, Operation] = {}
        self._keys = {id(state): f"b{index}" for index, state in enumerate(self.base.resources)}

    def start(self) -> None:
        """Begin recording. The checkpoint is written first, so that the journal has one to continue."""
        self._backend.save(self._stack, self._deployment())
        header = {"manifest": manifest(), "secrets_providers": self._crypter.state()}
        path = self._backend.journal_path(self._stack)
        self._journal = Journal(path, digest(self._backend, self._stack), header)

    def rebase(self, base: Snapshot) -> None:
        """Take `base` as the state to go on from (after a refresh)."""
        self.base = base
        recording, self._journal = self._journal, None
        self._reset()
        if recording is not None:
            self.start()

    def finish(self) -> Snapshot:
        """Write the checkpoint and end recording; the state as it is now."""
        self.base = self.current()
        self._reset()
        if self._journal is not None:
            self._backend.save(self._stack, self._deployment())
            self._journal.close()
            self._journal = None
        return self.base

    def current(self) -> Snapshot:
        """The state as it is now, former names resolved."""
        resources = list(self._news.values())
        resources += [
            state
            for state in self.base.resources
            if id(state) not in self._done and id(state) not in self._news
        ]
        creating = [each for each in self.base.pending_operations if each.type == "creating"]
        return Snapshot(
            resources=in_order(_present_names(resources)),
            pending_operations=[*self._pending.values(), *creating],
            manifest=manifest(),
            metadata=self.base.metadata,
        )

    def _deployment(self) -> dict[str, Any]:
        return snapshot_to_deployment(self.current(), self._crypter)

    # -- mutations -----------------------------------------------------------

    async def begin(self, kind: str, state: ResourceState) -> int:
        """An operation on `state` is about to begin; returns when that is on disk."""
        token = next(self._tokens)
        self._pending[token] = Operation(replace(state), kind)
        if self._journal is not None:
            self._journal.append([["begin", token, kind, resource_to_json(state, self._crypter)]])
            await self._journal.sync()
        return token

    async def end(
        self,
        token: int | None = None,
        new: ResourceState | None = None,
        done: ResourceState | None = None,
        flagged: ResourceState | None = None,
    ) -> None:
        """An operation ended: `new` exists, `done` is gone (or became `new`), `flagged` changed its marks."""
        records: list[Record] = []
        if token is not None:
            self._pending.pop(token, None)
            records.append(["end", token])
        if done is not None:
            records.extend(self._drop(done))
        if new is not None:
            records.append(["new", self._add(new), self._json(new)])
        if flagged is not None and id(flagged) in self._keys:
            marks = {"delete": flagged.delete, "pendingReplacement": flagged.pending_replacement}
            records.append(["flag", self._keys[id(flagged)], marks])
        if self._journal is not None:
            self._journal.append(records)
            await self._journal.sync()

    def unchanged(self, old: ResourceState, new: ResourceState) -> None:
        """`old` was seen again as `new`, with no difference worth waiting for."""
        key = self._keys.get(id(old))
        self._done[id(old)] = old
        self._news[id(new)] = new
        if key is None:
            key = self._add(new)
        self._keys[id(new)] = key
        if self._journal is not None:
            records: list[Record] = (
                [["move", key]] if key.startswith("b") else [["new", key, self._json(new)]]
            )
            self._journal.append(records)

    def _drop(self, state: ResourceState) -> list[Record]:
        self._done[id(state)] = state
        self._news.pop(id(state), None)
        key = self._keys.get(id(state))
        return [["done", key]] if key else []

    def _add(self, state: ResourceState) -> str:
        self._news[id(state)] = state
        return self._keys.setdefault(id(state), f"n{next(self._numbers)}")

    def _json(self, state: ResourceState) -> dict[str, Any]:
        return resource_to_json(state, self._crypter) if self._journal is not None else {}


def _present_names(resources: list[ResourceState]) -> list[ResourceState]:
    names = {former: state.urn for state in resources for former in state.aliases}
    if not names:
        return resources
    return [_renamed(state, names) for state in resources]


def _renamed(state: ResourceState, names: dict[str, str]) -> ResourceState:
    def present(urn: str) -> str:
        return names.get(urn, urn)

    provider = state.provider
    if provider:
        urn, _, identity = provider.rpartition("::")
        provider = f"{present(urn)}::{identity}"
    return replace(
        state,
        aliases=[],
        parent=present(state.parent),
        deleted_with=present(state.deleted_with),
        provider=provider,
        dependencies=[present(urn) for urn in state.dependencies],
        replace_with=[present(urn) for urn in state.replace_with],
        property_dependencies={
            key: [present(urn) for urn in listed] for key, listed in state.property_dependencies.items()
        },
    )
