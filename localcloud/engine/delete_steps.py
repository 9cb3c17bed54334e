"""The steps by which a resource leaves: its deletion, and what is left of one that was deleted before."""

from __future__ import annotations

from localcloud.engine.errors import ProtectedError
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Step


class DeleteStep(Step):
    """A deletion, or the old half of a replacement.

    `before_create` keeps the deleted resource in the state, marked, until its successor exists.
    """

    pending = "deleting"

    def __init__(
        self,
        run: Run,
        old: ResourceState,
        deleting: dict[str, bool],
        *,
        replacing: bool = False,
        before_create: bool = False,
    ) -> None:
        super().__init__(run, old, None)
        self.logical = not replacing
        self._replacing = replacing
        self._before_create = before_create
        self._deleting = deleting
        if old.external:
            self.op = "discard-replaced" if replacing else "discard"
            self.pending = ""
        else:
            self.op = "delete-replaced" if replacing else "delete"

    async def apply(self) -> None:
        old = self.old
        assert old is not None
        if not self._replacing and old.protect:
            raise ProtectedError(
                f'resource "{old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
                "either remove the `protect` flag from the resource in your Pulumi program and run `up`, "
                f"or use the command:\n`pulumi state unprotect '{old.urn}'`"
            )
        goes_with_other = self._deleting.get(old.deleted_with, False)
        if old.custom and not (self.run.dry_run or old.external or old.retain_on_delete or goes_with_other):
            provider = await self.run.provider_of(old)
            timeout = old.custom_timeouts.get("delete", 0.0)
            await provider.delete(old.urn, old.id, old.inputs, old.outputs, timeout)
        if self._before_create:
            old.pending_replacement = True

    async def end(self, token: int | None, kept: bool) -> None:
        if self._before_create:
            await self.run.snapshots.end(token, flagged=self.old if kept else None)
        else:
            await self.run.snapshots.end(token, done=self.old if kept else None)


class RemovePendingReplaceStep(Step):
    """A resource that was deleted for a replacement and is not wanted any more leaves the state."""

    op = "remove-pending-replace"
    logical = False

    @property
    def internal(self) -> bool:
        return True

    async def apply(self) -> None:
        """Nothing: the object is gone already."""

    async def end(self, token: int | None, kept: bool) -> None:
        await self.run.snapshots.end(token, done=self.old)
