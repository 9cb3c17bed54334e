"""What a person reads while an operation runs and after it: rows, messages, policies, outputs, counts.

On a terminal a live line at the bottom tells what is under way; anywhere else there are plain lines only.
Secrets are masked. Messages are gathered by resource and shown at the end, as Pulumi does, so that they are
not lost among the rows.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from localcloud.engine import events
from localcloud.engine.display_diff import diff_lines, short_diff, step_lines
from localcloud.engine.display_policy import PolicySection
from localcloud.engine.display_words import (
    OPERATIONS,
    SEVERITY_COLOURS,
    Paint,
    resource_name,
    resource_type,
    short_type,
)

if TYPE_CHECKING:
    from rich.status import Status


@dataclass(frozen=True)
class TextOptions:
    """What to show. The names are Pulumi's flags."""

    colour: bool = False
    live: bool = False
    """Whether a status line may be drawn and redrawn."""
    diff: bool = False
    debug: bool = False
    show_sames: bool = False
    show_reads: bool = False
    show_replacement_steps: bool = False
    show_full_output: bool = False
    show_policy_remediations: bool = False
    show_config: bool = False
    suppress_outputs: bool = False
    suppress_progress: bool = False


@dataclass
class _Messages:
    """What was said about one resource."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    """Severity and text."""


class TextDisplay:
    """A sink of events. `start` before the operation, `close` after it (also when it raised)."""

    def __init__(self, out: TextIO, options: TextOptions) -> None:
        self._out = out
        self._options = options
        self._paint = Paint(options.colour)
        self._messages: dict[str, _Messages] = {}
        self._policies = PolicySection(self._paint, show_remediations=options.show_policy_remediations)
        self._outputs: events.Outputs | None = None
        self._began: dict[str, float] = {}
        self._lock = threading.RLock()
        self._status: Status | None = None
        self._dry_run = False
        self._done = 0
        self._root = ""

    def start(self, title: str, *, dry_run: bool, config: dict[str, str] | None = None) -> None:
        """`config` is the blinded configuration, shown when asked for."""
        self._dry_run = dry_run
        self._print(self._paint("bold", f"{title}:"))
        if self._options.show_config and config:
            self._print("Configuration:")
            for key, text in config.items():
                self._print(f"    {key}: {text}")
        if self._options.live:
            from rich.console import Console  # only a terminal needs it

            console = Console(file=self._out)
            self._status = console.status("starting")
            self._status.start()

    def __call__(self, event: events.Event) -> None:
        with self._lock:
            match event:
                case events.ResourcePre(step):
                    self._before(step)
                case events.ResourceDone(step):
                    self._after(step)
                case events.ResourceFailed(step, error):
                    self._failed(step, error)
                case events.Diagnostic():
                    self._say(event)
                case events.ProgramOutput(text):
                    self._note("", "info", text.rstrip("\n"))
                case events.PolicyViolation() | events.PolicyRemediation():
                    self._policies.add(event)
                case events.PolicyReport(packs):
                    self._policies.packs = list(packs)
                case events.Outputs():
                    self._outputs = event
                case events.Summary():
                    self._finish(event)

    def close(self) -> None:
        with self._lock:
            if self._status is not None:
                self._status.stop()
                self._status = None
            self._out.flush()

    # ------------------------------------------------------------------ rows

    def _visible(self, step: events.Step) -> bool:
        if step.internal and not self._options.show_sames:
            return False
        if step.op == "same" or (step.op == "refresh" and step.result_op in ("", "same")):
            return self._options.show_sames
        if step.op in ("read", "read-replacement"):
            return self._options.show_reads
        return self._options.show_replacement_steps or step.logical or not self._options.diff

    def _before(self, step: events.Step) -> None:
        if step.type == "pulumi:pulumi:Stack":
            self._root = step.urn
        self._began[step.urn] = time.monotonic()
        words = OPERATIONS[step.op]
        self._tell_live(f"{words.doing or 'checking'} {short_type(step.type)} {resource_name(step.urn)}")
        if not self._visible(step):
            return
        if self._options.diff:
            for line in step_lines(step, self._paint, full=self._options.show_full_output):
                self._print(line)
        elif self._dry_run:
            self._row(step, words.planned, short_diff(step))
        elif self._status is None and not self._options.suppress_progress and step.op != "refresh":
            self._row(step, words.doing, short_diff(step))

    def _tell_live(self, text: str) -> None:
        if self._status is not None:
            from rich.text import Text  # not markup: names may hold brackets

            self._status.update(Text(f"{self._done} done, {text}"))

    def _after(self, step: events.Step) -> None:
        self._done += 1
        if self._options.diff or (self._dry_run and step.op != "refresh") or not self._visible(step):
            return
        if step.op == "refresh":
            found = OPERATIONS[step.result_op]
            self._row(step, found.planned if self._dry_run else found.done, short_diff(step), sign=found.sign)
        elif step.type != "pulumi:pulumi:Stack" or step.op != "same":
            took = time.monotonic() - self._began.get(step.urn, time.monotonic())
            self._row(step, f"{OPERATIONS[step.op].done} ({_seconds(took)})", "")

    def _failed(self, step: events.Step, error: str) -> None:
        words = OPERATIONS[step.op]
        self._row(step, self._paint("red", f"**{words.doing or 'checking'} failed**"), "")
        self._note(step.urn, "error", error)

    def _row(self, step: events.Step, status: str, diff: str, sign: str = "") -> None:
        words = OPERATIONS[step.op]
        mark = self._paint(words.colour, (sign or words.sign).ljust(2))
        text = f" {mark} {short_type(step.type)} {resource_name(step.urn)} {status} {diff}"
        self._print(text.rstrip())

    # -------------------------------------------------------------- messages

    def _say(self, event: events.Diagnostic) -> None:
        if event.severity == "debug" and not self._options.debug:
            return
        if event.ephemeral:
            self._tell_live(event.message.strip())
            return
        self._note(event.urn, event.severity, event.message.rstrip("\n"))

    def _note(self, urn: str, severity: str, text: str) -> None:
        """Messages without a resource are the stack's; its URN may not be known yet."""
        self._messages.setdefault(urn, _Messages()).lines.append((severity, text))

    # --------------------------------------------------------------- the end

    def _finish(self, summary: events.Summary) -> None:
        self.close()
        self._print_messages()
        for line in self._policies.lines():
            self._print(line)
        if not self._options.suppress_outputs and summary.ok:
            self._print_outputs()
        self._print("")
        self._print(self._paint("bold", "Resources:"))
        for line in summary_lines(summary, self._paint):
            self._print(f"    {line}")
        self._print("")
        self._print(f"Duration: {_seconds(summary.duration)}")

    def _print_messages(self) -> None:
        if not self._messages:
            return
        self._print("")
        self._print(self._paint("bold", "Diagnostics:"))
        for urn, messages in self._messages.items():
            about = urn or self._root
            subject = (
                f"{short_type(resource_type(about))} ({resource_name(about)})"
                if about
                else "pulumi:pulumi:Stack"
            )
            self._print(f"  {self._paint('bold', subject)}:")
            for severity, text in messages.lines:
                prefix = (
                    "" if severity == "info" else f"{self._paint(SEVERITY_COLOURS[severity], severity)}: "
                )
                for number, line in enumerate(text.split("\n")):
                    self._print(f"    {prefix if number == 0 else ''}{line}".rstrip())

    def _print_outputs(self) -> None:
        if self._outputs is None or not (self._outputs.before or self._outputs.after):
            return
        before, after = self._outputs.before, self._outputs.after
        self._print("")
        self._print(self._paint("bold", "Outputs:"))
        lines = diff_lines(before, after, self._paint, "  ", full=self._options.show_full_output)
        unchanged = {key: value for key, value in after.items() if key in before and before[key] == value}
        shown = [*diff_lines({}, unchanged, self._paint, "    ", plain_additions=True), *lines]
        for line in shown:
            self._print(line)

    def _print(self, text: str) -> None:
        if self._status is not None:
            self._status.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            print(text, file=self._out, flush=True)


def summary_lines(summary: events.Summary, paint: Paint) -> list[str]:
    """The counts of an operation, one line per kind of step, and the total."""
    lines = []
    changed = 0
    for op, words in OPERATIONS.items():
        count = summary.changes.get(op, 0)
        if not count or op == "same":
            continue
        changed += 0 if op in ("read", "refresh") else count
        counted = f"to {words.planned}" if summary.dry_run and op != "refresh" else words.counted
        lines.append(f"{paint(words.colour, words.sign)} {paint('bold', str(count))} {counted}")
    same = summary.changes.get("same", 0)
    total = f"{changed} change{'' if changed == 1 else 's'}. " if changed else ""
    if same or not lines:
        lines.append(f"{total}{same} unchanged")
    elif len(lines) > 1:
        lines.append(total.rstrip(". "))
    return lines


def _seconds(seconds: float) -> str:
    if seconds >= 60:
        return f"{int(seconds // 60)}m{int(seconds % 60)}s"
    return f"{seconds:.1f}s" if seconds < 10 else f"{int(seconds)}s"
