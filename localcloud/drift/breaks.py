"""Which policies the drifted resources now break: the packs run on both versions, and the difference is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from localcloud.cli.policies import NO_ENGINE, judge
from localcloud.cli.session import Session
from localcloud.engine.analyzers import PolicyHost
from localcloud.engine.backend import ORGANIZATION
from localcloud.engine.events import Event, PolicyViolation
from localcloud.engine.operations import PolicyPackRequest
from localcloud.engine.state import ResourceState, Snapshot


def by_resource(
    session: Session,
    packs: Sequence[Path],
    recorded: Sequence[ResourceState],
    actual: Sequence[ResourceState],
) -> dict[str, tuple[str, ...]]:
    """URN → messages of the policies that the actual state violates and the recorded one did not.

    A stack policy may speak about another resource than the drifted one; its message stands where it points.
    """
    before, after = (_violations(session, packs, resources) for resources in (recorded, actual))
    new: defaultdict[str, list[str]] = defaultdict(list)
    for urn, message in after:
        if (urn, message) not in before and message not in new[urn]:
            new[urn].append(message)
    return {urn: tuple(messages) for urn, messages in new.items()}


def _violations(
    session: Session, packs: Sequence[Path], resources: Sequence[ResourceState]
) -> list[tuple[str, str]]:
    """(URN, message) of everything the packs say about these resources."""
    said: list[tuple[str, str]] = []

    def sink(event: Event) -> None:
        if isinstance(event, PolicyViolation):
            # The SDK puts the policy's description before what was reported; the report alone says all.
            said.append((event.urn, event.message.strip().splitlines()[-1]))

    host = PolicyHost(
        [PolicyPackRequest(str(p)) for p in packs],
        engine_address=NO_ENGINE,
        project=session.project.name,
        stack=session.ref.name,
        organization=ORGANIZATION,
        dry_run=False,
        sink=sink,
        config=session.config.config_map_for_program(session.secrets),
        secret_keys=session.config.secret_keys,
    )
    try:
        host.ready()
        judge(host, Snapshot(resources=list(resources)), sink)
    finally:
        host.close()
    return said
