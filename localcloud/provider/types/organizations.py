"""AWS Organizations: the organization and its units. Accounts, policies and delegation have files of their own."""

from localcloud.provider.model import AutoName, Call, Change, Function, Invocation, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

TAGS = TagApi("tag_resource", "untag_resource", "list_tags_for_resource", {"ResourceId": "id"})
"""Tagging of units, accounts and policies; `organizations_accounts` and `organizations_policies` use it too."""


def parent_of(call: Call) -> str:
    """The unit or root that holds the account or unit `call.id`."""
    return str(call.api("list_parents", ChildId=call.id)["Parents"][0]["Id"])


def account_summary(account: Props) -> Props:
    """An account as the SDK's `accounts` lists show it."""
    found = {
        name: account.get(name.capitalize(), "") for name in ("arn", "email", "id", "name", "status", "state")
    }
    joined = account.get("JoinedTimestamp")
    return {
        **found,
        "joinedMethod": account.get("JoinedMethod", ""),
        "joinedTimestamp": joined.isoformat() if joined else "",
    }


# -- the organization


def _create(call: Call) -> str:
    answer = call.api("create_organization", FeatureSet=call.inputs["featureSet"])
    return str(answer["Organization"]["Id"])


def _root(call: Call) -> Props:
    root: Props = call.api("list_roots")["Roots"][0]
    return root


def _enabled_types(root: Props) -> list[str]:
    return [item["Type"] for item in root.get("PolicyTypes", []) if item["Status"] == "ENABLED"]


def _services(call: Call) -> list[str]:
    answer = call.pages("list_aws_service_access_for_organization", "EnabledServicePrincipals")
    return [item["ServicePrincipal"] for item in answer]


def _service_access(call: Call) -> None:
    wanted, before = set(call.inputs.get("awsServiceAccessPrincipals") or []), set(_services(call))
    for principal in sorted(wanted - before):
        call.api("enable_aws_service_access", ServicePrincipal=principal)
    for principal in sorted(before - wanted):
        call.api("disable_aws_service_access", ServicePrincipal=principal)


def _policy_types(call: Call) -> None:
    root = _root(call)
    wanted, before = set(call.inputs.get("enabledPolicyTypes") or []), set(_enabled_types(root))
    for kind in sorted(wanted - before):
        call.api("enable_policy_type", RootId=root["Id"], PolicyType=kind)
    for kind in sorted(before - wanted):
        call.api("disable_policy_type", RootId=root["Id"], PolicyType=kind)


def _all_features(call: Call) -> None:
    call.api("enable_all_features")


def _read(call: Call) -> Props | None:
    organization = call.api("describe_organization")["Organization"]
    if call.id and organization["Id"] != call.id:
        return None
    found = call.properties(organization)
    root = _root(call)
    found["enabledPolicyTypes"] = _enabled_types(root)
    found["awsServiceAccessPrincipals"] = _services(call)
    found["roots"] = [
        {
            "arn": root["Arn"],
            "id": root["Id"],
            "name": root["Name"],
            "policyTypes": [{"type": kind, "status": "ENABLED"} for kind in _enabled_types(root)],
        }
    ]
    accounts = [account_summary(account) for account in call.pages("list_accounts", "Accounts")]
    master = organization["MasterAccountId"]
    found["accounts"] = accounts
    found["nonMasterAccounts"] = [account for account in accounts if account["id"] != master]
    found["masterAccountName"] = next(
        (account["name"] for account in accounts if account["id"] == master), ""
    )
    return found


ORGANIZATION = ResourceType(
    "aws:organizations/organization:Organization",
    "organizations",
    create=_create,
    read=_read,
    delete=Op("delete_organization"),
    changes=(
        Change(("featureSet",), _all_features),
        Change(("awsServiceAccessPrincipals",), _service_access, on_create=True),
        Change(("enabledPolicyTypes",), _policy_types, on_create=True),
    ),
    defaults={"featureSet": "ALL"},
    local=frozenset({"returnOrganizationOnly"}),
    outside=frozenset({"accounts", "nonMasterAccounts"}),
    unordered=frozenset({"awsServiceAccessPrincipals", "enabledPolicyTypes", "roots.policyTypes"}),
    gone=("AWSOrganizationsNotInUseException",),
    volatile=frozenset({"roots"}),
    checked_by=("create_organization",),
)


# -- organizational unit


def _read_unit(call: Call) -> Props:
    unit = call.api("describe_organizational_unit", OrganizationalUnitId=call.id)["OrganizationalUnit"]
    accounts = call.pages("list_accounts_for_parent", "Accounts", ParentId=call.id)
    return {
        **call.properties(unit),
        "parentId": parent_of(call),
        "accounts": [account_summary(account) for account in accounts],
    }


def _create_unit(call: Call) -> str:
    answer = call.api(
        "create_organizational_unit",
        ParentId=call.inputs["parentId"],
        Name=call.inputs["name"],
        **call.tag_parameters("create_organizational_unit"),
    )
    return str(answer["OrganizationalUnit"]["Id"])


def _rename_unit(call: Call) -> None:
    call.api("update_organizational_unit", OrganizationalUnitId=call.id, Name=call.inputs["name"])


def _delete_unit(call: Call) -> None:
    call.api("delete_organizational_unit", OrganizationalUnitId=call.id)


UNIT = ResourceType(
    "aws:organizations/organizationalUnit:OrganizationalUnit",
    "organizations",
    create=_create_unit,
    read=_read_unit,
    delete=_delete_unit,
    changes=(Change(("name",), _rename_unit),),
    replace=frozenset({"parentId"}),
    outside=frozenset({"accounts"}),
    auto_name=AutoName(prefix=None, limit=128),
    tags=TAGS,
    checked_by=("create_organizational_unit",),
)


# -- invokes


def _get_organization(invocation: Invocation) -> Props:
    organization = invocation.api("organizations", "describe_organization")["Organization"]
    result = {
        "id": organization["Id"],
        "arn": organization["Arn"],
        "featureSet": organization["FeatureSet"],
        "masterAccountArn": organization["MasterAccountArn"],
        "masterAccountEmail": organization["MasterAccountEmail"],
        "masterAccountId": organization["MasterAccountId"],
        "accounts": [],
        "awsServiceAccessPrincipals": [],
        "enabledPolicyTypes": [],
        "nonMasterAccounts": [],
        "roots": [],
    }
    if invocation.instance.account != organization["MasterAccountId"]:
        return result  # members may see the organization, not what is in it
    root = invocation.api("organizations", "list_roots")["Roots"][0]
    kinds = _enabled_types(root)
    pages = invocation.client("organizations").get_paginator("list_accounts").paginate()
    accounts = [account_summary(account) for page in pages for account in page["Accounts"]]
    services = invocation.api("organizations", "list_aws_service_access_for_organization")
    others = [account for account in accounts if account["id"] != organization["MasterAccountId"]]
    return {
        **result,
        "accounts": accounts,
        "nonMasterAccounts": others,
        "awsServiceAccessPrincipals": [
            item["ServicePrincipal"] for item in services["EnabledServicePrincipals"]
        ],
        "enabledPolicyTypes": kinds,
        "roots": [
            {
                "arn": root["Arn"],
                "id": root["Id"],
                "name": root["Name"],
                "policyTypes": [{"type": kind, "status": "ENABLED"} for kind in kinds],
            }
        ],
    }


TYPES = [ORGANIZATION, UNIT]
FUNCTIONS = [Function("aws:organizations/getOrganization:getOrganization", _get_organization)]
