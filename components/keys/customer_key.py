"""One customer-managed key and its alias, with the settings this estate never varies."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

DELETION_WINDOW_DAYS = 30


@dataclass(frozen=True)
class CustomerKeyArgs:
    """What differs from key to key."""

    alias: str
    """Alias with its `alias/` prefix. Aliases are per account and Region, so both Regions use the same one."""
    description: str
    """What the key protects, for the crypto architecture page (PCI DSS 3.6.1.1)."""
    policy: pulumi.Input[str]
    """Key policy as JSON, from `components.keys.key_policy`."""
    region: str
    """Region that holds the key, or the primary of a multi-Region key."""
    multi_region: bool = False
    """Whether other Regions may hold a replica. It cannot be changed once the key exists."""


class CustomerKey(pulumi.ComponentResource):
    """Owns a symmetric CMK that rotates yearly, cannot vanish in under 30 days, and is protected.

    Deliberately not here: the policy (the caller knows the users) and replicas (`ReplicaKey`, which belongs to the
    stack of its own Region).
    """

    arn: pulumi.Output[str]
    """ARN of the key in its Region. Use it, not the alias, where a policy names the key."""
    key_id: pulumi.Output[str]
    """Id of the key; `mrk-…` for a multi-Region key, and then the same in every Region."""

    def __init__(self, name: str, args: CustomerKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("payments:index:CustomerKey", name, None, opts)
        key = aws.kms.Key(
            f"{name}-key",
            region=args.region,
            description=args.description,
            key_usage="ENCRYPT_DECRYPT",
            customer_master_key_spec="SYMMETRIC_DEFAULT",
            is_enabled=True,
            multi_region=args.multi_region,
            enable_key_rotation=True,
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
