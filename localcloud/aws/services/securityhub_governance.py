"""What Security Hub's central configuration means for the accounts under it.

A policy reaches the account it is associated with, else the nearest organizational unit, else the root; in the
administrator's home Region and in those its finding aggregator links. Management has to enable its hub itself.
"""

from __future__ import annotations

from typing import Any

from localcloud.aws.services.securityhub_policies import SELF_MANAGED, ConfigurationPolicies


def governing_policy(hub: ConfigurationPolicies) -> dict[str, Any] | None:
    """The Security Hub part of the policy that governs an account in a Region, None when it governs itself."""
    organization = hub.organization
    if organization is None:
        return None
    for home in hub.everywhere():
        inside = home.account_id in organization.account_ids and home.account_id != hub.account_id
        if not inside or home.configuration_type != "CENTRAL" or not _covers(home, hub.region):
            continue
        for target in (hub.account_id, *organization.ancestors(hub.account_id)):
            if target in home.associations:
                policy_id = home.associations[target]["ConfigurationPolicyId"]
                return None if policy_id == SELF_MANAGED else _rules(home, policy_id)
    return None


def _covers(home: ConfigurationPolicies, region: str) -> bool:
    aggregator = home.aggregator
    if home.region == region or aggregator is None:
        return home.region == region
    listed = region in aggregator.get("Regions", [])
    return {
        "ALL_REGIONS": True,
        "ALL_REGIONS_EXCEPT_SPECIFIED": not listed,
        "SPECIFIED_REGIONS": listed,
        "NO_REGIONS": False,
    }[aggregator["RegionLinkingMode"]]


def _rules(home: ConfigurationPolicies, policy_id: str) -> dict[str, Any] | None:
    policy = home.policies.get(policy_id)
    found: dict[str, Any] | None = policy["ConfigurationPolicy"]["SecurityHub"] if policy else None
    return found
