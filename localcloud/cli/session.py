"""From arguments to what an operation works on: project, stack, configuration, secrets, backend, providers.

Everything that can be wrong with the input is found here, before anything is changed.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.engine import journal, stack_config
from localcloud.engine.backend import ORGANIZATION, FileBackend, StackRef
from localcloud.engine.events import Sink
from localcloud.engine.operations import Context
from localcloud.engine.project import Project, load_project
from localcloud.engine.secrets import SecretsManager, secrets_for_stack
from localcloud.engine.stack_config import StackConfig, load_stack_config
from localcloud.errors import UserError

EMULATED = "aws"
"""The package that localcloud itself serves."""

_PROBE_SECONDS = 3


class Providers(dict[str, str]):
    """Package to address. Asking for `aws` starts the emulated AWS when nothing else was named for it."""

    def __missing__(self, package: str) -> str:
        if package != EMULATED:
            raise KeyError(package)
        self[package] = start_world()
        return self[package]

    def get(self, package: str, default: Any = None) -> Any:
        try:
            return self[package]
        except KeyError:
            return default


@dataclass(frozen=True)
class Session:
    """One stack of one project, ready to be worked on."""

    project: Project
    ref: StackRef
    config: StackConfig
    secrets: SecretsManager
    backend: FileBackend
    providers: Providers

    def context(self, sink: Sink) -> Context:
        return Context(
            project=self.project,
            stack=self.ref,
            config=self.config,
            secrets=self.secrets,
            backend=self.backend,
            sink=sink,
            providers=self.providers,
            organization=ORGANIZATION,
        )


def open_session(arguments: argparse.Namespace, *, runs_program: bool, may_be_new: bool) -> Session:
    """Reads and checks everything an operation needs. `may_be_new`: a stack without state is fine if it has
    a file.

    Raises UserError.
    """
    project = load_project(Path(arguments.cwd))
    if runs_program:
        project.require_program()
    ref = chosen_stack(arguments, project)
    file = Path(arguments.config_file) if arguments.config_file else None
    config = load_stack_config(project, ref.name, file, arguments.config)
    _require_stack(FileBackend.open(project.backend_url), ref, config, may_be_new)
    providers = named_providers()
    if (
        not os.environ.get("PULUMI_BACKEND_URL")
        and not project.backend_url
        and not dict.get(providers, EMULATED)
    ):
        # The default backend lives inside the emulated world, which a start may put aside: so start first.
        providers[EMULATED] = start_world()
    backend = FileBackend.open(project.backend_url)
    _require_stack(backend, ref, config, may_be_new)
    deployment = journal.load(backend, ref)
    if config.secrets_provider and not config.encryption_salt and arguments.verbose:
        note = (
            f"{config.file} names the secrets provider {config.secrets_provider}; a passphrase is used here."
        )
        print(note, file=sys.stderr)
    secrets = secrets_for_stack(config.encryption_salt, str(config.file), deployment, str(backend.path(ref)))
    config.config_map_for_program(secrets)
    stack_config.check(project, ref.name, config, secrets)
    return Session(project, ref, config, secrets, backend, providers)


def chosen_stack(arguments: argparse.Namespace, project: Project) -> StackRef:
    """The stack that the arguments name, else PULUMI_STACK, else the only one there is."""
    positional = getattr(arguments, "stack_name", None)
    if positional and arguments.stack and positional != arguments.stack:
        raise UserError(f"--stack {arguments.stack}", f"another stack than '{positional}'", "Name it once")
    named = arguments.stack or positional or os.environ.get("PULUMI_STACK")
    if named:
        return StackRef.parse(named, project.name)
    known = known_stacks(project)
    if len(known) == 1:
        return StackRef(project.name, known[0])
    listed = ", ".join(known) or "none"
    raise UserError(
        "no stack named", f"the project {project.name} has these: {listed}", "Name one: STACK or -s STACK"
    )


def known_stacks(project: Project) -> list[str]:
    """Stacks that have a state or a stack file."""
    recorded = {ref.name for ref in FileBackend.open(project.backend_url).stacks(project.name)}
    files = {
        file.name[len("Pulumi.") : -len(".yaml")] for file in project.stack_config_dir.glob("Pulumi.*.yaml")
    }
    return sorted(recorded | files)


def named_providers() -> Providers:
    """The providers that PULUMI_DEBUG_PROVIDERS names (`aws:4711,other:4712`), each of which must answer."""
    providers = Providers()
    for item in filter(None, os.environ.get("PULUMI_DEBUG_PROVIDERS", "").split(",")):
        package, _, port = item.strip().rpartition(":")
        where = f"PULUMI_DEBUG_PROVIDERS {item.strip()}"
        if not package or not port.isdigit():
            raise UserError(where, "is not of the form PACKAGE:PORT", "Write PULUMI_DEBUG_PROVIDERS=aws:4711")
        try:
            socket.create_connection(("127.0.0.1", int(port)), timeout=_PROBE_SECONDS).close()
        except (OSError, OverflowError) as error:
            problem = f"no provider answers at 127.0.0.1:{port} ({error})"
            raise UserError(where, problem, "Start the provider, or unset the variable") from error
        providers[package] = f"127.0.0.1:{port}"
    return providers


def start_world() -> str:
    """Starts the emulated AWS and its provider when they do not run; the provider's address."""
    from localcloud.aws import control

    if control.running_endpoint() is None:
        print("Starting the emulated AWS (`localcloud stop` ends it)", file=sys.stderr, flush=True)
    started = control.start()
    for notice in started.notices:
        print(notice, file=sys.stderr, flush=True)
    if started.provider_port is None:
        raise UserError("provider aws", "it did not start", "See `localcloud status`")
    return f"127.0.0.1:{started.provider_port}"


def _require_stack(backend: FileBackend, ref: StackRef, config: StackConfig, may_be_new: bool) -> None:
    if backend.exists(ref) or (may_be_new and config.file.exists()):
        return
    known = ", ".join(sorted(stack.name for stack in backend.stacks(ref.project))) or "none yet"
    problem = f"no stack named '{ref.name}' found in {backend.url}"
    remedy = f"Stacks there: {known}"
    if may_be_new:
        remedy += f". Make one by writing {config.file}, or with `localcloud stack init {ref.name}`"
    raise UserError(f"stack {ref}", problem, remedy)
