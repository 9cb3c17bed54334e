"""IAM Access Analyzer over the organization: who outside can reach in, and which access nobody uses."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

UNUSED_AFTER_DAYS = 90
"""Days without use after which access is reported (PCI DSS 8.2.6: inactive accounts within 90 days)."""


@dataclass(frozen=True)
class AccessAnalyzersArgs:
    """One Region."""

    region: str
    """Region analysed for outside access; resource policies are Regional."""
    external_name: str
    """Name of the analyzer of outside access."""
    unused_name: str | None
    """Name of the analyzer of unused access; None outside the home Region, since IAM is the same in all of them."""


class AccessAnalyzers(pulumi.ComponentResource):
    """Owns the organization's analyzers. The security account must be delegated administrator of the service first."""

    def __init__(
        self, name: str, args: AccessAnalyzersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:AccessAnalyzers", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        aws.accessanalyzer.Analyzer(
            f"{name}-external",
            region=args.region,
            analyzer_name=args.external_name,
            type="ORGANIZATION",
            opts=child,
        )
        if args.unused_name is not None:
            aws.accessanalyzer.Analyzer(
                f"{name}-unused",
                region=args.region,
                analyzer_name=args.unused_name,
                type="ORGANIZATION_UNUSED_ACCESS",
                configuration=aws.accessanalyzer.AnalyzerConfigurationArgs(
                    unused_access=aws.accessanalyzer.AnalyzerConfigurationUnusedAccessArgs(
                        unused_access_age=UNUSED_AFTER_DAYS
                    )
                ),
                opts=child,
            )
        self.register_outputs({})
