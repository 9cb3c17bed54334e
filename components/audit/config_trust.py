"""Who may assume the roles of AWS Config: the service itself, acting for the role's own account."""

import pulumi

from components.keys.key_policy import minified


def config_trust(account_id: pulumi.Input[str]) -> pulumi.Output[str]:
    """The trust policy of a role for AWS Config; the source account keeps a confused deputy out (PCI DSS 7.3.1)."""
    return pulumi.Output.from_input(account_id).apply(
        lambda known: minified(
            {
                "Effect": "Allow",
                "Principal": {"Service": "config.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": known}},
            }
        )
    )
