"""Macie: the account's session, the organization's administrator and enrolment, export of results.

Source: `aws_macie2_*` of terraform-provider-aws.
"""

from localcloud.provider.model import Call, Change, Op, ResourceType
from localcloud.provider.wire import Props

DISABLED = ("AccessDeniedException: Macie is not enabled",)


def _enable(call: Call) -> str:
    Op("enable_macie").send(call, ("findingPublishingFrequency", "status"))
    return call.account


ACCOUNT = ResourceType(
    token="aws:macie2/account:Account",
    service="macie2",
    create=_enable,
    read=Op("get_macie_session"),
    delete=Op("disable_macie"),
    changes=(Change(("findingPublishingFrequency", "status"), Op("update_macie_session")),),
    kept=frozenset({"findingPublishingFrequency", "status"}),
    volatile=frozenset({"updatedAt"}),
    gone=DISABLED,
)


def _administrator(call: Call) -> Props | None:
    found = call.pages("list_organization_admin_accounts", "adminAccounts")
    return {} if any(each["accountId"] == call.id for each in found) else None


ORGANIZATION_ADMIN_ACCOUNT = ResourceType(
    token="aws:macie2/organizationAdminAccount:OrganizationAdminAccount",
    service="macie2",
    create=Op("enable_organization_admin_account"),
    read=_administrator,
    delete=Op("disable_organization_admin_account"),
    id_parts=("adminAccountId",),
    replace=frozenset({"adminAccountId"}),
    gone=(*DISABLED, "ValidationException: is not the delegated administrator"),
)


def _enrol(call: Call) -> str:
    call.api("update_organization_configuration", autoEnable=call.inputs["autoEnable"])
    return call.account


def _stop_enrolling(call: Call) -> None:
    call.api("update_organization_configuration", autoEnable=False)


ORGANIZATION_CONFIGURATION = ResourceType(
    token="aws:macie2/organizationConfiguration:OrganizationConfiguration",
    service="macie2",
    create=_enrol,
    read=Op("describe_organization_configuration"),
    delete=_stop_enrolling,
    changes=(Change(("autoEnable",), _enrol),),
    gone=DISABLED,
)


def _export(call: Call) -> str:
    wanted = call.inputs["s3Destination"]
    destination = {
        "bucketName": wanted["bucketName"],
        "kmsKeyArn": wanted["kmsKeyArn"],
        **({"keyPrefix": wanted["keyPrefix"]} if wanted.get("keyPrefix") else {}),
    }
    call.api("put_classification_export_configuration", configuration={"s3Destination": destination})
    return f"macie:classification_export_configuration:{call.account}:{call.region}"


def _exported(call: Call) -> Props | None:
    found = call.api("get_classification_export_configuration").get("configuration") or {}
    return call.properties(found) if found.get("s3Destination") else None


def _stop_exporting(call: Call) -> None:
    call.api("put_classification_export_configuration", configuration={})


CLASSIFICATION_EXPORT_CONFIGURATION = ResourceType(
    token="aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration",
    service="macie2",
    create=_export,
    read=_exported,
    delete=_stop_exporting,
    changes=(Change(("s3Destination",), _export),),
    gone=DISABLED,
)

TYPES = [
    ACCOUNT,
    ORGANIZATION_ADMIN_ACCOUNT,
    ORGANIZATION_CONFIGURATION,
    CLASSIFICATION_EXPORT_CONFIGURATION,
]
