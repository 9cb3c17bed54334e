"""The guardrail plan: data in, checked policies out, before any resource is registered.

Owns the order load, fill in, pack, simulate. It deliberately registers nothing, so that a guardrail that is too
large or would lock the deployment out stops the program with nothing changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.catalogue.guardrails import Guardrail, load_global_actions, load_guardrails, load_limits
from components.errors import ConfigError, did_you_mean
from components.settings import Maintenance, Settings

from . import lockout
from .documents import placeholders, rendered
from .packing import Headroom, Packed, headroom, pack


@dataclass(frozen=True)
class GuardrailPlan:
    """Checked organization policies."""

    at_once: tuple[Packed, ...]
    """Attached as soon as the organization stands."""
    after_audit: tuple[Packed, ...]
    """Attached once the log archive and the trail stand."""
    headroom: tuple[Headroom, ...]
    """Use of quotas per node."""
    detached: tuple[str, ...]
    """Guardrails in a maintenance window: made, but attached nowhere."""


def plan_guardrails(settings: Settings) -> GuardrailPlan:
    """Read and check every guardrail. Raises ConfigError naming the file at fault."""
    directory, catalogue = settings.catalogue_dir, settings.catalogue
    guardrails = load_guardrails(directory, catalogue.units)
    limits = load_limits(directory)
    values = placeholders(settings.naming, catalogue, load_global_actions(directory))
    detached = _detached(settings.stack, settings.maintenance, guardrails)
    packed = pack(
        [
            Packed(
                name=guardrail.name,
                type=guardrail.type,
                attach=() if guardrail.name in detached else guardrail.attach,
                after=guardrail.after,
                description=guardrail.description,
                body=rendered(guardrail, values),
            )
            for guardrail in guardrails
        ],
        limits,
    )
    lockout.check(packed, lockout.load_calls(directory), catalogue, values)
    return GuardrailPlan(
        at_once=tuple(policy for policy in packed if not policy.after),
        after_audit=tuple(policy for policy in packed if policy.after),
        headroom=headroom(packed, limits),
        detached=detached,
    )


def _detached(stack: str, windows: Sequence[Maintenance], guardrails: Sequence[Guardrail]) -> tuple[str, ...]:
    known = {guardrail.name for guardrail in guardrails}
    for index, window in enumerate(windows):
        if window.guardrail not in known:
            raise ConfigError(
                f"Pulumi.{stack}.yaml payments:guardrailMaintenance[{index}].guardrail",
                f"there is no guardrail '{window.guardrail}'",
                did_you_mean(window.guardrail, known),
            )
    return tuple(window.guardrail for window in windows)
