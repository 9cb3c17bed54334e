"""policy analyze: runs policy packs over a recorded state, without the program and without any provider.

Resource policies judge the recorded inputs, stack policies the recorded outputs. Remediations are told, not
made.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from localcloud.cli.operate import coloured, policy_packs
from localcloud.cli.session import chosen_stack
from localcloud.cli.stacks import read_deployment
from localcloud.engine import journal
from localcloud.engine.analyzers import AnalyzedResource, PolicyHost
from localcloud.engine.backend import ORGANIZATION, FileBackend
from localcloud.engine.display_json import JsonEvents
from localcloud.engine.display_text import TextDisplay, TextOptions
from localcloud.engine.events import PolicyViolation, Sink, Summary
from localcloud.engine.project import load_project
from localcloud.engine.secrets import secrets_for_stack
from localcloud.engine.stack_config import StackConfig, load_stack_config
from localcloud.engine.state import ResourceState, Snapshot, snapshot_from_deployment
from localcloud.errors import UserError

EXIT_OK = 0
EXIT_VIOLATION = 1
"""A mandatory policy is violated (an error of the command itself gives 255)."""

NO_ENGINE = "127.0.0.1:0"
"""Packs are told an engine's address; in an analysis of a state there is none, and they do not call it."""


def analyze(arguments: argparse.Namespace) -> int:
    """Tells every violation; EXIT_VIOLATION when one is mandatory."""
    packs = policy_packs(arguments)
    if not packs:
        raise UserError("localcloud policy analyze", "at least one --policy-pack must be specified", "Add it")
    project, stack, snapshot, config, secrets = _state(arguments)
    if not snapshot.resources:
        print(f"Stack {stack} has no resources; nothing to analyze.", file=sys.stderr)
        return EXIT_OK
    display = _display(arguments, config)
    began = time.monotonic()
    host = PolicyHost(
        packs,
        engine_address=NO_ENGINE,
        project=project,
        stack=stack,
        organization=ORGANIZATION,
        dry_run=False,
        sink=display,
        config=config.config_map_for_program(secrets),
        secret_keys=config.secret_keys,
    )
    try:
        host.ready()
        if isinstance(display, TextDisplay):
            display.start(f"Analyzing state ({stack})", dry_run=False)
        else:
            display.start()
        blocked = judge(host, snapshot, display)
    finally:
        host.close()
    display(Summary({"same": len(snapshot.resources)}, time.monotonic() - began, False, not blocked))
    display.close()
    return EXIT_VIOLATION if blocked else EXIT_OK


def _display(arguments: argparse.Namespace, config: StackConfig) -> TextDisplay | JsonEvents:
    if arguments.json:
        return JsonEvents(sys.stdout, config.blinded())
    options = TextOptions(colour=coloured(arguments), show_policy_remediations=True, suppress_outputs=True)
    return TextDisplay(sys.stdout, options)


def _state(arguments: argparse.Namespace) -> tuple[str, str, Snapshot, StackConfig, Any]:
    """Project, stack, state, configuration and secrets: of a stack, or of the file that `--file` names."""
    if not arguments.file:
        project = load_project(Path(arguments.cwd))
        ref = chosen_stack(arguments, project)
        backend = FileBackend.open(project.backend_url)
        deployment, where = journal.load(backend, ref), str(backend.path(ref))
        if deployment is None:
            raise UserError(f"stack {ref}", f"no stack named '{ref.name}' found", "See `localcloud stack ls`")
        config = load_stack_config(project, ref.name)
        secrets = secrets_for_stack(config.encryption_salt, str(config.file), deployment, where)
        return project.name, ref.name, snapshot_from_deployment(deployment, secrets), config, secrets
    deployment, where = read_deployment(arguments.file), arguments.file
    secrets = secrets_for_stack(None, "", deployment, where)
    snapshot = snapshot_from_deployment(deployment, secrets)
    urn = snapshot.resources[0].urn if snapshot.resources else "urn:pulumi:none::none"
    stack, project_name = urn.removeprefix("urn:pulumi:").split("::")[:2]
    return project_name, stack, snapshot, StackConfig(Path(where)), secrets


def judge(host: PolicyHost, snapshot: Snapshot, sink: Sink) -> bool:
    """Asks every policy about every live resource; whether a mandatory one is violated."""
    live = [state for state in snapshot.resources if not state.delete]
    providers: dict[str, ResourceState] = {state.reference: state for state in live if state.is_provider}
    blocked = False
    for state in live:
        resource = AnalyzedResource.of_state(state, state.inputs, providers.get(state.provider))
        _, told = host.remediate(resource)
        for said in (*told, *host.analyze(resource)):
            sink(said)
            blocked |= isinstance(said, PolicyViolation) and said.enforcement == "mandatory"
    outputs = [AnalyzedResource.of_state(s, s.outputs, providers.get(s.provider)) for s in live]
    for violation in host.analyze_stack(outputs):
        sink(violation)
        blocked |= violation.enforcement == "mandatory"
    return blocked
