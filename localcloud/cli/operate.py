"""preview, up, refresh and destroy: ask who must be asked, run the operation, show it, tell how it ended."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from localcloud.cli.interrupt import graceful
from localcloud.cli.session import Session, open_session
from localcloud.engine import history, journal, operations
from localcloud.engine.display_json import JsonEvents, PreviewDigest
from localcloud.engine.display_text import TextDisplay, TextOptions
from localcloud.engine.errors import EngineError
from localcloud.engine.events import Diagnostic, Event, ResourcePre, Sink
from localcloud.engine.operations import Context, Options, PolicyPackRequest, Result
from localcloud.engine.plan import Plan
from localcloud.engine.policy_config import load_pack_config
from localcloud.errors import UserError

EXIT_OK = 0
EXIT_ERROR = 255
"""What the genuine CLI gives for every error."""

Operation = Callable[[Context, Options, bool], Result]


class Display(Protocol):
    """A sink that has an end."""

    def __call__(self, event: Event) -> None: ...

    def close(self) -> None: ...


def preview(arguments: argparse.Namespace) -> int:
    """Plans an update; changes nothing."""
    options = engine_options(arguments)
    session = open_session(arguments, runs_program=True, may_be_new=True)
    options = _as_the_project_wants(options, arguments, session)
    result = _run(arguments, session, options, _plan_update, "preview", dry_run=True)
    if arguments.save_plan and result.ok:
        Plan.of(session.ref, result.steps).save(Path(arguments.save_plan), session.secrets)
    return _verdict(arguments, result, "were proposed")


def up(arguments: argparse.Namespace) -> int:
    """Runs the program and makes the world match it."""
    return _change(arguments, _update, "update", runs_program=True, may_be_new=True)


def refresh(arguments: argparse.Namespace) -> int:
    """Writes what the world is like into the state."""
    return _change(arguments, _refresh, "refresh", runs_program=bool(arguments.run_program), may_be_new=False)


def destroy(arguments: argparse.Namespace) -> int:
    """Deletes everything the stack holds."""
    code = _change(arguments, _destroy, "destroy", runs_program=bool(arguments.run_program), may_be_new=False)
    if code == EXIT_OK and not arguments.preview_only:
        _after_destroy(arguments)
    return code


def _change(
    arguments: argparse.Namespace, operation: Operation, kind: str, *, runs_program: bool, may_be_new: bool
) -> int:
    preview_only = bool(getattr(arguments, "preview_only", False))
    approved = bool(arguments.yes or arguments.skip_preview or _environment_says_yes())
    if not approved and not preview_only and not interactive(arguments):
        problem = "--yes or --skip-preview must be passed in to proceed when running in non-interactive mode"
        raise UserError(f"localcloud {arguments.command}", problem, "Add --yes")
    options = engine_options(arguments)
    session = open_session(arguments, runs_program=runs_program, may_be_new=may_be_new)
    options = _as_the_project_wants(options, arguments, session)
    named_plan = getattr(arguments, "plan", None)
    plan = Plan.load(Path(named_plan), session.ref, session.secrets) if named_plan else None
    if preview_only or not approved or arguments.skip_preview is False:
        planned = _run(arguments, session, options, operation, kind, dry_run=True)
        if preview_only or not planned.ok:
            return _verdict(arguments, planned, "were proposed")
        if not approved and not _confirmed(arguments.command):
            raise UserError(f"localcloud {arguments.command}", "confirmation declined", "Nothing was changed")
    with session.backend.lock(session.ref):
        if getattr(arguments, "clear_pending_creates", False):
            _forget_pending_creates(session)
        result = _run(arguments, session, options, operation, kind, dry_run=False, plan=plan)
    return _verdict(arguments, result, "occurred")


def engine_options(arguments: argparse.Namespace) -> Options:
    """The engine's options in the arguments. Raises UserError for those that contradict each other."""
    given = vars(arguments)
    if arguments.target and arguments.exclude:
        raise UserError("--exclude", "cannot be used together with --target", "Leave one of them out")
    target_replace = given.get("target_replace") or []
    return Options(
        parallel=arguments.parallel,
        refresh=bool(given.get("refresh")),
        run_program=bool(arguments.run_program),
        targets=[*arguments.target, *target_replace],
        target_dependents=bool(arguments.target_dependents),
        excludes=arguments.exclude,
        exclude_dependents=bool(arguments.exclude_dependents),
        replace=[*(given.get("replace") or []), *target_replace],
        policy_packs=policy_packs(arguments),
        continue_on_error=bool(arguments.continue_on_error or _truthy("PULUMI_CONTINUE_ON_ERROR")),
        exclude_protected=bool(given.get("exclude_protected")),
        message=arguments.message,
    )


def _as_the_project_wants(options: Options, arguments: argparse.Namespace, session: Session) -> Options:
    """The options with `options.refresh: always` of Pulumi.yaml, unless the command line says otherwise."""
    unsaid = getattr(arguments, "refresh", None) is None
    return replace(options, refresh=True) if unsaid and session.project.always_refresh else options


def policy_packs(arguments: argparse.Namespace) -> list[PolicyPackRequest]:
    """The packs that the arguments name, each with the configuration in the same place."""
    packs = [pack for item in getattr(arguments, "policy_pack", []) for pack in item.split(",")]
    configs = [file for item in getattr(arguments, "policy_pack_config", []) for file in item.split(",")]
    if configs and len(configs) != len(packs):
        problem = f"{len(configs)} configurations for {len(packs)} policy packs"
        raise UserError("--policy-pack-config", problem, "Give one for each --policy-pack, in the same order")
    loaded = [load_pack_config(Path(file)) for file in configs] or [{} for _ in packs]
    return [PolicyPackRequest(pack, config) for pack, config in zip(packs, loaded, strict=True)]


def interactive(arguments: argparse.Namespace) -> bool:
    """Whether a person can be asked."""
    return not arguments.non_interactive and sys.stdin.isatty() and sys.stdout.isatty()


def coloured(arguments: argparse.Namespace) -> bool:
    """Whether output is in colour."""
    if arguments.color in ("always", "never", "raw"):
        return bool(arguments.color == "always")
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _run(
    arguments: argparse.Namespace,
    session: Session,
    options: Options,
    operation: Operation,
    kind: str,
    *,
    dry_run: bool,
    plan: Plan | None = None,
) -> Result:
    display = _display(arguments, session, kind, dry_run=dry_run)
    began = time.time()
    context = session.context(_guarded(display, plan) if plan is not None else display)
    try:
        with graceful(context.cancellation):
            result = operation(context, options, dry_run)
    finally:
        display.close()
    if not dry_run:
        record = history.UpdateRecord(
            kind, began, time.time(), result.ok, result.changes, session.config.sealed(), options.message
        )
        history.record(session.backend, session.ref, record)
    if not result.ok:
        details = f": {result.error}" if result.error and arguments.json else ""
        print(f"error: {'preview' if dry_run else kind} failed{details}", file=sys.stderr)
    return result


def _guarded(display: Display, plan: Plan) -> Sink:
    """The display, with the plan's veto: a step is announced before it begins, and a veto keeps it from
    beginning.
    """

    def sink(event: Event) -> None:
        if isinstance(event, ResourcePre):
            problem = plan.check(event.step)
            if problem:
                message = f"resource {event.step.urn} violates plan: {problem}"
                display(Diagnostic(event.step.urn, "error", message))
                raise EngineError(message)
        display(event)

    return sink


def _display(arguments: argparse.Namespace, session: Session, kind: str, *, dry_run: bool) -> Display:
    config = session.config.blinded()
    if arguments.json:
        if dry_run:
            return PreviewDigest(
                sys.stdout,
                config,
                show_sames=bool(arguments.show_sames),
                show_replacement_steps=bool(arguments.show_replacement_steps),
                suppress_outputs=bool(arguments.suppress_outputs),
            )
        stream = JsonEvents(sys.stdout, config)
        stream.start()
        return stream
    display = TextDisplay(
        sys.stdout,
        TextOptions(
            colour=coloured(arguments),
            live=interactive(arguments) and not arguments.suppress_progress,
            diff=bool(arguments.diff),
            debug=bool(arguments.debug),
            show_sames=bool(arguments.show_sames),
            show_reads=bool(arguments.show_reads),
            show_replacement_steps=bool(arguments.show_replacement_steps),
            show_full_output=bool(arguments.show_full_output),
            show_policy_remediations=bool(arguments.show_policy_remediations),
            show_config=bool(arguments.show_config),
            suppress_outputs=bool(arguments.suppress_outputs),
            suppress_progress=bool(arguments.suppress_progress),
        ),
    )
    title = {
        "preview": "Previewing update",
        "update": "Updating",
        "refresh": "Refreshing",
        "destroy": "Destroying",
    }[kind]
    if dry_run and kind != "preview":
        title = f"Previewing {kind}"
    display.start(f"{title} ({session.ref.name})", dry_run=dry_run, config=config)
    return display


def _verdict(arguments: argparse.Namespace, result: Result, happened: str) -> int:
    if not result.ok:
        return EXIT_ERROR
    if arguments.expect_no_changes and result.changed:
        print(f"error: no changes were expected but changes {happened}", file=sys.stderr)
        return EXIT_ERROR
    return EXIT_OK


def _confirmed(command: str) -> bool:
    what = {"up": "update", "refresh": "refresh", "destroy": "destroy"}[command]
    answer = input(f"\nDo you want to perform this {what}? (yes/no) ")
    return answer.strip().lower() in ("y", "yes")


def _environment_says_yes() -> bool:
    return _truthy("PULUMI_SKIP_CONFIRMATIONS")


def _truthy(variable: str) -> bool:
    return os.environ.get(variable, "").lower() in ("1", "true")


def _forget_pending_creates(session: Session) -> None:
    """Drops creates that a killed run left unfinished; what they may have made is not looked for."""
    deployment = journal.settle(session.backend, session.ref) or {}
    pending = deployment.get("pending_operations") or []
    kept = [operation for operation in pending if operation["type"] != "creating"]
    if len(kept) != len(pending):
        session.backend.save(session.ref, {**deployment, "pending_operations": kept})


def _after_destroy(arguments: argparse.Namespace) -> None:
    from localcloud.cli.stacks import remove_stack

    if arguments.remove:
        remove_stack(arguments)
    elif not arguments.json:
        print(
            "The resources in the stack have been deleted, but its history and configuration are still there."
        )


def _plan_update(context: Context, options: Options, _dry_run: bool) -> Result:
    return operations.preview(context, options)


def _update(context: Context, options: Options, dry_run: bool) -> Result:
    return operations.preview(context, options) if dry_run else operations.update(context, options)


def _refresh(context: Context, options: Options, dry_run: bool) -> Result:
    return operations.refresh(context, options, dry_run=dry_run)


def _destroy(context: Context, options: Options, dry_run: bool) -> Result:
    return operations.destroy(context, options, dry_run=dry_run)
