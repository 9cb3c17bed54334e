"""From what a stack built to what it publishes: fills in the contract of `outputs.py`."""

from collections.abc import Mapping
from dataclasses import asdict

import pulumi

from .audit.regional import RegionalAudit
from .catalogue.accounts import MANAGEMENT, Account
from .organization.foundation import Foundation
from .organization.plan import GuardrailPlan
from .outputs import (
    CONTRACT,
    CONTRACT_VERSION,
    AccountOutputs,
    AuditOutputs,
    ContractOutputs,
    GuardrailOutputs,
    HeadroomOutputs,
    IdentityOutputs,
    OrganizationOutputs,
    PipelineOutputs,
    StackOutputs,
    TrailOutputs,
)
from .settings import Settings


def stack_outputs(
    settings: Settings,
    foundation: Foundation,
    emergency: Mapping[str, pulumi.Output[str]],
    regional: RegionalAudit,
    guardrails: GuardrailOutputs,
    trail: TrailOutputs | None = None,
    identity: IdentityOutputs | None = None,
    pipeline: PipelineOutputs | None = None,
) -> StackOutputs:
    """The outputs of one stack; what exists once is given by the primary only."""
    return StackOutputs(
        contract=ContractOutputs(CONTRACT, CONTRACT_VERSION),
        stack_role=settings.role.value,
        region=settings.region,
        active_region=settings.active_region,
        organization=OrganizationOutputs(foundation.organization_id, foundation.node_ids),
        accounts={
            key: _account(account, settings, foundation, emergency)
            for key, account in settings.catalogue.accounts.items()
        },
        audit=AuditOutputs(
            key_arn=regional.key_arn,
            archive_bucket=regional.archive_bucket,
            delivery_bucket=regional.delivery_bucket,
            findings_topic_arn=regional.findings_topic_arn,
        ),
        guardrails=guardrails,
        trail=trail,
        identity=identity,
        pipeline=pipeline,
    )


def guardrail_outputs(plan: GuardrailPlan, policies: Mapping[str, pulumi.Output[str]]) -> GuardrailOutputs:
    """Policies of this stack, and the headroom of all."""
    return GuardrailOutputs(
        policies=policies,
        headroom=[HeadroomOutputs(**asdict(row)) for row in plan.headroom],
        detached=plan.detached,
    )


def _account(
    account: Account,
    settings: Settings,
    foundation: Foundation,
    emergency: Mapping[str, pulumi.Output[str]],
) -> AccountOutputs:
    member = None if account.key == MANAGEMENT else foundation.members[account.key]
    return AccountOutputs(
        id=settings.management_account_id if member is None else member.account_id,
        environment=account.environment,
        data_class=account.data_class,
        pci_scope=account.pci_scope,
        deploy_role_arn=None if member is None else member.deploy_role_arn,
        plan_role_arn=None if member is None else member.plan_role_arn,
        break_glass_role_arn=emergency.get(account.key),
    )
