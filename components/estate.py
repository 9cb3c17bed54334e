"""The two stacks: which layers each builds, in which order, and what it exports.

Both build the same Regional layers from the same components; the primary adds what exists once. Data flows one way:
settings, accounts, components, outputs.
"""

from .accounts import Accounts
from .audit.central import CentralAudit, CentralAuditArgs
from .audit.regional import RegionalAudit, RegionalAuditArgs
from .catalogue.accounts import MANAGEMENT
from .catalogue.identity import load_identity
from .organization.break_glass import BreakGlassAlarm, BreakGlassAlarmArgs
from .organization.foundation import Foundation, Member, admit_members, build_foundation
from .organization.identity_args import identity_center_args
from .organization.identity_center import IdentityCenter
from .organization.layers import build_baseline, build_break_glass, build_guardrails
from .organization.pipeline import Pipeline, PipelineArgs
from .organization.plan import plan_guardrails
from .outputs import IdentityOutputs, PipelineOutputs, PrimaryStack, StackOutputs, TrailOutputs
from .published import guardrail_outputs, stack_outputs
from .settings import Settings

STATE_BUCKET_PURPOSE = "pulumi-state"


def build_primary(settings: Settings) -> StackOutputs:
    """The home Region and everything that exists once."""
    plan = plan_guardrails(settings)
    identity = load_identity(
        settings.catalogue_dir / "identity.yaml", settings.catalogue, "components/catalogue/identity.yaml"
    )
    accounts = Accounts(settings)
    foundation = build_foundation(settings, identity, accounts)
    early = build_guardrails("guardrails", plan.at_once, foundation, accounts, foundation.ready)
    build_baseline(settings, accounts)
    emergency = build_break_glass(settings, accounts)
    account_ids = {key: accounts.id(key) for key in settings.catalogue.accounts}
    sign_in = IdentityCenter(
        "identity-center",
        identity_center_args(identity, settings.region, account_ids),
        accounts.opts(MANAGEMENT, depends_on=foundation.ready),
    )
    pipeline = Pipeline("pipeline", _pipeline_args(settings), accounts.opts(MANAGEMENT))
    regional = RegionalAudit(
        "audit", RegionalAuditArgs(settings, accounts, foundation.organization_id, after=foundation.ready)
    )
    central = CentralAudit(
        "central-audit", CentralAuditArgs(settings, accounts, regional, after=foundation.ready)
    )
    BreakGlassAlarm(
        "break-glass-use",
        BreakGlassAlarmArgs(settings.region, central.trail_log_group, central.alarm_topic_arn),
        accounts.opts(MANAGEMENT),
    )
    late = build_guardrails("audit-guardrails", plan.after_audit, foundation, accounts, [regional, central])
    return stack_outputs(
        settings,
        foundation,
        emergency,
        regional,
        guardrail_outputs(plan, {**early, **late}),
        trail=TrailOutputs(central.trail_arn, central.trail_log_group, central.alarm_topic_arn),
        identity=IdentityOutputs(sign_in.instance_arn, sign_in.permission_set_arns),
        pipeline=PipelineOutputs(pipeline.plan_role_arn, pipeline.deploy_role_arn),
    )


def build_standby(settings: Settings) -> StackOutputs:
    """The standby Region, on the foundation that the primary stack exports."""
    plan = plan_guardrails(settings)
    primary = PrimaryStack(settings.primary_stack)
    accounts = Accounts(settings)
    foundation = _read_foundation(settings, primary)
    admit_members(foundation, settings, accounts)
    build_baseline(settings, accounts)
    regional = RegionalAudit(
        "audit",
        RegionalAuditArgs(
            settings, accounts, foundation.organization_id, home_key_arn=primary.text("audit", "keyArn")
        ),
    )
    late = build_guardrails("audit-guardrails", plan.after_audit, foundation, accounts, [regional])
    emergency = {
        account.key: primary.text("accounts", account.key, "breakGlassRoleArn")
        for account in settings.catalogue.members
    }
    return stack_outputs(settings, foundation, emergency, regional, guardrail_outputs(plan, late))


def _read_foundation(settings: Settings, primary: PrimaryStack) -> Foundation:
    """The foundation as the primary stack exports it."""
    return Foundation(
        organization_id=primary.text("organization", "id"),
        node_ids={
            key: primary.text("organization", "nodes", key) for key in ("root", *settings.catalogue.units)
        },
        members={
            account.key: Member(
                account_id=primary.text("accounts", account.key, "id"),
                deploy_role_arn=primary.text("accounts", account.key, "deployRoleArn"),
                plan_role_arn=primary.text("accounts", account.key, "planRoleArn"),
            )
            for account in settings.catalogue.members
        },
    )


def _pipeline_args(settings: Settings) -> PipelineArgs:
    return PipelineArgs(
        repository=settings.pipeline.repository,
        branch=settings.pipeline.branch,
        environments=settings.pipeline.environments,
        state_bucket_arn=f"arn:aws:s3:::{settings.naming.bucket(STATE_BUCKET_PURPOSE, settings.region)}",
        state_key_alias=f"alias/{STATE_BUCKET_PURPOSE}",
    )
