"""The one sentence form in which every violation speaks.

`LOG-03 trail: enableLogFileValidation is false; expected true. Why: … Fix: … [PCI 10.3.4; SOC 2 CC7.3]`
"""

from __future__ import annotations

from policies.framework.catalogue import Entry
from policies.framework.results import Fail, Undecided
from policies.framework.settings import Refusal


def violation(entry: Entry, fail: Fail) -> str:
    """A refused resource."""
    finding = f"{fail.name}: {fail.property} is {fail.found}; expected {fail.expected}."
    return f"{entry.id} {finding} {_tail(entry)}"


def refused_setting(entry: Entry, refusal: Refusal) -> str:
    """A configured tunable beyond its bound."""
    finding = f"policy configuration: {refusal.name} is {refusal.found}; expected {refusal.expected}."
    fix = f"Remove {refusal.name} from the configuration of {entry.name}, or move it the other way."
    return f"{entry.id} {finding} Fix: {fix} [{entry.controls}]"


def broken_rule(entry: Entry, subject: str, error: Exception) -> str:
    """A rule that could not read its resource. Refused: what cannot be read is not known to be compliant."""
    return (
        f"{entry.id} {subject}: the rule could not be evaluated ({type(error).__name__}: {error}). "
        f"Fix: correct the resource if it is malformed, else report the rule. [{entry.controls}]"
    )


def undecided(entry: Entry, waiting: list[Undecided]) -> str:
    """What a preview could not decide, by resource and property."""
    named = ", ".join(dict.fromkeys(f"{each.name}.{each.property}" for each in waiting[:8]))
    more = f" and {len(waiting) - 8} more" if len(waiting) > 8 else ""
    return f"{entry.id} waits for {named}{more}: known after the update, decided then"


def _tail(entry: Entry) -> str:
    return f"Why: {entry.why} Fix: {entry.fix} [{entry.controls}]"
