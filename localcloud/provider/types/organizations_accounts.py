"""Member accounts, delegated administrators, alternate contacts."""

import time

from localcloud.provider.errors import ProviderError
from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType
from localcloud.provider.types.organizations import TAGS, parent_of
from localcloud.provider.wire import Props

_PATIENCE = 120.0
"""Seconds to wait for an account to be made or closed; the emulator needs none of them."""


# -- account


def _create(call: Call) -> str:
    status: Props = call.api(
        "create_account",
        Email=call.inputs["email"],
        AccountName=call.inputs["name"],
        RoleName=call.inputs.get("roleName"),
        IamUserAccessToBilling=call.inputs.get("iamUserAccessToBilling"),
        **call.tag_parameters("create_account"),
    )["CreateAccountStatus"]
    deadline = time.monotonic() + _PATIENCE
    while status["State"] == "IN_PROGRESS":
        if time.monotonic() > deadline:
            raise ProviderError(f"the account was not made within {_PATIENCE:.0f} s (request {status['Id']})")
        time.sleep(0.2)
        answer = call.api("describe_create_account_status", CreateAccountRequestId=status["Id"])
        status = answer["CreateAccountStatus"]
    if status["State"] == "FAILED":
        raise ProviderError(_why(str(status.get("FailureReason")), call.inputs))
    return str(status["AccountId"])


def _why(reason: str, inputs: Props) -> str:
    if reason == "EMAIL_ALREADY_EXISTS":
        return f"CreateAccount: {reason}: another account has the e-mail {inputs['email']}. Use another, or import it"
    return f"CreateAccount: {reason}"


def _move(call: Call) -> None:
    source, target = parent_of(call), call.inputs.get("parentId")
    if target and source != target:
        call.api("move_account", AccountId=call.id, SourceParentId=source, DestinationParentId=target)


def _read(call: Call) -> Props | None:
    account = call.api("describe_account", AccountId=call.id)["Account"]
    if account["Status"] == "SUSPENDED":
        return None  # closed: Terraform's provider treats it as gone, too
    return {**call.properties(account), "parentId": parent_of(call)}


def _delete(call: Call) -> None:
    if call.state.get("closeOnDeletion"):
        call.api("close_account", AccountId=call.id)
    else:
        call.api("remove_account_from_organization", AccountId=call.id)


ACCOUNT = ResourceType(
    "aws:organizations/account:Account",
    "organizations",
    create=_create,
    read=_read,
    delete=_delete,
    changes=(Change(("parentId",), _move, on_create=True),),
    replace=frozenset({"email", "name", "iamUserAccessToBilling", "roleName", "createGovcloud"}),
    defaults={"closeOnDeletion": False, "createGovcloud": False},
    kept=frozenset({"parentId"}),
    local=frozenset({"closeOnDeletion", "createGovcloud", "iamUserAccessToBilling", "roleName"}),
    names={"name": "Name"},
    gone=("AccountAlreadyClosedException",),
    auto_name=AutoName(prefix=None, limit=50),
    tags=TAGS,
    checked_by=("create_account",),
)


# -- delegated administrator


def _read_administrator(call: Call) -> Props | None:
    parts = call.parts()
    service = parts["servicePrincipal"]
    found = call.pages("list_delegated_administrators", "DelegatedAdministrators", ServicePrincipal=service)
    return next((call.properties(item) for item in found if item["Id"] == parts["accountId"]), None)


ADMINISTRATOR = ResourceType(
    "aws:organizations/delegatedAdministrator:DelegatedAdministrator",
    "organizations",
    create=Op("register_delegated_administrator"),
    read=_read_administrator,
    delete=Op("deregister_delegated_administrator"),
    id_parts=("accountId", "servicePrincipal"),
    replace=frozenset({"accountId", "servicePrincipal"}),
)


# -- alternate contact


def _contact_key(call: Call) -> tuple[str | None, str]:
    """(account or None for the caller's own, contact type) of the id `[ACCOUNT/]TYPE`."""
    account, _, kind = call.id.rpartition("/")
    return (None if account in ("", call.account) else account), kind


def _put_contact(call: Call) -> str:
    inputs = call.inputs
    account, kind = inputs.get("accountId"), inputs["alternateContactType"]
    call.api(
        "put_alternate_contact",
        AccountId=None if account == call.account else account,
        AlternateContactType=kind,
        EmailAddress=inputs["emailAddress"],
        Name=inputs["name"],
        PhoneNumber=inputs["phoneNumber"],
        Title=inputs["title"],
    )
    return f"{account}/{kind}" if account else str(kind)


def _read_contact(call: Call) -> Props:
    account, kind = _contact_key(call)
    answer = call.api("get_alternate_contact", AccountId=account, AlternateContactType=kind)
    named = call.id.rpartition("/")[0] or None
    return {**call.properties(answer["AlternateContact"]), "accountId": named, "alternateContactType": kind}


def _delete_contact(call: Call) -> None:
    account, kind = _contact_key(call)
    call.api("delete_alternate_contact", AccountId=account, AlternateContactType=kind)


CONTACT = ResourceType(
    "aws:account/alternativeContact:AlternativeContact",
    "account",
    create=_put_contact,
    read=_read_contact,
    delete=_delete_contact,
    changes=(Change(("emailAddress", "name", "phoneNumber", "title"), _put_contact),),
    replace=frozenset({"accountId", "alternateContactType"}),
    auto_name=AutoName(prefix=None),
    checked_by=("put_alternate_contact",),
)

TYPES = [ACCOUNT, ADMINISTRATOR, CONTACT]
