"""An application team's program: it finds its account in the landing zone's outputs and builds there.

No account id, role or Region is written down here: all of them come through the contract, so that the landing zone
may move an account without this team noticing.
"""

import pulumi
import pulumi_aws as aws
from landing_zone import LandingZone

RETENTION_DAYS = 400

config = pulumi.Config()
landing_zone = LandingZone(config.require("landingZone"))
account = landing_zone.account(config.require("account"))

provider = aws.Provider(
    "account",
    region=landing_zone.region,
    allowed_account_ids=[account.id],
    assume_roles=[
        aws.ProviderAssumeRoleArgs(role_arn=account.deploy_role_arn, session_name="payments-consumer")
    ],
    default_tags=aws.ProviderDefaultTagsArgs(tags={"owner": "payments", "project": pulumi.get_project()}),
)

logs = aws.cloudwatch.LogGroup(
    "service-logs",
    name=f"/payments-consumer/{pulumi.get_stack()}",
    retention_in_days=RETENTION_DAYS,
    opts=pulumi.ResourceOptions(provider=provider),
)

pulumi.export("accountId", account.id)
pulumi.export("organizationId", landing_zone.organization_id)
pulumi.export("logGroup", logs.name)
