"""Security Hub: the hub, standards, administrator and enrolment, aggregation of findings.

Source: `aws_securityhub_*` of terraform-provider-aws. Configuration policies: `securityhub_policies`.
"""

from localcloud.provider.model import Call, Change, Op, ResourceType
from localcloud.provider.wire import Props

NO_HUB = ("InvalidAccessException: is not subscribed",)


def _hub(call: Call) -> Props:
    found = call.api("describe_hub")
    return {
        "arn": found["HubArn"],
        "autoEnableControls": found["AutoEnableControls"],
        "controlFindingGenerator": found["ControlFindingGenerator"],
    }


def _enable_hub(call: Call) -> str:
    Op("enable_security_hub").send(call, ("enableDefaultStandards", "controlFindingGenerator"))
    return call.account


ACCOUNT = ResourceType(
    token="aws:securityhub/account:Account",
    service="securityhub",
    create=_enable_hub,
    read=_hub,
    delete=Op("disable_security_hub"),
    changes=(
        Change(
            ("autoEnableControls", "controlFindingGenerator"),
            Op("update_security_hub_configuration"),
            on_create=True,
        ),
    ),
    replace=frozenset({"enableDefaultStandards"}),
    defaults={"autoEnableControls": True, "enableDefaultStandards": True},
    kept=frozenset({"controlFindingGenerator"}),
    local=frozenset({"enableDefaultStandards"}),
    gone=NO_HUB,
    delete_before_replace=True,  # an account has one hub: a second cannot be enabled beside it
)


def _administrator(call: Call) -> Props | None:
    found = call.pages("list_organization_admin_accounts", "AdminAccounts")
    return {} if any(each["AccountId"] == call.id for each in found) else None


ORGANIZATION_ADMIN_ACCOUNT = ResourceType(
    token="aws:securityhub/organizationAdminAccount:OrganizationAdminAccount",
    service="securityhub",
    create=Op("enable_organization_admin_account"),
    read=_administrator,
    delete=Op("disable_organization_admin_account"),
    id_parts=("adminAccountId",),
    replace=frozenset({"adminAccountId"}),
    gone=(*NO_HUB, "InvalidInputException: is not the delegated administrator"),
)


def _enrol(call: Call) -> str:
    Op("update_organization_configuration").send(call, call.inputs)
    return call.account


def _enrolment(call: Call) -> Props:
    found = call.api("describe_organization_configuration")
    return {
        "autoEnable": found["AutoEnable"],
        "autoEnableStandards": found.get("AutoEnableStandards"),
        "organizationConfiguration": {
            "configurationType": found["OrganizationConfiguration"]["ConfigurationType"],
        },
    }


def _stop_enrolling(call: Call) -> None:
    call.api(
        "update_organization_configuration",
        AutoEnable=False,
        AutoEnableStandards="NONE",
        OrganizationConfiguration={"ConfigurationType": "LOCAL"},
    )


ORGANIZATION_CONFIGURATION = ResourceType(
    token="aws:securityhub/organizationConfiguration:OrganizationConfiguration",
    service="securityhub",
    create=_enrol,
    read=_enrolment,
    delete=_stop_enrolling,
    changes=(Change(("autoEnable", "autoEnableStandards", "organizationConfiguration"), _enrol),),
    kept=frozenset({"autoEnableStandards", "organizationConfiguration"}),
    gone=NO_HUB,
    checked_by=("update_organization_configuration",),
)


def _subscribe(call: Call) -> str:
    wanted = [{"StandardsArn": call.inputs["standardsArn"]}]
    made = call.api("batch_enable_standards", StandardsSubscriptionRequests=wanted)["StandardsSubscriptions"]
    arn: str = made[0]["StandardsSubscriptionArn"]
    return arn


def _subscription(call: Call) -> Props | None:
    found = call.pages("get_enabled_standards", "StandardsSubscriptions", StandardsSubscriptionArns=[call.id])
    standing = [each for each in found if each["StandardsStatus"] not in ("DELETING", "FAILED")]
    return {"arn": call.id, "standardsArn": standing[0]["StandardsArn"]} if standing else None


def _unsubscribe(call: Call) -> None:
    call.api("batch_disable_standards", StandardsSubscriptionArns=[call.id])


STANDARDS_SUBSCRIPTION = ResourceType(
    token="aws:securityhub/standardsSubscription:StandardsSubscription",
    service="securityhub",
    create=_subscribe,
    read=_subscription,
    delete=_unsubscribe,
    replace=frozenset({"standardsArn"}),
    gone=(*NO_HUB, "InvalidInputException: does not exist"),
)

FINDING_AGGREGATOR = ResourceType(
    token="aws:securityhub/findingAggregator:FindingAggregator",
    service="securityhub",
    create=Op("create_finding_aggregator"),
    read=Op("get_finding_aggregator"),
    delete=Op("delete_finding_aggregator"),
    changes=(Change(("linkingMode", "specifiedRegions"), Op("update_finding_aggregator")),),
    id_parts=("arn",),
    names={"arn": "FindingAggregatorArn", "linkingMode": "RegionLinkingMode", "specifiedRegions": "Regions"},
    unordered=frozenset({"specifiedRegions"}),
    gone=NO_HUB,
)

TYPES = [
    ACCOUNT,
    ORGANIZATION_ADMIN_ACCOUNT,
    ORGANIZATION_CONFIGURATION,
    STANDARDS_SUBSCRIPTION,
    FINDING_AGGREGATOR,
]
