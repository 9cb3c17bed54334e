"""The flags of the command line, spelt as Pulumi spells them, and those that are refused by name.

A flag that localcloud cannot honour is never ignored: it is refused with what to do instead.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import NoReturn

from localcloud.errors import UserError

_USE_CLI = "Use the pulumi CLI for this"

REFUSED = {
    "--remote": "Updates run on this machine; leave it out",
    "--config-path": "Write the nested value into the stack file's 'config:'",
    "--attach-debugger": "Call breakpoint() in the program and run it with python -m pdb",
    "--client": _USE_CLI,
    "--strict": "Run preview --save-plan FILE, then up --plan FILE",
    "--neo": _USE_CLI,
    "--copilot": _USE_CLI,
    "--secrets-provider": "Secrets are encrypted with a passphrase here; leave it out",
    "--import-file": _USE_CLI,
    "--import-pending-creates": "Run refresh --clear-pending-creates, then import the object with the resource option",
    "--event-log": "Use --json, which writes the same events to standard output",
    "--disable-integrity-checking": "The state is always checked; leave it out",
    "--tracing": _USE_CLI,
    "--profiling": _USE_CLI,
    "--memprofilerate": _USE_CLI,
    "--logtostderr": "Use --debug to see the engine's messages",
    "--logflow": "Use --debug to see the engine's messages",
    "--shell-hook": _USE_CLI,
}
"""Flag to remedy."""

SWITCHES = frozenset({
    "--yes", "--skip-preview", "--diff", "--json", "--expect-no-changes", "--refresh", "--run-program",
    "--preview-only", "--target-dependents", "--exclude-dependents", "--show-sames", "--show-reads",
    "--show-replacement-steps", "--show-full-output", "--show-policy-remediations", "--show-config",
    "--show-secrets", "--suppress-outputs", "--suppress-progress", "--suppress-permalink", "--continue-on-error",
    "--non-interactive", "--debug", "--exclude-protected", "--remove", "--clear-pending-creates",
    "--skip-pending-creates", "--force", "--shell", "--emoji", "--all",
})  # fmt: skip
"""Flags without a value; they may still be given one: `--refresh=false`."""


class Parser(argparse.ArgumentParser):
    """Reports misuse as a UserError; takes `--switch=true|false` for switches."""

    def error(self, message: str) -> NoReturn:
        raise UserError(self.prog, message, f"See `{self.prog} --help`")

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parses; refuses by name what is not supported."""
        normal = []
        for argument in arguments:
            flag, sign, value = argument.partition("=")
            if flag in REFUSED or (flag.startswith("--remote-")):
                remedy = REFUSED.get(flag, REFUSED["--remote"])
                raise UserError(flag, "is not supported by localcloud", remedy)
            if flag in SWITCHES and sign:
                if value not in ("true", "false"):
                    raise UserError(
                        flag, f"'{value}' is neither true nor false", f"Write {flag} or {flag}=false"
                    )
                argument = flag if value == "true" else f"--no-{flag[2:]}"
            normal.append(argument)
        parsed, unknown = self.parse_known_args(normal)
        if unknown:
            kind = "unknown flag" if unknown[0].startswith("-") else "unexpected argument"
            raise UserError(unknown[0].partition("=")[0], kind, f"See `{self.prog} --help`")
        return parsed


def add_project(parser: argparse.ArgumentParser) -> None:
    """Which project and stack: of every command that works on one."""
    parser.add_argument("stack_name", nargs="?", metavar="STACK", help="name of the stack")
    add_place(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """As `add_project`, for commands whose positional argument means something else."""
    parser.add_argument("-s", "--stack", help="name of the stack (as the argument STACK)")
    parser.add_argument("-C", "--cwd", default=".", metavar="DIR", help="run as if in this folder")
    parser.add_argument(
        "--color", choices=("always", "never", "raw", "auto"), default="auto", help="colour the output"
    )
    parser.add_argument("-v", "--verbose", action="count", default=0, help="tell more of what is done")
    switch(parser, "--non-interactive", help="never ask")


def add_operation(parser: argparse.ArgumentParser) -> None:
    """Flags of preview, up, refresh and destroy."""
    parser.add_argument("-c", "--config", action="append", default=[], metavar="KEY=VALUE",
                        help="configuration for this run only (the stack file is left as it is)")  # fmt: skip
    parser.add_argument("--config-file", metavar="FILE", help="configuration instead of Pulumi.STACK.yaml")
    parser.add_argument("-m", "--message", default="", help="message to keep with the update")
    parser.add_argument("-p", "--parallel", type=_positive, default=_default_parallel(), metavar="N",
                        help="operations to run at once (default: %(default)s)")  # fmt: skip
    parser.add_argument("-t", "--target", action="append", default=[], metavar="URN",
                        help="only this resource; * and ** are wildcards")  # fmt: skip
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="URN", help="leave this resource alone"
    )
    switch(parser, "--target-dependents", help="and what depends on the targets")
    switch(parser, "--exclude-dependents", help="and what depends on the excluded")
    switch(parser, "--continue-on-error", help="go on with independent resources after an error")
    switch(parser, "--run-program", help="run the program when refreshing or destroying")
    switch(parser, "--expect-no-changes", help="fail when anything changes")
    _add_display(parser)


def add_planning(parser: argparse.ArgumentParser) -> None:
    """Flags of preview and up, which run the program."""
    parser.add_argument(
        "--policy-pack", action="append", default=[], metavar="DIR", help="policy pack to enforce"
    )
    parser.add_argument("--policy-pack-config", action="append", default=[], metavar="FILE",
                        help="configuration (JSON) of the policy pack in the same place")  # fmt: skip
    parser.add_argument("--replace", action="append", default=[], metavar="URN", help="replace this resource")
    parser.add_argument("--target-replace", action="append", default=[], metavar="URN",
                        help="replace this resource, and only it")  # fmt: skip


def add_refresh(parser: argparse.ArgumentParser) -> None:
    """`--refresh` of preview, up and destroy."""
    switch(parser, "-r", "--refresh", help="read the world first")


def add_approval(parser: argparse.ArgumentParser) -> None:
    """Flags of what changes something."""
    switch(parser, "-y", "--yes", help="go ahead without asking (and without a preview, unless asked for)")
    switch(
        parser,
        "-f",
        "--skip-preview",
        help="no preview first; --skip-preview=false: a preview even with --yes",
    )


def _add_display(parser: argparse.ArgumentParser) -> None:
    switch(parser, "--diff", help="show every property that changes")
    switch(parser, "-j", "--json", help="machine-readable output in Pulumi's schema")
    switch(parser, "-d", "--debug", help="show debug messages")
    switch(parser, "--show-sames", help="show unchanged resources too")
    switch(parser, "--show-reads", help="show resources that are only read")
    switch(parser, "--show-replacement-steps", help="show each half of a replacement")
    switch(parser, "--show-full-output", help="do not cut long values")
    switch(parser, "--show-policy-remediations", help="show what remediations changed")
    switch(parser, "--show-config", help="show the configuration")
    switch(parser, "--suppress-outputs", help="do not show stack outputs")
    switch(parser, "--suppress-progress", help="show results only")
    # Neither exists here: there is no permalink, and no emoji is ever printed. Both requests are met.
    switch(parser, "--suppress-permalink", help=argparse.SUPPRESS)
    switch(parser, "-e", "--emoji", help=argparse.SUPPRESS)


def switch(parser: argparse.ArgumentParser, *names: str, help: str) -> None:  # noqa: A002 - argparse's own word
    """A switch that is None when not given, so that `--x=false` can be told from silence."""
    long = names[-1]
    target = long[2:].replace("-", "_")
    parser.add_argument(*names, dest=target, action="store_true", default=None, help=help)
    parser.add_argument(f"--no-{long[2:]}", dest=target, action="store_false", help=argparse.SUPPRESS)


def port(text: str) -> int:
    """A port number to listen on; 0 is a free one."""
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be a port number from 0 to 65535, not {text!r}")
    return int(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {number}")
    return number


def _default_parallel() -> int:
    named = os.environ.get("PULUMI_PARALLEL", "")
    return int(named) if named.isdigit() and int(named) > 0 else 4 * (os.cpu_count() or 4)
