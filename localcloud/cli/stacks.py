"""stack output, export, import, ls, init, rm: looking at the store of stacks, and putting things into it."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localcloud.cli.session import chosen_stack
from localcloud.engine import history, journal
from localcloud.engine.backend import DEPLOYMENT_VERSION, FileBackend, StackRef
from localcloud.engine.display_diff import masked, revealed, scalar
from localcloud.engine.project import Project, load_project
from localcloud.engine.secrets import SecretsManager, secrets_for_stack, secrets_of_state
from localcloud.engine.stack_config import load_stack_config
from localcloud.engine.state import (
    Snapshot,
    snapshot_from_deployment,
    snapshot_to_deployment,
)
from localcloud.engine.values import SECRET_SIGNATURE, SIGNATURE
from localcloud.errors import UserError

EXIT_OK = 0


def output_of_words(arguments: argparse.Namespace) -> int:
    """`stack output [STACK] [PROPERTY]`: with -s the first word is the property, as in the pulumi CLI."""
    words = list(arguments.words)
    arguments.stack_name = words.pop(0) if words and not arguments.stack else None
    arguments.property = words.pop(0) if words else None
    if words:
        raise UserError(words[0], "unexpected argument", "Write `localcloud stack output STACK PROPERTY`")
    return output(arguments)


def output(arguments: argparse.Namespace) -> int:
    """The stack's outputs, or one of them; secrets masked unless asked for."""
    outputs = _snapshot(arguments).stack_outputs()
    show = revealed if arguments.show_secrets else masked
    if arguments.property:
        if arguments.property not in outputs:
            known = ", ".join(sorted(outputs)) or "none"
            problem = f"current stack does not have output property '{arguments.property}'"
            raise UserError("localcloud stack output", problem, f"Its outputs are: {known}")
        value = show(outputs[arguments.property])
        plain = isinstance(value, str) and not arguments.json
        print(value if plain else json.dumps(value, indent=2 if arguments.json else None, ensure_ascii=False))
    elif arguments.json:
        print(json.dumps({key: show(outputs[key]) for key in sorted(outputs)}, indent=2, ensure_ascii=False))
    elif arguments.shell:
        for key in sorted(outputs):
            value = show(outputs[key])
            print(f"{key}={shlex.quote(value if isinstance(value, str) else json.dumps(value))}")
    else:
        _print_outputs({key: show(outputs[key]) for key in sorted(outputs)})
    return EXIT_OK


def export(arguments: argparse.Namespace) -> int:
    """The stack's deployment, as the genuine CLI exports and imports it."""
    ref, backend, _ = _place(arguments)
    deployment = journal.load(backend, ref)
    if deployment is None:
        raise _unknown(ref, backend)
    if arguments.show_secrets and deployment:
        manager = _manager(arguments, deployment)
        deployment = _opened(deployment, manager)
    document = {"version": DEPLOYMENT_VERSION, "deployment": deployment}
    text = json.dumps(document, indent=4, ensure_ascii=False)
    if arguments.file:
        try:
            Path(arguments.file).write_text(text + "\n")
        except OSError as error:
            problem = f"cannot be written ({error.strerror})"
            raise UserError(
                f"--file {arguments.file}", problem, "Name a file in a writable folder"
            ) from error
    else:
        print(text)
    return EXIT_OK


def import_(arguments: argparse.Namespace) -> int:
    """Replaces the stack's deployment with an exported one."""
    ref, backend, _ = _place(arguments)
    where = arguments.file or "standard input"
    deployment = read_deployment(arguments.file)
    for resource in deployment.get("resources") or []:
        parts = str(resource.get("urn")).split("::")
        if parts[0] != f"urn:pulumi:{ref.name}" or parts[1:2] != [ref.project]:
            if arguments.force:
                continue
            problem = f"resource {resource.get('urn')} is of another stack than {ref}"
            raise UserError(where, problem, "Name the stack it is of, or add --force. Nothing was changed")
    manager = _manager(arguments, backend.load(ref))
    source = secrets_of_state(deployment, where) or manager
    snapshot = snapshot_from_deployment(deployment, source)
    began = time.time()
    with backend.lock(ref):
        backend.journal_path(ref).unlink(missing_ok=True)
        backend.save(ref, snapshot_to_deployment(snapshot, manager) if deployment else {})
        record = history.UpdateRecord("import", began, time.time(), True, {}, {})
        history.record(backend, ref, record)
    print("Import complete.")
    return EXIT_OK


def list_(arguments: argparse.Namespace) -> int:
    """The project's stacks, with when they were last updated and how much they hold."""
    project = load_project(Path(arguments.cwd))
    backend = FileBackend.open(project.backend_url)
    refs = backend.stacks(None if arguments.all else project.name)
    rows = []
    for ref in refs:
        deployment = journal.load(backend, ref) or {}
        updated = history.last_update(backend, ref)
        rows.append({
            "name": str(ref) if arguments.all else ref.name,
            "current": False,
            "lastUpdate": _timestamp(updated) if updated else "",
            "updateInProgress": False,
            "resourceCount": len(deployment.get("resources") or []),
        })  # fmt: skip
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return EXIT_OK
    width = max((len(str(row["name"])) for row in rows), default=4)
    print(f"{'NAME'.ljust(width)}  {'LAST UPDATE'.ljust(20)}  RESOURCE COUNT")
    for row in rows:
        print(f"{str(row['name']).ljust(width)}  {(row['lastUpdate'] or 'n/a')!s:20}  {row['resourceCount']}")
    return EXIT_OK


def init(arguments: argparse.Namespace) -> int:
    """Makes an empty stack."""
    ref, backend, _ = _place(arguments)
    if backend.exists(ref):
        raise UserError(f"stack {ref}", "stack already exists", "Use it, or choose another name")
    with backend.lock(ref):
        backend.save(ref, {})
    print(f"Created stack '{ref.name}'")
    return EXIT_OK


def remove(arguments: argparse.Namespace) -> int:
    """Removes an empty stack and its history."""
    remove_stack(arguments)
    return EXIT_OK


def remove_stack(arguments: argparse.Namespace) -> None:
    """Removes the stack, its history and its journal; its stack file stays. Raises UserError when it holds
    resources.
    """
    ref, backend, _ = _place(arguments)
    deployment = journal.load(backend, ref)
    if deployment is None:
        raise _unknown(ref, backend)
    held = [entry for entry in deployment.get("resources") or [] if entry["type"] != "pulumi:pulumi:Stack"]
    if held and not getattr(arguments, "force", False):
        remedy = "Run `localcloud destroy` first, or add --force to forget them"
        raise UserError(f"stack {ref}", f"it still holds {len(held)} resources", remedy)
    with backend.lock(ref):
        backend.remove(ref)
    print(f"Stack '{ref.name}' has been removed")


def read_deployment(file: str | None) -> dict[str, Any]:
    """The deployment in an exported file, or on standard input. Raises UserError."""
    where = file or "standard input"
    try:
        document = json.loads(Path(file).read_text() if file else sys.stdin.read())
    except OSError as error:
        raise UserError(where, f"cannot be read ({error.strerror})", "Name an exported state") from error
    except ValueError as error:
        raise UserError(where, f"is not JSON: {error}", "Export the stack again") from error
    if not isinstance(document, dict) or not isinstance(document.get("deployment"), dict | None):
        problem = "is not an exported stack: it has no 'deployment'"
        raise UserError(where, problem, "Use the output of `stack export`")
    if document.get("version") != DEPLOYMENT_VERSION:
        problem = (
            f"is a deployment of version {document.get('version')}; only {DEPLOYMENT_VERSION} is supported"
        )
        raise UserError(where, problem, "Export it with the pulumi CLI 3")
    deployment: dict[str, Any] = document.get("deployment") or {}
    return deployment


def _place(arguments: argparse.Namespace) -> tuple[StackRef, FileBackend, Project]:
    project = load_project(Path(arguments.cwd))
    ref = chosen_stack(arguments, project)
    return ref, FileBackend.open(project.backend_url), project


def _manager(arguments: argparse.Namespace, deployment: dict[str, Any] | None) -> SecretsManager:
    ref, backend, project = _place(arguments)
    config = load_stack_config(project, ref.name)
    return secrets_for_stack(config.encryption_salt, str(config.file), deployment, str(backend.path(ref)))


def _snapshot(arguments: argparse.Namespace) -> Snapshot:
    ref, backend, _ = _place(arguments)
    deployment = journal.load(backend, ref)
    if deployment is None:
        raise _unknown(ref, backend)
    if not deployment:
        return Snapshot()
    return snapshot_from_deployment(deployment, _manager(arguments, deployment))


def _unknown(ref: StackRef, backend: FileBackend) -> UserError:
    known = ", ".join(sorted(stack.name for stack in backend.stacks(ref.project))) or "none"
    return UserError(
        f"stack {ref}", f"no stack named '{ref.name}' found in {backend.url}", f"Stacks there: {known}"
    )


def _opened(value: Any, manager: SecretsManager) -> Any:
    """`value` (JSON of a deployment) with `plaintext` in place of `ciphertext`, as `--show-secrets` has it."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_SIGNATURE and "ciphertext" in value:
            return {SIGNATURE: SECRET_SIGNATURE, "plaintext": manager.decrypt(value["ciphertext"])}
        return {key: _opened(item, manager) for key, item in value.items()}
    if isinstance(value, list):
        return [_opened(item, manager) for item in value]
    return value


def _print_outputs(shown: dict[str, Any]) -> None:
    if not shown:
        print("No output values currently in this stack")
        return
    width = max(len("OUTPUT"), *(len(key) for key in shown))
    print(f"Current stack outputs ({len(shown)}):")
    print(f"    {'OUTPUT'.ljust(width)}  VALUE")
    for key, value in shown.items():
        text = value if isinstance(value, str) else scalar(value, full=True)
        print(f"    {key.ljust(width)}  {text}")


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
