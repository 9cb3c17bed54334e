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


def _protect(call: Call) -> None:
    call.api(
        "put_log_group_deletion_protection",
        logGroupIdentifier=call.id,
        deletionProtectionEnabled=bool(call.inputs.get("deletionProtectionEnabled")),
    )


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
        Change(("deletionProtectionEnabled",), _protect),
    ),
    id_parts=("name",),
    names={"name": "logGroupName"},
    replace=frozenset({"name", "namePrefix", "logGroupClass"}),
    kept=frozenset({"logGroupClass", "deletionProtectionEnabled"}),
    local=frozenset({"namePrefix", "skipDestroy"}),
    auto_name=AutoName(limit=512),
    tags=TagApi("tag_resource", "untag_resource", "list_tags_for_resource", {"resourceArn": "arn"}),
)


# -- metric filter

_API_NAMES = {"name": "metricName", "namespace": "metricNamespace", "value": "metricValue"}
"""Members of a metric transformation, Pulumi's to the API's."""


def _put_filter(call: Call) -> Props:
    inputs = call.inputs
    transformation = {
        _API_NAMES.get(name, name): item for name, item in inputs["metricTransformation"].items()
    }
    value = call.parameter("put_metric_filter", "metricTransformations", [transformation])
    call.api(
        "put_metric_filter",
        logGroupName=inputs["logGroupName"],
        filterName=inputs["name"],
        filterPattern=inputs["pattern"].strip(),
        metricTransformations=value,
        applyOnTransformedLogs=inputs.get("applyOnTransformedLogs"),
    )
    return {}


def _read_filter(call: Call) -> Props | None:
    parts = call.parts()
    found = call.pages(
        "describe_metric_filters",
        "metricFilters",
        logGroupName=parts["logGroupName"],
        filterNamePrefix=parts["name"],
    )
    for item in found:
        if item["filterName"] == parts["name"]:
            live = item["metricTransformations"][0]
            names = {api: name for name, api in _API_NAMES.items()}
            transformation = {names.get(name, name): value for name, value in live.items()}
            return call.properties({**item, "metricTransformation": transformation})
    return None


METRIC_FILTER = ResourceType(
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    "logs",
    create=_put_filter,
    read=_read_filter,
    delete=Op("delete_metric_filter", key={"filterName": "name"}),
    changes=(Change(("pattern", "metricTransformation", "applyOnTransformedLogs"), _put_filter),),
    id_parts=("logGroupName", "name"),
    separator=":",
    names={"pattern": "filterPattern"},
    replace=frozenset({"name", "logGroupName"}),
    auto_name=AutoName(prefix=None, limit=512),
)


# -- resource policy


def _read_policy(call: Call) -> Props | None:
    for policy in call.pages("describe_resource_policies", "resourcePolicies"):
        if policy["policyName"] == call.id:
            return call.properties(policy)
    return None


RESOURCE_POLICY = ResourceType(
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "logs",
    create=Op("put_resource_policy", answer="resourcePolicy"),
    read=_read_policy,
    delete=Op("delete_resource_policy"),
    changes=(Change(("policyDocument",), Op("put_resource_policy")),),
    id_parts=("policyName",),
    replace=frozenset({"policyName", "resourceArn"}),
    kept=frozenset({"resourceArn"}),
    documents=frozenset({"policyDocument"}),
    volatile=frozenset({"revisionId"}),
    auto_name=AutoName("policyName", None, 256),
)

TYPES = [LOG_GROUP, METRIC_FILTER, RESOURCE_POLICY]
