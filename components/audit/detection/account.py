"""What is on in an account before it may lead the organization's detection, or be led although it is management."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .guardduty_plans import PLANS, RUNTIME_AGENTS, RUNTIME_MONITORING


@dataclass(frozen=True)
class AccountDetectionArgs:
    """One account in one Region."""

    region: str
    """Region in which the services are switched on."""


class AccountDetection(pulumi.ComponentResource):
    """Owns an account's own GuardDuty detector with every plan, and its Macie session.

    Needed in the security account (the administrator) and in management, which no organization setting switches on.
    Every other account is switched on by the administrator, so that none can be forgotten or opt out.
    """

    detector_id: pulumi.Output[str]
    """Id of the detector."""

    def __init__(
        self, name: str, args: AccountDetectionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:AccountDetection", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        detector = aws.guardduty.Detector(
            f"{name}-detector",
            region=args.region,
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        for plan in PLANS:
            aws.guardduty.DetectorFeature(
                f"{name}-{plan.lower().replace('_', '-')}",
                region=args.region,
                detector_id=detector.id,
                name=plan,
                status="ENABLED",
                additional_configurations=(
                    [
                        aws.guardduty.DetectorFeatureAdditionalConfigurationArgs(name=agent, status="ENABLED")
                        for agent in RUNTIME_AGENTS
                    ]
                    if plan == RUNTIME_MONITORING
                    else None
                ),
                opts=child,
            )
        aws.macie2.Account(
            f"{name}-macie",
            region=args.region,
            status="ENABLED",
            finding_publishing_frequency="FIFTEEN_MINUTES",
            opts=child,
        )
        self.detector_id = detector.id
        self.register_outputs({"detectorId": self.detector_id})
