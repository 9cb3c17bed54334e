"""Reading an object that the stack does not manage (`Resource.get`)."""

from __future__ import annotations

from typing import Any

from localcloud.engine import diffs
from localcloud.engine.errors import EngineError, InitFailedError
from localcloud.engine.state import ResourceState, now
from localcloud.engine.steps import Step


class ReadStep(Step):
    """An object that the stack does not manage is read; this happens in previews too."""

    pending = "reading"

    def __init__(self, *args: Any, replacing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.op = "read-replacement" if replacing else "read"
        self.logical = not replacing
        self._replacing = replacing

    async def apply(self) -> None:
        new = self.new
        assert new is not None
        failure: InitFailedError | None = None
        if new.id:
            provider = await self.run.provider_of(new)
            try:
                found = await provider.read(new.urn, new.id, new.inputs, new.inputs)
                identity, outputs = found.id, found.outputs
            except InitFailedError as error:
                failure = error
                identity, outputs, new.init_errors = error.id, error.properties, error.reasons
            if outputs is None:
                raise EngineError(f"resource '{new.id}' does not exist")
            new.id, new.outputs = identity or new.id, outputs
        self._date(new)
        if self._replacing and self.old is not None:
            self.old.delete = True
        if failure is not None:
            raise failure

    def _date(self, new: ResourceState) -> None:
        old = self.old
        if old is None:
            return
        new.created, new.modified = old.created, old.modified
        if not (diffs.same(new.inputs, old.inputs) and diffs.same(new.outputs, old.outputs)):
            new.modified = now()

    async def end(self, token: int | None, kept: bool) -> None:
        await self.run.snapshots.end(
            token,
            new=self.new if kept else None,
            done=self.old if kept and not self._replacing else None,
            flagged=self.old if kept and self._replacing else None,
        )
