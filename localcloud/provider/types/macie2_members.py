"""Macie: accounts taken in one by one. Source: `aws_macie2_member` of terraform-provider-aws."""

from localcloud.provider.model import Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props


def _admit(call: Call) -> str:
    wanted = call.inputs
    call.api(
        "create_member",
        account={"accountId": wanted["accountId"], "email": wanted["email"]},
        **call.tag_parameters("create_member"),
    )
    return str(wanted["accountId"])


def _member(call: Call) -> Props:
    found = call.properties(call.api("get_member", id=call.id))
    # AWS keeps one status for both; the resource shows what it means for the session, as Terraform does.
    found["status"] = "PAUSED" if found["relationshipStatus"] == "Paused" else "ENABLED"
    found["invite"] = found["relationshipStatus"] != "Removed"
    return found


def _pause_or_resume(call: Call) -> None:
    call.api("update_member_session", id=call.id, status=call.inputs["status"])


MEMBER = ResourceType(
    token="aws:macie2/member:Member",
    service="macie2",
    create=_admit,
    read=_member,
    delete=Op("delete_member", key={"id": "id"}),
    changes=(Change(("status",), _pause_or_resume),),
    id_parts=("accountId",),
    replace=frozenset({"accountId", "email"}),
    kept=frozenset({"invite", "status"}),
    volatile=frozenset({"relationshipStatus", "updatedAt"}),
    gone=(
        "AccessDeniedException: Macie is not enabled",
        "AccessDeniedException: is not the delegated administrator",
    ),
    not_emulated=frozenset({"invite", "invitationDisableEmailNotification", "invitationMessage"}),
    tags=TagApi("tag_resource", "untag_resource", key={"resourceArn": "arn"}),
)

TYPES = [MEMBER]
