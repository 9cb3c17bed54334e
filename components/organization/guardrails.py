"""Organization policies and where they are attached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class GuardrailPolicyArgs:
    """One organization policy."""

    name: str
    """Name of the policy."""
    type: str
    """AWS Organizations policy type."""
    content: str
    """The minified document; known at preview, so policy rules can read it."""
    description: str
    """One sentence, at most 512 characters."""
    attach: Sequence[str]
    """Keys of the nodes it is attached to."""


@dataclass(frozen=True)
class GuardrailsArgs:
    """A set of policies and the nodes they may name."""

    policies: Sequence[GuardrailPolicyArgs]
    """In the order of the catalogue."""
    nodes: Mapping[str, pulumi.Input[str]]
    """Id of the root and of every unit, by key."""


class Guardrails(pulumi.ComponentResource):
    """Owns organization policies and their attachments. It acts in the management account.

    Deliberately not here: whether a document fits the quotas or would lock the deployment out. `plan.py` has settled
    that before the first resource is registered.
    """

    policy_ids: pulumi.Output[dict[str, str]]
    """Id of each policy, by name."""

    def __init__(self, name: str, args: GuardrailsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:Guardrails", name, None, opts)
        ids: dict[str, pulumi.Output[str]] = {}
        for policy in args.policies:
            resource = aws.organizations.Policy(
                policy.name,
                name=policy.name,
                type=policy.type,
                description=policy.description,
                content=policy.content,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for node in policy.attach:
                aws.organizations.PolicyAttachment(
                    f"{policy.name}-at-{node}",
                    policy_id=resource.id,
                    target_id=args.nodes[node],
                    opts=pulumi.ResourceOptions(parent=resource),
                )
            ids[policy.name] = resource.id
        self.policy_ids = pulumi.Output.all(**ids)
        self.register_outputs({"policyIds": self.policy_ids})
