"""A stack of a small program, operated through the engine's own door."""

from __future__ import annotations

import functools
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localcloud.engine import journal, operations
from localcloud.engine.backend import FileBackend, StackRef
from localcloud.engine.events import Diagnostic, Event, ProgramOutput, ResourceFailed
from localcloud.engine.operations import Context, Options, PolicyPackRequest, Result
from localcloud.engine.project import load_project
from localcloud.engine.secrets import PassphraseSecrets
from localcloud.engine.stack_config import ConfigValue, StackConfig
from localcloud.engine.state import ResourceState, Snapshot, snapshot_from_deployment

from .provider import LabProvider

LAB_PASSPHRASE = "laboratory"

_PRELUDE = """
import pulumi
from pulumi import ResourceOptions as O


class Thing(pulumi.CustomResource):
    kind = "Thing"

    def __init__(self, name, opts=None, **props):
        computed = {"arn": None, "rev": None, "password": None, "name": None}
        super().__init__(f"lab:index:{self.kind}", name, {**computed, **props}, opts)


class Exclusive(Thing):
    kind = "Exclusive"


class Named(Thing):
    kind = "Named"


class Secretive(Thing):
    kind = "Secretive"


class Lab(pulumi.ProviderResource):
    def __init__(self, name, opts=None, **settings):
        super().__init__("lab", name, settings, opts)


class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("lab:index:Box", name, None, opts)


def ask(token, arguments, **options):
    return pulumi.runtime.invoke_output(f"lab:index:{token}", arguments, pulumi.InvokeOptions(**options))
"""


@dataclass
class Outcome:
    """What an operation did and said."""

    result: Result
    events: list[Event] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.result.ok

    @property
    def said(self) -> str:
        """Everything a person gets to read."""
        lines = []
        for event in self.events:
            if isinstance(event, Diagnostic):
                lines.append(f"{event.severity}: {event.message}")
            elif isinstance(event, ResourceFailed):
                lines.append(f"failed: {event.error}")
            elif isinstance(event, ProgramOutput):
                lines.append(event.text)
        return "\n".join(lines)

    def ops(self, name: str) -> list[str]:
        """The steps of one resource."""
        return [step.op for step in self.result.steps if step.urn.endswith(f"::{name}")]


class Stack:
    """One project with one stack `dev`, its backend in `folder`."""

    def __init__(
        self, folder: Path, lab: LabProvider, secrets: PassphraseSecrets, project: str = "app"
    ) -> None:
        self.lab = lab
        self.secrets = secrets
        self.directory = folder / project
        self.directory.mkdir(parents=True)
        (self.directory / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        (self.directory / "lab.py").write_text(_PRELUDE)
        self.program("")
        (folder / "backend").mkdir(exist_ok=True)
        self.backend = FileBackend(folder / "backend")
        self.ref = StackRef(project, "dev")
        self.config: dict[str, str] = {}

    def program(self, text: str) -> None:
        """What the program is from now on; `from lab import *` is understood."""
        body = "from lab import *\n" + textwrap.dedent(text)
        (self.directory / "__main__.py").write_text(body)

    def pack(self, name: str, text: str) -> PolicyPackRequest:
        """A policy pack beside the project."""
        folder = self.directory.parent / name
        folder.mkdir()
        (folder / "PulumiPolicy.yaml").write_text("runtime: python\ndescription: lab\n")
        (folder / "__main__.py").write_text("from pulumi_policy import *\n" + textwrap.dedent(text))
        return PolicyPackRequest(str(folder))

    def context(self, events: list[Event]) -> Context:
        values = {key: ConfigValue(text) for key, text in self.config.items()}
        return Context(
            project=load_project(self.directory),
            stack=self.ref,
            config=StackConfig(self.directory / "Pulumi.dev.yaml", values),
            secrets=self.secrets,
            backend=self.backend,
            sink=events.append,
            providers={"lab": f"127.0.0.1:{self.lab.port}"},
        )

    def preview(self, text: str | None = None, **options: Any) -> Outcome:
        return self._do(operations.preview, text, options)

    def up(self, text: str | None = None, **options: Any) -> Outcome:
        return self._do(operations.update, text, options)

    def refresh(self, **options: Any) -> Outcome:
        return self._do(operations.refresh, None, options)

    def refresh_preview(self, **options: Any) -> Outcome:
        return self._do(functools.partial(operations.refresh, dry_run=True), None, options)

    def destroy(self, **options: Any) -> Outcome:
        return self._do(operations.destroy, None, options)

    def _do(self, operation: Any, text: str | None, options: dict[str, Any]) -> Outcome:
        if text is not None:
            self.program(text)
        self.lab.calls.clear()
        events: list[Event] = []
        return Outcome(operation(self.context(events), Options(**options)), events)

    # -- what is recorded ----------------------------------------------------------

    def snapshot(self) -> Snapshot:
        return snapshot_from_deployment(journal.load(self.backend, self.ref), self.secrets)

    def state(self) -> dict[str, ResourceState]:
        """Live resources by name, without stack and providers."""
        return {
            state.name: state
            for state in self.snapshot().resources
            if not state.delete and not state.is_provider and state.type != "pulumi:pulumi:Stack"
        }

    def outputs(self) -> dict[str, Any]:
        return self.snapshot().stack_outputs()

    def urn(self, name: str, kind: str = "lab:index:Thing") -> str:
        return f"urn:pulumi:dev::{self.ref.project}::{kind}::{name}"
