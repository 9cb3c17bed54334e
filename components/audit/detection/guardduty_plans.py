"""The GuardDuty protection plans, all of them: an accepted cost (docs/decisions), refused savings.

`EKS_RUNTIME_MONITORING` is absent because `RUNTIME_MONITORING` contains it and AWS refuses both together.
Source: GuardDuty API reference, DetectorFeatureConfiguration.
"""

RUNTIME_MONITORING = "RUNTIME_MONITORING"

PLANS = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    RUNTIME_MONITORING,
    "S3_DATA_EVENTS",
)

RUNTIME_AGENTS = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")
"""Agents that GuardDuty installs and updates itself, in the order its API lists them."""
