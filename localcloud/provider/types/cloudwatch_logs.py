"""CloudWatch Logs: groups, metric filters, resource policies."""

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props


def _log_group(call: Call) -> Props | None:
    for group in call.pages("describe_log_groups", "logGroups", logGroupNamePrefix=call.id):
        if group["logGroupName"] == call.id:
            return {**call.properties(group), "arn": group["arn"].removesuffix(":*")}
    return None


def _retention(call: Call) -> None:
    days = call.inputs.get("retentionInDays")
    if days:
        call.api("put_retention_policy", logGroupName=call.id, retentionInDays=days)
    else:
        call.api("delete_retention_policy", logGroupName=call.id)


def _log_group_key(call: Call) -> None:
    key = call.inputs.get("kmsKeyId")
    if key:
        call.api("associate_kms_key", logGroupName=call.id, kmsKeyId=key)
    else:
        call.api("disassociate_kms_key", logGroupName=call.id)


LOG_GROUP = ResourceType(
    "aws:cloudwatch/logGroup:LogGroup",
    "logs",
    create=Op("create_log_group"),
    read=_log_group,
    delete=Op("delete_log_group"),
    changes=(
        Change(("retentionInDays",), _retention, on_create=True),
        Change(("kmsKeyId",), _log_group_key),
    ),
    id_parts=("name",),
    names={"name": "logGroupName"},
    replace=frozenset({"name", "namePrefix", "logGroupClass"}),
    kept=frozenset({"logGroupClass", "deletionProtectionEnabled"}),
    local=frozenset({"namePrefix", "skipDestroy"}),
    auto_name=AutoName(limit=512),
    tags=TagApi("tag_resource", "untag_resource", "list_tags_for_resource", {"resourceArn": "arn"}),
)

TYPES = [LOG_GROUP]
