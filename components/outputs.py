"""The contract with application teams: what a stack exports, typed, versioned, and described by a JSON schema.

Owns the names and shapes of stack outputs. Fields are added freely; removing, renaming or retyping one raises the
major version, and readers refuse a major they do not know. ``components/outputs.schema.json`` is generated from the
classes here (`python -m components.outputs_schema`). It deliberately holds no secret and no value a consumer could
look up by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pulumi

from .errors import ConfigError

CONTRACT = "payments-landing-zone"
CONTRACT_VERSION = "1.0.0"


@dataclass(frozen=True)
class ContractOutputs:
    """Which contract the other outputs follow."""

    name: str
    """Always payments-landing-zone."""
    version: str
    """Semantic version; a reader refuses an unknown major."""


@dataclass(frozen=True)
class OrganizationOutputs:
    """The organization."""

    id: pulumi.Input[str]
    """What aws:PrincipalOrgID is compared with."""
    nodes: Mapping[str, pulumi.Input[str]]
    """Id of the root (key root) and of every organizational unit by catalogue key."""


@dataclass(frozen=True)
class AccountOutputs:
    """One account."""

    id: pulumi.Input[str]
    """12 digits."""
    environment: str
    """prod or nonprod."""
    data_class: str
    """Most sensitive data it may hold."""
    pci_scope: str
    """cde, connected or out."""
    deploy_role_arn: pulumi.Input[str] | None
    """Role through which Pulumi changes it; absent for management."""
    plan_role_arn: pulumi.Input[str] | None
    """Read-only role for previews; absent for management."""
    break_glass_role_arn: pulumi.Input[str] | None
    """Emergency role; absent for management."""


@dataclass(frozen=True)
class AuditOutputs:
    """Audit and detection of the stack's Region."""

    key_arn: pulumi.Input[str]
    """Key of the logs in this Region; the same multi-Region key everywhere."""
    archive_bucket: pulumi.Input[str]
    """Object Lock bucket."""
    delivery_bucket: pulumi.Input[str]
    """Bucket for services that cannot write to a locked one; replicated to the archive."""
    findings_topic_arn: pulumi.Input[str]
    """Topic of the security team."""


@dataclass(frozen=True)
class TrailOutputs:
    """The organization trail."""

    arn: pulumi.Input[str]
    """ARN of the trail."""
    log_group: pulumi.Input[str]
    """Log group in the management account that receives it."""
    alarm_topic_arn: pulumi.Input[str]
    """Topic in the management account for alarms on it."""


@dataclass(frozen=True)
class IdentityOutputs:
    """Sign-in."""

    instance_arn: pulumi.Input[str]
    """Identity Center instance."""
    permission_sets: pulumi.Input[Mapping[str, str]]
    """ARN by permission set."""


@dataclass(frozen=True)
class PipelineOutputs:
    """Roles of the pipeline's jobs."""

    plan_role_arn: pulumi.Input[str]
    """For pull requests."""
    deploy_role_arn: pulumi.Input[str]
    """For the protected environment."""


@dataclass(frozen=True)
class HeadroomOutputs:
    """What is left of a quota at one node of the organization."""

    node: str
    """Catalogue key."""
    type: str
    """Policy type."""
    slots_used: int
    """Policies attached, AWS's own included."""
    slots: int
    """Policies that fit."""
    largest: int
    """Characters of the largest document."""
    characters: int
    """Characters that fit in one document."""


@dataclass(frozen=True)
class GuardrailOutputs:
    """Organization policies of this stack."""

    policies: Mapping[str, pulumi.Input[str]]
    """Id by name."""
    headroom: Sequence[HeadroomOutputs]
    """Use of quotas, for all stacks together."""
    detached: Sequence[str]
    """Guardrails in a maintenance window."""


@dataclass(frozen=True)
class StackOutputs:
    """Everything a stack exports, one stack output per field."""

    contract: ContractOutputs
    """Which contract this is."""
    stack_role: str
    """primary or standby."""
    region: str
    """Region the stack builds in."""
    active_region: str
    """Region whose ledger accepts writes."""
    organization: OrganizationOutputs
    """The organization."""
    accounts: Mapping[str, AccountOutputs]
    """Accounts by catalogue key."""
    audit: AuditOutputs
    """Audit and detection of the stack's Region."""
    guardrails: GuardrailOutputs
    """Organization policies this stack owns."""
    trail: TrailOutputs | None
    """The organization trail; absent in a standby."""
    identity: IdentityOutputs | None
    """Sign-in; absent in a standby."""
    pipeline: PipelineOutputs | None
    """Pipeline roles; absent in a standby."""

    def export(self) -> None:
        """Export every field as a stack output."""
        for name, value in plain(self).items():
            pulumi.export(name, value)


class PrimaryStack:
    """Reads a primary stack's outputs by the contract; values stay outputs, so previews and secrets keep working."""

    def __init__(self, stack: str) -> None:
        """Args: the stack's fully qualified name, such as organization/payments/prod-primary."""
        self._stack = stack
        self._reference = pulumi.StackReference(stack)
        self._major = self._read("contract").apply(self._check)

    def text(self, *path: str) -> pulumi.Output[str]:
        """One value by its path of camel-case names, such as ``audit, keyArn``."""
        return pulumi.Output.all(self._read(path[0]), self._major).apply(
            lambda known: self._pick(known[0], path)
        )

    def _read(self, name: str) -> pulumi.Output[Any]:
        return self._reference.require_output(name)

    def _check(self, contract: Mapping[str, str]) -> str:
        major = CONTRACT_VERSION.split(".")[0]
        if contract["name"] != CONTRACT or contract["version"].split(".")[0] != major:
            raise ConfigError(
                f"stack {self._stack} output contract",
                f"it follows {contract['name']} {contract['version']}, and {CONTRACT} {CONTRACT_VERSION} is read here",
                "Update both stacks from the same commit, the primary first.",
            )
        return major

    def _pick(self, value: Any, path: Sequence[str]) -> str:
        for name in path[1:]:
            if not isinstance(value, Mapping) or value.get(name) is None:
                raise ConfigError(
                    f"stack {self._stack} output {'.'.join(path)}",
                    "the value is missing",
                    "Update the primary stack first: it does not know this account or field yet.",
                )
            value = value[name]
        return str(value)


def camel(name: str) -> str:
    """snake_case to camelCase, as stack outputs are spelled."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def plain(value: Any) -> Any:
    """Nested contract values as the dicts and lists Pulumi exports. Absent values are left out; map keys are kept."""
    if is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        return {camel(name): plain(item) for name, item in given.items() if item is not None}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
