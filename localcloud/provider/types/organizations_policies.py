"""Organization policies (SCP, RCP, declarative, tag, backup, AI opt-out) and their attachment."""

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType
from localcloud.provider.types.organizations import TAGS
from localcloud.provider.wire import Props


def _create(call: Call) -> str:
    answer = call.api(
        "create_policy",
        Name=call.inputs["name"],
        Description=call.inputs.get("description") or "",
        Content=call.inputs["content"],
        Type=call.inputs["type"],
        **call.tag_parameters("create_policy"),
    )
    return str(answer["Policy"]["PolicySummary"]["Id"])


def _read(call: Call) -> Props:
    policy = call.api("describe_policy", PolicyId=call.id)["Policy"]
    return {**call.properties(policy["PolicySummary"]), "content": policy["Content"]}


def _update(call: Call) -> None:
    call.api(
        "update_policy",
        PolicyId=call.id,
        Name=call.inputs["name"],
        Description=call.inputs.get("description") or "",
        Content=call.inputs["content"],
    )


POLICY = ResourceType(
    "aws:organizations/policy:Policy",
    "organizations",
    create=_create,
    read=_read,
    delete=Op("delete_policy", key={"PolicyId": "id"}),
    changes=(Change(("name", "description", "content"), _update),),
    replace=frozenset({"type"}),
    defaults={"type": "SERVICE_CONTROL_POLICY"},
    local=frozenset({"skipDestroy"}),
    documents=frozenset({"content"}),
    auto_name=AutoName(prefix=None, limit=128),
    tags=TAGS,
    checked_by=("create_policy",),
)


def _read_attachment(call: Call) -> Props | None:
    parts = call.parts()
    targets = call.pages("list_targets_for_policy", "Targets", PolicyId=parts["policyId"])
    return {} if any(target["TargetId"] == parts["targetId"] for target in targets) else None


ATTACHMENT = ResourceType(
    "aws:organizations/policyAttachment:PolicyAttachment",
    "organizations",
    create=Op("attach_policy"),
    read=_read_attachment,
    delete=Op("detach_policy"),
    id_parts=("targetId", "policyId"),
    separator=":",
    replace=frozenset({"targetId", "policyId"}),
    local=frozenset({"skipDestroy"}),
    gone=("PolicyNotAttachedException",),
)


def _put_resource_policy(call: Call) -> str:
    answer = call.api(
        "put_resource_policy", Content=call.inputs["content"], **call.tag_parameters("put_resource_policy")
    )
    return str(answer["ResourcePolicy"]["ResourcePolicySummary"]["Id"])


def _change_resource_policy(call: Call) -> None:
    call.api("put_resource_policy", Content=call.inputs["content"])


def _read_resource_policy(call: Call) -> Props:
    policy = call.api("describe_resource_policy")["ResourcePolicy"]
    return {**call.properties(policy["ResourcePolicySummary"]), "content": policy["Content"]}


RESOURCE_POLICY = ResourceType(
    "aws:organizations/resourcePolicy:ResourcePolicy",
    "organizations",
    create=_put_resource_policy,
    read=_read_resource_policy,
    delete=Op("delete_resource_policy"),
    changes=(Change(("content",), _change_resource_policy),),
    documents=frozenset({"content"}),
    tags=TAGS,
    checked_by=("put_resource_policy",),
)

TYPES = [POLICY, ATTACHMENT, RESOURCE_POLICY]
