"""Inspector: scans per account, the delegated administrator, what new accounts start with.

Source: `aws_inspector2_*` of terraform-provider-aws. An enabler owns the whole set of scans of its accounts:
types that it does not name are switched off.
"""

from localcloud.provider.errors import ProviderError
from localcloud.provider.model import Call, Change, Op, ResourceType
from localcloud.provider.wire import UNKNOWN, Props

#: resource types as properties name them, to their place in an account's state
SCANS = {
    "CODE_REPOSITORY": "codeRepository",
    "EC2": "ec2",
    "ECR": "ecr",
    "LAMBDA": "lambda",
    "LAMBDA_CODE": "lambdaCode",
}


def _switch(call: Call) -> str:
    accounts, scans = sorted(call.inputs["accountIds"]), sorted(call.inputs["resourceTypes"])
    _reported(call.api("enable", accountIds=accounts, resourceTypes=scans))
    surplus = [scan for scan in SCANS if scan not in scans]
    if surplus:
        _reported(call.api("disable", accountIds=accounts, resourceTypes=surplus))
    left = sorted(set(call.old.get("accountIds") or []) - set(accounts))
    if left:
        _reported(call.api("disable", accountIds=left, resourceTypes=list(SCANS)))
    return f"{':'.join(accounts)}-{':'.join(scans)}"


def _reported(answer: Props) -> None:
    failed = answer.get("failedAccounts") or []
    if failed:
        said = "; ".join(
            f"account {each['accountId']}: {each['errorCode']}: {each['errorMessage']}" for each in failed
        )
        raise ProviderError(f"{said}. Name accounts that this account administers")


def _accounts(call: Call) -> list[str]:
    recorded = call.inputs.get("accountIds") or call.state.get("accountIds")
    return sorted(recorded or call.id.split("-")[0].split(":"))


def _scanned(call: Call) -> Props | None:
    found = call.api("batch_get_account_status", accountIds=_accounts(call))["accounts"]
    on = [each for each in found if each["state"]["status"] == "ENABLED"]
    if not on:
        return None
    states = on[0]["resourceState"]
    scans = [scan for scan, place in SCANS.items() if states.get(place, {}).get("status") == "ENABLED"]
    return {"accountIds": sorted(each["accountId"] for each in on), "resourceTypes": scans}


def _stop(call: Call) -> None:
    call.api("disable", accountIds=_accounts(call), resourceTypes=list(SCANS))


def _nonempty(inputs: Props) -> list[tuple[str, str]]:
    given = {name: inputs.get(name) for name in ("accountIds", "resourceTypes")}
    return [
        (name, "give at least one element")
        for name, value in given.items()
        if value is not UNKNOWN and value is not None and not value
    ]


ENABLER = ResourceType(
    token="aws:inspector2/enabler:Enabler",
    service="inspector2",
    create=_switch,
    read=_scanned,
    delete=_stop,
    changes=(Change(("accountIds", "resourceTypes"), _switch),),
    unordered=frozenset({"accountIds", "resourceTypes"}),
    checked_by=("enable",),
    check=_nonempty,
)


def _administrator(call: Call) -> Props | None:
    for each in call.pages("list_delegated_admin_accounts", "delegatedAdminAccounts"):
        if each["accountId"] == call.id:
            return {"accountId": call.id, "relationshipStatus": each["status"]}
    return None


DELEGATED_ADMIN_ACCOUNT = ResourceType(
    token="aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount",
    service="inspector2",
    create=Op("enable_delegated_admin_account", key={"delegatedAdminAccountId": "accountId"}),
    read=_administrator,
    delete=Op("disable_delegated_admin_account", key={"delegatedAdminAccountId": "accountId"}),
    id_parts=("accountId",),
    replace=frozenset({"accountId"}),
    gone=("ValidationException: is not the delegated administrator",),
)

NOTHING = {"ec2": False, "ecr": False, "lambda": False, "lambdaCode": False}


def _enrol(call: Call) -> str:
    wanted = {**NOTHING, **call.inputs["autoEnable"]}
    call.api("update_organization_configuration", autoEnable=wanted)
    return call.account


def _stop_enrolling(call: Call) -> None:
    call.api("update_organization_configuration", autoEnable=NOTHING)


ORGANIZATION_CONFIGURATION = ResourceType(
    token="aws:inspector2/organizationConfiguration:OrganizationConfiguration",
    service="inspector2",
    create=_enrol,
    read=Op("describe_organization_configuration"),
    delete=_stop_enrolling,
    changes=(Change(("autoEnable",), _enrol),),
    volatile=frozenset({"maxAccountLimitReached"}),
    gone=("AccessDeniedException: is not the delegated administrator",),
)

TYPES = [ENABLER, DELEGATED_ADMIN_ACCOUNT, ORGANIZATION_CONFIGURATION]
