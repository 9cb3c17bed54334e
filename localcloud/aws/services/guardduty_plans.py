"""GuardDuty's protection plans: which there are, and the two views the API gives of them.

`Features` is the present view; `DataSources` is the older one, kept by GuardDuty for three of the plans.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: sources that every enabled detector reads, and nobody can switch
FOUNDATIONAL = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")
#: protection plans, and whether CreateDetector switches them on when the caller is silent
PLANS = {
    "S3_DATA_EVENTS": True,
    "EKS_AUDIT_LOGS": True,
    "EBS_MALWARE_PROTECTION": True,
    "RDS_LOGIN_EVENTS": True,
    "LAMBDA_NETWORK_LOGS": True,
    "EKS_RUNTIME_MONITORING": False,
    "RUNTIME_MONITORING": False,
}
#: agents that a runtime plan can manage
AGENTS = {
    "EKS_RUNTIME_MONITORING": ("EKS_ADDON_MANAGEMENT",),
    "RUNTIME_MONITORING": ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"),
}


@dataclass
class Detector:
    """A detector: one per account and Region."""

    id: str
    enabled: bool
    frequency: str
    tags: dict[str, str]
    plans: dict[str, bool]
    agents: dict[str, dict[str, bool]]
    created: datetime
    updated: datetime
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Enrolment:
    """How the organization's accounts are enrolled: ALL, NEW or NONE, for membership and for each plan."""

    members: str = "NONE"
    plans: dict[str, str] = field(default_factory=lambda: dict.fromkeys(PLANS, "NONE"))
    agents: dict[str, dict[str, str]] = field(
        default_factory=lambda: {plan: dict.fromkeys(agents, "NONE") for plan, agents in AGENTS.items()}
    )
    #: accounts that were there when the setting was made, so not new
    known: frozenset[str] = frozenset()

    def covers(self, setting: str, account_id: str) -> bool:
        """Whether a setting reaches an account."""
        return setting == "ALL" or (setting == "NEW" and account_id not in self.known)


def status_of(enabled: bool) -> str:
    """ENABLED or DISABLED."""
    return "ENABLED" if enabled else "DISABLED"


def text_of(moment: datetime) -> str:
    """A moment as GuardDuty writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def features_of(detector: Detector) -> list[dict[str, Any]]:
    """Every plan's state, the foundational sources first."""
    listed: list[dict[str, Any]] = [
        {"Name": name, "Status": status_of(detector.enabled), "UpdatedAt": detector.updated}
        for name in FOUNDATIONAL
    ]
    for plan, enabled in detector.plans.items():
        feature: dict[str, Any] = {"Name": plan, "Status": status_of(enabled), "UpdatedAt": detector.updated}
        agents = detector.agents.get(plan, {})
        if agents:
            feature["AdditionalConfiguration"] = [
                {"Name": name, "Status": status_of(chosen), "UpdatedAt": detector.updated}
                for name, chosen in agents.items()
            ]
        listed.append(feature)
    return listed


def data_sources_of(detector: Detector) -> dict[str, Any]:
    """The older view of the same plans, which GuardDuty still answers with."""
    foundation = {"Status": status_of(detector.enabled)}
    plans = detector.plans
    return {
        "CloudTrail": foundation,
        "DNSLogs": foundation,
        "FlowLogs": foundation,
        "S3Logs": {"Status": status_of(plans["S3_DATA_EVENTS"])},
        "Kubernetes": {"AuditLogs": {"Status": status_of(plans["EKS_AUDIT_LOGS"])}},
        "MalwareProtection": {
            "ScanEc2InstanceWithFindings": {
                "EbsVolumes": {"Status": status_of(plans["EBS_MALWARE_PROTECTION"])}
            }
        },
    }


def enrolled_sources_of(enrolment: Enrolment) -> dict[str, Any]:
    """The older view of the enrolment."""

    def chosen(plan: str) -> bool:
        return enrolment.plans[plan] != "NONE"

    return {
        "S3Logs": {"AutoEnable": chosen("S3_DATA_EVENTS")},
        "Kubernetes": {"AuditLogs": {"AutoEnable": chosen("EKS_AUDIT_LOGS")}},
        "MalwareProtection": {
            "ScanEc2InstanceWithFindings": {"EbsVolumes": {"AutoEnable": chosen("EBS_MALWARE_PROTECTION")}}
        },
    }


def as_features(sources: dict[str, Any]) -> list[dict[str, Any]]:
    """The older dataSources argument, told as features."""
    chosen = {
        "S3_DATA_EVENTS": sources.get("S3Logs", {}).get("Enable"),
        "EKS_AUDIT_LOGS": sources.get("Kubernetes", {}).get("AuditLogs", {}).get("Enable"),
        "EBS_MALWARE_PROTECTION": sources.get("MalwareProtection", {})
        .get("ScanEc2InstanceWithFindings", {})
        .get("EbsVolumes"),
    }
    return [{"Name": plan, "Status": status_of(value)} for plan, value in chosen.items() if value is not None]


def as_enrolment(sources: dict[str, Any]) -> list[dict[str, Any]]:
    """The older dataSources argument of the enrolment, told as features."""
    chosen = {
        "S3_DATA_EVENTS": sources.get("S3Logs", {}).get("AutoEnable"),
        "EKS_AUDIT_LOGS": sources.get("Kubernetes", {}).get("AuditLogs", {}).get("AutoEnable"),
        "EBS_MALWARE_PROTECTION": sources.get("MalwareProtection", {})
        .get("ScanEc2InstanceWithFindings", {})
        .get("EbsVolumes", {})
        .get("AutoEnable"),
    }
    return [
        {"Name": plan, "AutoEnable": "NEW" if value else "NONE"}
        for plan, value in chosen.items()
        if value is not None
    ]
