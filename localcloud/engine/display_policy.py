"""The section on policies: packs with their verdict, violations grouped below them, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterator

from localcloud.engine.display_diff import diff_lines
from localcloud.engine.display_words import (
    ENFORCEMENT_COLOURS,
    Paint,
    resource_name,
    resource_type,
    short_type,
)
from localcloud.engine.events import PolicyRemediation, PolicyViolation
from localcloud.engine.policy_config import PackSummary, PolicyInfo

_ORDER = ("mandatory", "remediate", "advisory")


class PolicySection:
    """Collects what policies said and writes it once, at the end."""

    def __init__(self, paint: Paint, *, show_remediations: bool = False) -> None:
        self.packs: list[PackSummary] = []
        self._paint = paint
        self._show_remediations = show_remediations
        self._violations: list[PolicyViolation] = []
        self._remediations: list[PolicyRemediation] = []

    def add(self, event: PolicyViolation | PolicyRemediation) -> None:
        if isinstance(event, PolicyViolation):
            self._violations.append(event)
        else:
            self._remediations.append(event)

    def lines(self) -> Iterator[str]:
        """The section; nothing when no pack ran and nothing was said."""
        versions = {(pack.name, pack.version) for pack in self.packs}
        versions |= {(said.pack, said.pack_version) for said in self._violations}
        versions |= {(done.pack, done.pack_version) for done in self._remediations}
        if not versions:
            return
        yield ""
        yield self._paint("bold", "Policies:")
        for name, version in sorted(versions):
            yield from self._pack(name, version)

    def _pack(self, name: str, version: str) -> Iterator[str]:
        said = [each for each in self._violations if (each.pack, each.pack_version) == (name, version)]
        done = [each for each in self._remediations if (each.pack, each.pack_version) == (name, version)]
        summary = next((pack for pack in self.packs if (pack.name, pack.version) == (name, version)), None)
        blocked = any(each.enforcement == "mandatory" for each in said)
        mark = self._paint("red", "✗") if blocked else self._paint("green", "✓")
        local = f" (local: {summary.directory})" if summary else ""
        yield f"  {mark} {self._paint('bold', f'{name}@v{version}')}{local}{_counts(summary, said)}"
        for remediation in done:
            yield from self._remediation(remediation)
        for policy in sorted({each.policy for each in said}, key=lambda policy: _rank(policy, said)):
            about = summary.policies.get(policy) if summary else None
            yield from self._violations_of([each for each in said if each.policy == policy], about)

    def _violations_of(self, said: list[PolicyViolation], policy: PolicyInfo | None) -> Iterator[str]:
        """All violations of one policy, with its remedy once."""
        description = policy.description if policy is not None else ""
        for level in _ORDER:
            of_level = [each for each in said if each.enforcement == level]
            if not of_level:
                continue
            severity = f"  [{of_level[0].severity}]" if of_level[0].severity else ""
            head = f"{self._paint(ENFORCEMENT_COLOURS[level], f'[{level}]')}{severity}  {of_level[0].policy}"
            yield f"      - {head}{f': {description}' if description else ''}"
            for each in of_level:
                # The SDK puts the policy's description before the message; it stands in the head already.
                detail = each.message.removeprefix(f"{description}\n") if description else each.message
                yield from (
                    f"          {line}".rstrip() for line in f"{_subject(each.urn)} {detail}".split("\n")
                )
        if policy is not None and policy.remediation_steps:
            yield f"        To fix: {policy.remediation_steps}"
        if policy is not None and policy.url:
            yield f"        See: {policy.url}"

    def _remediation(self, done: PolicyRemediation) -> Iterator[str]:
        level = self._paint(ENFORCEMENT_COLOURS["remediate"], "[remediate]")
        yield f"      - {level}  {done.policy}  {_subject(done.urn)}"
        if self._show_remediations:
            yield from diff_lines(done.before, done.after, self._paint, "          ")


def _rank(policy: str, said: list[PolicyViolation]) -> tuple[int, str]:
    """Mandatory first, then by name."""
    return min(_ORDER.index(each.enforcement) for each in said if each.policy == policy), policy


def _subject(urn: str) -> str:
    return f"({short_type(resource_type(urn))}: {resource_name(urn)})" if urn else "(the stack)"


def _counts(summary: PackSummary | None, said: list[PolicyViolation]) -> str:
    if summary is None:
        return ""
    active = sum(1 for level in summary.levels.values() if level != "disabled")
    parts = [f"{active} {'policy' if active == 1 else 'policies'}", f"{summary.resources} resources"]
    for level in _ORDER:
        count = sum(1 for each in said if each.enforcement == level)
        if count:
            parts.append(f"{count} {level}")
    if summary.remediations:
        parts.append(f"{summary.remediations} remediated")
    return f": {', '.join(parts)}"
