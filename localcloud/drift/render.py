"""The drift report as text for a terminal and as JSON for programs and evidence."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from localcloud.drift.model import DriftReport, ResourceDrift

WIDTH = 90
"""Longest printed value; the JSON report has the whole one."""


def as_json(report: DriftReport) -> str:
    """The whole report; `clean` decides the exit code."""
    document = dataclasses.asdict(report)
    document["clean"] = report.clean
    for item, resource in zip(document["drifted"], report.drifted, strict=True):
        item["benign"] = resource.benign
    return json.dumps(document, indent=2, sort_keys=True, default=str)


def as_text(report: DriftReport) -> str:
    """One block per drifted resource, unaccepted ones first, and a last line with the verdict."""
    lines = [f"Drift of {report.stack}, {report.checked_at}: {report.checked} resources read from the cloud"]
    for resource in sorted(report.drifted, key=lambda r: (r.benign, r.urn)):
        lines += ["", *_block(resource)]
    for problem in report.unreadable:
        lines += ["", f"? could not be read: {problem}"]
    return "\n".join([*lines, "", _verdict(report)])


def _block(resource: ResourceDrift) -> list[str]:
    sign = {"deleted": "-", "changed": "~"}[resource.kind]
    head = f"{sign} {resource.type} {resource.name} ({resource.id})"
    lines = [f"{head}: deleted from the cloud" if resource.kind == "deleted" else head]
    for p in resource.properties:
        lines.append(f"    {p.path}: recorded {_short(p.recorded)}, actual {_short(p.actual)}")
        if p.benign:
            lines.append(f"      accepted: {p.benign}")
    lines += [f"    could be {s.principal}, {s.action}, {s.time}" for s in resource.suspects]
    lines += [f"    breaks {b}" for b in resource.breaks]
    return lines


def _verdict(report: DriftReport) -> str:
    real = [r for r in report.drifted if not r.benign]
    accepted = len(report.drifted) - len(real)
    noted = f" ({accepted} accepted with a reason)" if accepted else ""
    if report.clean:
        return f"Clean: the cloud holds what the state recorded{noted}."
    unread = f", {len(report.unreadable)} unreadable" if report.unreadable else ""
    return (
        f"{len(real)} drifted{unread}{noted}. "
        f"Repair with: python -m localcloud up {report.stack} --refresh --yes --policy-pack policies/architecture"
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
