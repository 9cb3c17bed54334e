"""The guardrail plan: data in, checked policies out, before any resource is registered.

Owns the order load, fill in, pack, simulate. It deliberately registers nothing, so that a guardrail that is too
large or would lock the deployment out stops the program with nothing changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.audit.names import AuditNames
from components.catalogue.guardrails import Guardrail, load_global_actions, load_guardrails, load_limits
from components.errors import ConfigError, did_you_mean
from components.naming import AUDIT
from components.settings import Maintenance, Settings

from . import lockout
from .documents import Guarded, placeholders, rendered
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
    values = _placeholders(settings)
    detached = _detached(settings.stack, settings.maintenance, guardrails)
    packed = pack(
        [
            Packed(
                name=f"{guardrail.name}-{region}" if region else guardrail.name,
                type=guardrail.type,
                attach=() if guardrail.name in detached else guardrail.attach,
                after=guardrail.after,
                region=region,
                description=guardrail.description,
                body=rendered(guardrail, values[region or catalogue.home_region]),
            )
            for guardrail in guardrails
            for region in (catalogue.regions if guardrail.per_region else ("",))
        ],
        limits,
    )
    lockout.check(packed, lockout.load_calls(directory), catalogue, values)
    ours = [policy for policy in packed if _belongs(policy, settings)]
    return GuardrailPlan(
        at_once=tuple(policy for policy in ours if not policy.after),
        after_audit=tuple(policy for policy in ours if policy.after),
        headroom=headroom(packed, limits),
        detached=detached,
    )


def _placeholders(settings: Settings) -> dict[str, dict[str, list[str]]]:
    """Placeholder values of each governed Region."""
    names = AuditNames(settings.naming, settings.catalogue.home_region)
    actions = load_global_actions(settings.catalogue_dir)
    return {
        region: placeholders(
            settings.catalogue,
            actions,
            Guarded(
                buckets=[
                    names.archive_bucket(region),
                    names.delivery_bucket(region),
                    names.access_log_bucket(region),
                ],
                log_groups=[settings.naming.log_group(AUDIT)],
                finding_routes=names.finding_routes,
            ),
        )
        for region in settings.catalogue.regions
    }


def _belongs(policy: Packed, settings: Settings) -> bool:
    """Policies over one Region's resources belong to that Region's stack, all others to the primary."""
    return policy.region == settings.region if policy.region else settings.is_primary


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
