"""`python -m localcloud drift STACK [--json]`: exit 0 only when the cloud holds what the state recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from localcloud import home
from localcloud.cli.flags import Parser, add_project
from localcloud.cli.session import Session, open_session
from localcloud.drift import benign, blame, breaks, check, render
from localcloud.drift.model import DriftReport
from localcloud.engine import journal

EXIT_CLEAN, EXIT_DRIFT = 0, 1
BENIGN = Path("components/catalogue/benign_drift.yaml")
PACK = Path("policies/architecture")
"""Both relative to the project; a project without them is checked without them."""


def main(argv: Sequence[str]) -> int:
    """Runs the check and prints the report. Raises UserError for bad input or an unreachable cloud."""
    parser = Parser(
        prog="localcloud drift",
        description="Compare a stack's state with the cloud. Changes neither. Exit 0: clean, 1: drift, 255: error.",
    )
    add_project(parser)
    parser.set_defaults(config=[], config_file=None)
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    parser.add_argument(
        "--policy-pack", action="append", default=[], metavar="DIR", help="packs to name broken policies from"
    )
    arguments = parser.parse(argv)
    session = open_session(arguments, runs_program=False, may_be_new=False)
    rules = benign.load(session.project.directory / BENIGN)
    collector = check.Collector()
    context = session.context(collector)
    # The lock keeps an update out: a state that is being written would be compared with half a cloud.
    with session.backend.lock(session.ref):
        found = check.run(context, session.ref.name, rules, _calls_since_the_last_update(session))
    report = _with_breaks(session, found, arguments.policy_pack)
    print(render.as_json(report) if arguments.json else render.as_text(report))
    return EXIT_CLEAN if report.clean else EXIT_DRIFT


def _calls_since_the_last_update(session: Session) -> blame.Calls:
    """The manifest is stamped when an update ends, so what the update itself called came before."""
    deployment = journal.load(session.backend, session.ref) or {}
    ended = deployment.get("manifest", {}).get("time", "")
    return blame.calls_since(home.world() / "data" / "api-journal.jsonl", ended)


def _with_breaks(session: Session, found: check.Found, packs: Sequence[str]) -> DriftReport:
    """The report with the policies that each drifted resource now breaks; packs start only if something drifted."""
    directories = [Path(p) for p in packs] or [session.project.directory / PACK]
    existing = [d for d in directories if packs or d.is_dir()]
    if not found.report.drifted or not existing:
        return found.report
    broken = breaks.by_resource(session, existing, found.recorded, found.actual)
    drifted = tuple(dataclasses.replace(d, breaks=broken.get(d.urn, ())) for d in found.report.drifted)
    return dataclasses.replace(found.report, drifted=drifted)
