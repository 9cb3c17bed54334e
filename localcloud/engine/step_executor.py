"""Carries out steps: a limited number at once, each recorded at its begin and its end, each told of.

A step that fails stops the run: what is under way finishes, nothing else begins. Two kinds of failure stop
only themselves: a protected resource that would be deleted, and anything under `continue_on_error`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from localcloud.engine import diffs, events
from localcloud.engine.errors import (
    EngineError,
    InitFailedError,
    ProtectedError,
    RegistrationFailedError,
)
from localcloud.engine.read_step import ReadStep
from localcloud.engine.run import Run
from localcloud.engine.state import ROOT_STACK_TYPE, ResourceState
from localcloud.engine.steps import SameStep, Step, mark_secrets
from localcloud.engine.values import Properties


class StepExecutor:
    """The executor of one run."""

    def __init__(self, run: Run, *, ignore_errors: bool = False) -> None:
        self._run = run
        self._slots = asyncio.Semaphore(max(1, run.options.parallel))
        self._ignore_errors = ignore_errors
        self._busy: set[asyncio.Task[bool]] = set()
        self._awaiting_outputs: dict[str, Step] = {}
        self.failed_urns: set[str] = set()
        self.stack_outputs: Properties | None = None

    def start(self, chain: Sequence[Step]) -> asyncio.Task[bool]:
        """Carry out steps one after the other; the task tells whether all of them succeeded."""
        task = asyncio.ensure_future(self._run_chain(chain))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return task

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        while self._busy:
            await asyncio.wait(set(self._busy))

    async def _run_chain(self, chain: Sequence[Step]) -> bool:
        async with self._slots:
            for step in chain:
                if self._run.cancelled.is_set():
                    return False
                try:
                    await self._execute(step)
                except Exception as error:  # noqa: BLE001 - whatever happened, the run has to end in order
                    self._stop(step, error)
                    return False
        return True

    async def _execute(self, step: Step) -> None:
        self._run.emit(events.ResourcePre(step.describe()))
        token = await step.begin()
        failure: EngineError | None = None
        try:
            await step.apply()
        except EngineError as error:
            failure = error
        kept = failure is None or isinstance(failure, InitFailedError)
        if step.new is not None and step.op != "replace":
            self._track(step, step.new)
        if failure is None and step.logical and step.new is not None:
            self._awaiting_outputs[step.urn] = step
        await step.end(token, kept)
        self._tell(step, failure)
        if failure is not None:
            raise failure
        step.complete()

    def _track(self, step: Step, new: ResourceState) -> None:
        mark_secrets(new)
        if "id" in new.additional_secret_outputs:
            message = "The 'id' property cannot be made secret. See pulumi/pulumi#2717 for more details."
            self._run.say("warning", message, new.urn)
        if isinstance(step, ReadStep):
            self._run.reads[new.urn] = new
        else:
            self._run.news[new.urn] = new

    def _tell(self, step: Step, failure: EngineError | None) -> None:
        described = step.describe()
        if failure is not None:
            self._run.emit(events.ResourceFailed(described, _operation_error(step, failure)))
            return
        self._run.steps.append(described)
        op = self._counted_as(step)
        if op and not step.internal:
            self._run.changes[op] = self._run.changes.get(op, 0) + 1
        self._run.emit(events.ResourceDone(described))

    def _counted_as(self, step: Step) -> str:
        """The operation as which a step counts in the summary, or nothing.

        A read counts only when it brought something new, a refresh only when a refresh is what was asked for.
        """
        if isinstance(step, ReadStep):
            news = step.old is not None and not diffs.same(step.old.outputs, step.subject.outputs)
            return step.op if news else ""
        if step.op == "refresh":
            return step.describe().result_op if self._run.refreshing else ""
        return step.op if step.logical else ""

    def _stop(self, step: Step, error: Exception) -> None:
        told = isinstance(error, EngineError)
        self.failed_urns.add(step.urn)
        goes_on = self._run.options.continue_on_error or isinstance(error, ProtectedError)
        if self._ignore_errors or goes_on:
            self._run.failed = True
            self._run.error = self._run.error or str(error)
            if not told:
                self._run.note_failure(error, step.urn)
            if step.registration is not None and not step.registration.done():
                step.registration.set_exception(RegistrationFailedError(step.urn, skipped=False))
            return
        self._run.failed = True
        self._run.error = self._run.error or str(error)
        if not told:
            self._run.note_failure(error, step.urn)
        self._run.cancelled.set()

    # -- outputs of components ---------------------------------------------------

    async def register_outputs(self, urn: str, outputs: Properties) -> None:
        """The program gives the outputs of a component. Those of the stack wait for the end of the run."""
        if urn.split("::")[2] == ROOT_STACK_TYPE:
            self.stack_outputs = outputs
            return
        await self._set_outputs(urn, outputs)

    async def finish_stack_outputs(self) -> None:
        """Record the stack's outputs. After an error, those that are not there any more are kept."""
        if self.stack_outputs is None:
            return
        urn = self._run.urn("", ROOT_STACK_TYPE, f"{self._run.project}-{self._run.stack}")
        old = self._run.olds.get(urn)
        before = old.outputs if old is not None else {}
        after = {**before, **self.stack_outputs} if self._run.failed else self.stack_outputs
        await self._set_outputs(urn, after)
        self._run.emit(events.Outputs(before, after))

    async def _set_outputs(self, urn: str, outputs: Properties) -> None:
        step = self._awaiting_outputs.pop(urn, None)
        if step is None or step.new is None:
            raise EngineError(f"cannot complete a resource '{urn}' whose registration isn't pending")
        if isinstance(step, SameStep) and step.skipped:
            return
        if diffs.same(step.new.outputs, outputs):
            return
        step.new.outputs = outputs
        await self._run.snapshots.end(new=step.new)


_GERUNDS = {
    "create": "creating",
    "create-replacement": "creating",
    "update": "updating",
    "delete": "deleting",
    "delete-replaced": "deleting",
    "read": "reading",
    "read-replacement": "reading",
    "refresh": "refreshing",
    "import": "importing",
    "import-replacement": "importing",
}


def _operation_error(step: Step, failure: EngineError) -> str:
    if isinstance(failure, ProtectedError):
        return str(failure)
    doing = _GERUNDS.get(step.op, step.op)
    return f"{doing} {step.urn}: {failure}"
