"""What this team reads of the landing zone: the few outputs it uses, by the published contract.

The contract is ``components/outputs.schema.json`` in the landing zone's repository. A team copies this file, not the
landing zone: nothing here imports it. An unknown major version is refused rather than half understood.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

CONTRACT = "payments-landing-zone"
MAJOR = "1"


@dataclass(frozen=True)
class Account:
    """The account this team deploys to."""

    id: pulumi.Output[str]
    deploy_role_arn: pulumi.Output[str]


class LandingZone:
    """Outputs of one landing-zone stack."""

    def __init__(self, stack: str) -> None:
        """Args: the stack's fully qualified name, such as organization/payments/prod-primary."""
        self._stack = stack
        self._reference = pulumi.StackReference(stack)

    @property
    def region(self) -> pulumi.Output[str]:
        """Region the stack builds in."""
        return self._output("region")

    @property
    def organization_id(self) -> pulumi.Output[str]:
        """For policies that trust the company and nobody else."""
        return self._output("organization").apply(lambda organization: organization["id"])

    def account(self, key: str) -> Account:
        """An account by its key in the catalogue."""
        row = self._output("accounts").apply(lambda accounts: self._row(accounts, key))
        return Account(
            id=row.apply(lambda account: account["id"]),
            deploy_role_arn=row.apply(lambda account: account["deployRoleArn"]),
        )

    def _output(self, name: str) -> pulumi.Output[Any]:
        contract = self._reference.require_output("contract")
        return pulumi.Output.all(self._reference.require_output(name), contract).apply(
            lambda known: self._checked(known[0], known[1])
        )

    def _checked(self, value: Any, contract: Mapping[str, str]) -> Any:
        if contract["name"] != CONTRACT or contract["version"].split(".")[0] != MAJOR:
            raise pulumi.RunError(
                f"{self._stack}: it publishes {contract['name']} {contract['version']}, and this program reads "
                f"{CONTRACT} {MAJOR}.x. Read the landing zone's release notes, then update landing_zone.py."
            )
        return value

    def _row(self, accounts: Mapping[str, Any], key: str) -> Any:
        if key not in accounts:
            raise pulumi.RunError(
                f"Pulumi.{pulumi.get_stack()}.yaml payments-consumer:account: the landing zone has no account '{key}'. "
                f"Known: {', '.join(sorted(accounts))}."
            )
        return accounts[key]
