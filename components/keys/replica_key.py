"""The standby Region's replica of a multi-Region key, and its alias."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.keys.customer_key import DELETION_WINDOW_DAYS


@dataclass(frozen=True)
class ReplicaKeyArgs:
    """Which key is replicated where, and who may use the replica."""

    alias: str
    """Alias with its `alias/` prefix; the same as the primary's, so that code reads alike in both Regions."""
    description: str
    """What the key protects."""
    policy: pulumi.Input[str]
    """Key policy of the replica. AWS does not copy the primary's: each Region's policy stands alone."""
    primary_key_arn: pulumi.Input[str]
    """ARN of the primary key, an output of the stack that owns it."""
    region: str
    """Region of the replica."""


class ReplicaKey(pulumi.ComponentResource):
    """Owns a replica of a multi-Region key. Rotation is a property of the primary and follows it here.

    Deliberately not here: promotion of a replica to primary, which is an act of the failover tool.
    """

    arn: pulumi.Output[str]
    """ARN of the replica in its own Region."""
    key_id: pulumi.Output[str]
    """Id of the key, equal to the primary's."""

    def __init__(self, name: str, args: ReplicaKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:ReplicaKey", name, None, opts)
        key = aws.kms.ReplicaKey(
            f"{name}-replica",
            region=args.region,
            description=args.description,
            enabled=True,
            primary_key_arn=args.primary_key_arn,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            bypass_policy_lockout_safety_check=False,
            policy=args.policy,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        aws.kms.Alias(
            f"{name}-alias",
            region=args.region,
            name=args.alias,
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = key.arn
        self.key_id = key.key_id
        self.register_outputs({"arn": self.arn, "keyId": self.key_id})
