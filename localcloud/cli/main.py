"""The command line `python -m localcloud`: which command there is, what it takes, and how its errors look.

An error the person can solve is one `error:` line on standard error and exit code 255, as in the pulumi CLI.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from localcloud.cli import flags
from localcloud.cli.flags import Parser, switch
from localcloud.errors import UserError

EXIT_USAGE = 2
"""Nothing was asked for; the help was printed."""

EXIT_ERROR = 255
EXIT_INTERRUPTED = 130

_DESCRIPTION = "Pulumi's commands on this machine: an emulated AWS, its resource provider and a small engine."

_DELEGATED = {
    "drift": "compare a stack with the world",
    "demo": "bring up both stacks on the emulated AWS, previewed, policed and drift-checked",
}
"""Commands that parse their own arguments, each in `localcloud.<name>.command`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in _DELEGATED:
            return _delegate(given[0], given[1:])
        if not given:
            build_parser().print_help()
            return EXIT_USAGE
        parsed = build_parser().parse(given)
        code = _run(parsed)
        sys.stdout.flush()
        return code
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Who reads the output has had enough (`| head`). Python would complain again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR


def build_parser() -> Parser:
    """The whole command line."""
    parser = Parser(prog="localcloud", description=_DESCRIPTION, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_world(commands)
    _add_operations(commands)
    _add_stack(commands)
    _add_policy(commands)
    for name, help_ in _DELEGATED.items():
        commands.add_parser(name, help=help_, add_help=False)
    return parser


def _run(parsed: argparse.Namespace) -> int:
    module, _, function = parsed.run.partition(":")
    # Imported only now: a command need not wait for what others use.
    run: Callable[[argparse.Namespace], int] = getattr(
        importlib.import_module(f"localcloud.cli.{module}"), function
    )
    return run(parsed)


def _delegate(name: str, arguments: list[str]) -> int:
    command = importlib.import_module(f"localcloud.{name}.command")
    return int(command.main(arguments))


def _add_world(commands: argparse._SubParsersAction[Parser]) -> None:
    start = commands.add_parser("start", help="start the emulated AWS and its provider", allow_abbrev=False)
    start.set_defaults(run="world:start")
    stop = commands.add_parser("stop", help="end them", allow_abbrev=False)
    stop.set_defaults(run="world:stop")
    status = commands.add_parser("status", help="what runs, and what is recorded only", allow_abbrev=False)
    switch(status, "-j", "--json", help="as JSON")
    status.set_defaults(run="world:status")
    env = commands.add_parser("env", help="shell exports for an account", allow_abbrev=False)
    env.add_argument("account", metavar="ACCOUNT", help="name or id of the account")
    env.add_argument("--region", metavar="R", help="default Region of the exports")
    env.set_defaults(run="world:env")
    provider = commands.add_parser("provider", help="serve the resource provider", allow_abbrev=False)
    provider.add_argument(
        "--port", type=flags.port, metavar="N", help="port to listen on (default: a free one)"
    )
    provider.add_argument(
        "--endpoint", metavar="URL", help="AWS endpoint to work on (default: the running one)"
    )
    provider.set_defaults(run="world:provider")


def _add_operations(commands: argparse._SubParsersAction[Parser]) -> None:
    preview = commands.add_parser(
        "preview", aliases=["pre"], help="show what an update would do", allow_abbrev=False
    )
    flags.add_project(preview)
    flags.add_operation(preview)
    flags.add_planning(preview)
    flags.add_refresh(preview)
    preview.add_argument("--save-plan", metavar="FILE", help="keep the plan for `up --plan`")
    preview.set_defaults(run="operate:preview", command="preview")

    up = commands.add_parser(
        "up", aliases=["update"], help="make the world match the program", allow_abbrev=False
    )
    flags.add_project(up)
    flags.add_operation(up)
    flags.add_planning(up)
    flags.add_refresh(up)
    flags.add_approval(up)
    up.add_argument("--plan", metavar="FILE", help="do no more than this saved plan")
    up.set_defaults(run="operate:up", command="up")

    refresh = commands.add_parser(
        "refresh", help="write what the world is like into the state", allow_abbrev=False
    )
    flags.add_project(refresh)
    flags.add_operation(refresh)
    flags.add_approval(refresh)
    switch(refresh, "--preview-only", help="only show what was found")
    switch(refresh, "--clear-pending-creates", help="forget creates that a killed run left unfinished")
    switch(refresh, "--skip-pending-creates", help="leave them as they are (the default)")
    refresh.set_defaults(run="operate:refresh", command="refresh")

    destroy = commands.add_parser(
        "destroy", aliases=["down"], help="delete what the stack holds", allow_abbrev=False
    )
    flags.add_project(destroy)
    flags.add_operation(destroy)
    flags.add_refresh(destroy)
    flags.add_approval(destroy)
    switch(destroy, "--preview-only", help="only show what would be deleted")
    switch(destroy, "--exclude-protected", help="leave protected resources")
    switch(destroy, "--remove", help="remove the stack too, when it is empty")
    destroy.set_defaults(run="operate:destroy", command="destroy")


def _add_stack(commands: argparse._SubParsersAction[Parser]) -> None:
    stack = commands.add_parser("stack", help="look at stacks, export and import them", allow_abbrev=False)
    verbs = stack.add_subparsers(dest="verb", required=True, metavar="VERB")

    output = verbs.add_parser("output", help="the stack's outputs", allow_abbrev=False)
    output.add_argument(
        "words", nargs="*", metavar="[STACK] [PROPERTY]", help="with -s, the first word is the property"
    )
    flags.add_place(output)
    switch(output, "-j", "--json", help="as JSON")
    switch(output, "--shell", help="as shell assignments")
    switch(output, "--show-secrets", help="show secrets")
    output.set_defaults(run="stacks:output_of_words")

    export = verbs.add_parser("export", help="the stack's deployment as JSON", allow_abbrev=False)
    flags.add_project(export)
    export.add_argument("--file", metavar="FILE", help="write it there")
    switch(export, "--show-secrets", help="write secrets in the open")
    export.set_defaults(run="stacks:export")

    import_ = verbs.add_parser("import", help="replace the stack's deployment", allow_abbrev=False)
    flags.add_project(import_)
    import_.add_argument("--file", metavar="FILE", help="read it there (default: standard input)")
    switch(import_, "-f", "--force", help="even when resources are of another stack")
    import_.set_defaults(run="stacks:import_")

    list_ = verbs.add_parser("ls", help="the project's stacks", allow_abbrev=False)
    list_.add_argument("-C", "--cwd", default=".", metavar="DIR", help="run as if in this folder")
    switch(list_, "-j", "--json", help="as JSON")
    switch(list_, "-a", "--all", help="of all projects in the backend")
    list_.set_defaults(run="stacks:list_")

    init = verbs.add_parser("init", help="make an empty stack", allow_abbrev=False)
    flags.add_project(init)
    init.set_defaults(run="stacks:init")

    remove = verbs.add_parser("rm", help="remove an empty stack", allow_abbrev=False)
    flags.add_project(remove)
    switch(remove, "-f", "--force", help="forget what it holds")
    switch(remove, "-y", "--yes", help="do not ask (it never does)")
    remove.set_defaults(run="stacks:remove")


def _add_policy(commands: argparse._SubParsersAction[Parser]) -> None:
    policy = commands.add_parser("policy", help="run policy packs", allow_abbrev=False)
    verbs = policy.add_subparsers(dest="verb", required=True, metavar="VERB")
    analyze = verbs.add_parser("analyze", help="judge a recorded state", allow_abbrev=False)
    flags.add_project(analyze)
    analyze.add_argument("--file", metavar="FILE", help="an exported state, instead of a stack")
    analyze.add_argument(
        "--policy-pack", action="append", default=[], metavar="DIR", help="policy pack to run"
    )
    analyze.add_argument("--policy-pack-config", action="append", default=[], metavar="FILE",
                         help="configuration (JSON) of the policy pack in the same place")  # fmt: skip
    switch(analyze, "-j", "--json", help="events as JSON lines")
    switch(analyze, "--diff", help="accepted for Pulumi's sake: remediations are always shown in full")
    analyze.set_defaults(run="policies:analyze")
