"""Taking an existing object into the stack (`import_` of a resource)."""

from __future__ import annotations

import asyncio

from localcloud.engine.errors import EngineError, InitFailedError
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState, now
from localcloud.engine.steps import Step


class ImportStep(Step):
    """Reads the object and records it as it is; the registration then goes on from there.

    What the program wants differently is the business of the update (or replacement) that follows.
    `replaced` is the resource that had this URN before, if another object stood behind it.
    """

    pending = "importing"

    def __init__(self, run: Run, new: ResourceState, replaced: ResourceState | None = None) -> None:
        super().__init__(run, None, new)
        self.op = "import-replacement" if replaced else "import"
        self.logical = replaced is None
        self._replaced = replaced
        self.imported: asyncio.Future[ResourceState] = asyncio.get_running_loop().create_future()

    async def apply(self) -> None:
        new = self.new
        assert new is not None
        provider = await self.run.provider_of(new)
        try:
            found = await provider.read(new.urn, new.import_id, None, {})
            identity, inputs, outputs = found.id, found.inputs, found.outputs
        except InitFailedError as error:
            identity, inputs, outputs = error.id, error.inputs, error.properties
            new.init_errors = error.reasons
        if outputs is None:
            raise EngineError(f"resource '{new.import_id}' does not exist")
        if inputs is None:
            raise EngineError(f"the provider of {new.type} does not support importing resources")
        new.id, new.inputs, new.outputs = identity or new.import_id, inputs, outputs
        new.created = new.modified = now()
        if self._replaced is not None:
            self._replaced.delete = True

    async def end(self, token: int | None, kept: bool) -> None:
        await self.run.snapshots.end(
            token, new=self.new if kept else None, flagged=self._replaced if kept else None
        )

    def complete(self) -> None:
        if self.new is not None and not self.imported.done():
            self.imported.set_result(self.new)
