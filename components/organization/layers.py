"""The organization's later layers, each a few lines over the components: baseline, emergency access, guardrails.

Owns which accounts and Regions a layer covers in which stack, so that the two stacks stay alike by construction.
`foundation.py` is the layer below.
"""

from collections.abc import Mapping, Sequence

import pulumi

from components.accounts import Accounts
from components.catalogue.accounts import MANAGEMENT
from components.settings import Settings

from .account_baseline import AccountBaseline, AccountBaselineArgs
from .break_glass import BreakGlassRole, BreakGlassRoleArgs
from .foundation import Foundation
from .guardrails import GuardrailPolicyArgs, Guardrails, GuardrailsArgs
from .packing import Packed
from .region_baseline import RegionBaseline, RegionBaselineArgs


def build_baseline(settings: Settings, accounts: Accounts) -> None:
    """Every account: what it has once in the primary stack, what it has per Region in each stack."""
    for key, account in settings.catalogue.accounts.items():
        if settings.is_primary:
            AccountBaseline(f"{key}-baseline", AccountBaselineArgs(accounts.id(key)), accounts.opts(key))
        RegionBaseline(
            f"{key}-region-baseline",
            RegionBaselineArgs(region=settings.region, internet=account.internet),
            accounts.opts(key),
        )


def build_break_glass(settings: Settings, accounts: Accounts) -> dict[str, pulumi.Output[str]]:
    """An emergency role in every member account; role ARNs by account."""
    return {
        account.key: BreakGlassRole(
            f"{account.key}-break-glass",
            BreakGlassRoleArgs(settings.management_account_id),
            accounts.opts(account.key),
        ).role_arn
        for account in settings.catalogue.members
    }


def build_guardrails(
    name: str,
    policies: Sequence[Packed],
    foundation: Foundation,
    accounts: Accounts,
    after: Sequence[pulumi.Resource],
) -> Mapping[str, pulumi.Output[str]]:
    """Make and attach checked policies once ``after`` stands; policy ids by name."""
    guardrails = Guardrails(
        name,
        GuardrailsArgs(
            policies=[
                GuardrailPolicyArgs(
                    policy.name, policy.type, policy.content, policy.description, policy.attach
                )
                for policy in policies
            ],
            nodes=foundation.node_ids,
        ),
        accounts.opts(MANAGEMENT, depends_on=after),
    )
    return {policy.name: guardrails.policy_ids[policy.name] for policy in policies}
