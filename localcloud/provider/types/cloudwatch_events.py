"""EventBridge: rules, targets, the policy of a bus. (Pulumi keeps them in its `cloudwatch` module.)"""

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

_DEFAULT_BUS = "default"


def _bus_and_rest(call: Call) -> tuple[str, str]:
    """Bus and remainder of the id `[BUS/]REST`; a bus may be an ARN, which has slashes of its own."""
    bus, _, rest = call.id.rpartition("/")
    return bus or _DEFAULT_BUS, rest


# -- rule


def _put_rule(call: Call) -> str:
    params = Op("put_rule").parameters(call, call.inputs)
    if call.inputs.get("isEnabled") is not None:
        params["State"] = "ENABLED" if call.inputs["isEnabled"] else "DISABLED"
    if call.old:
        params.setdefault("Description", "")
    tags = {} if call.old else call.tag_parameters("put_rule")
    call.api("put_rule", **params, **tags)
    bus, name = call.inputs.get("eventBusName") or _DEFAULT_BUS, str(call.inputs["name"])
    return name if bus == _DEFAULT_BUS else f"{bus}/{name}"


def _read_rule(call: Call) -> Props:
    bus, name = _bus_and_rest(call)
    answer = call.api("describe_rule", Name=name, EventBusName=bus)
    found = call.properties(answer)
    if call.inputs.get("isEnabled") is not None:
        found["isEnabled"] = answer.get("State") != "DISABLED"
    return {**found, "name": name, "eventBusName": bus}


def _delete_rule(call: Call) -> None:
    bus, name = _bus_and_rest(call)
    call.api("delete_rule", Name=name, EventBusName=bus, Force=call.state.get("forceDestroy") or None)


def _valid_rule(inputs: Props) -> list[tuple[str, str]]:
    if inputs.get("eventPattern") is None and inputs.get("scheduleExpression") is None:
        return [("eventPattern", "one of `eventPattern,scheduleExpression` must be specified")]
    return []


RULE = ResourceType(
    "aws:cloudwatch/eventRule:EventRule",
    "events",
    create=_put_rule,
    read=_read_rule,
    delete=_delete_rule,
    changes=(
        Change(
            ("description", "eventPattern", "scheduleExpression", "state", "isEnabled", "roleArn"), _put_rule
        ),
    ),
    replace=frozenset({"name", "namePrefix", "eventBusName"}),
    defaults={"eventBusName": _DEFAULT_BUS, "forceDestroy": False},
    absent={"state": "ENABLED"},
    kept=frozenset({"isEnabled"}),
    local=frozenset({"namePrefix", "forceDestroy"}),
    documents=frozenset({"eventPattern"}),
    auto_name=AutoName(),
    tags=TagApi("tag_resource", "untag_resource", "list_tags_for_resource", {"ResourceARN": "arn"}),
    checked_by=("put_rule",),
    check=_valid_rule,
)


# -- target

_TARGET_NAMES = {
    "targetId": "Id",
    "inputPaths": "InputPathsMap",
    "sqsTarget": "SqsParameters",
    "kinesisTarget": "KinesisParameters",
    "httpTarget": "HttpParameters",
    "ecsTarget": "EcsParameters",
    "batchTarget": "BatchParameters",
}
_TARGET_SETTINGS = (
    "arn",
    "roleArn",
    "input",
    "inputPath",
    "inputTransformer",
    "retryPolicy",
    "deadLetterConfig",
    "sqsTarget",
    "kinesisTarget",
    "httpTarget",
    "ecsTarget",
    "batchTarget",
)


def _put_target(call: Call) -> str:
    inputs = call.inputs
    bus, rule, target = inputs.get("eventBusName") or _DEFAULT_BUS, inputs["rule"], inputs["targetId"]
    settings = {
        name: inputs[name] for name in (*_TARGET_SETTINGS, "targetId") if inputs.get(name) is not None
    }
    value = call.parameter("put_targets", "Targets", [settings])
    answer = call.api("put_targets", Rule=rule, EventBusName=bus, Targets=value)
    call.refuse_failed(answer.get("FailedEntries"))
    return f"{bus}/{rule}/{target}"


def _target_key(call: Call) -> tuple[str, str, str]:
    """(bus, rule, target) of the id `[BUS/]RULE/TARGET`."""
    rest, _, target = call.id.rpartition("/")
    bus, _, rule = rest.rpartition("/")
    return bus or _DEFAULT_BUS, rule, target


def _read_target(call: Call) -> Props | None:
    bus, rule, target = _target_key(call)
    for item in call.pages("list_targets_by_rule", "Targets", Rule=rule, EventBusName=bus):
        if item["Id"] == target:
            return {**call.properties(item), "eventBusName": bus, "rule": rule, "targetId": target}
    return None


def _remove_target(call: Call) -> None:
    bus, rule, target = _target_key(call)
    force = call.state.get("forceDestroy") or None
    answer = call.api("remove_targets", Rule=rule, EventBusName=bus, Ids=[target], Force=force)
    call.refuse_failed(answer.get("FailedEntries"))


TARGET = ResourceType(
    "aws:cloudwatch/eventTarget:EventTarget",
    "events",
    create=_put_target,
    read=_read_target,
    delete=_remove_target,
    changes=(Change(_TARGET_SETTINGS, _put_target),),
    names=_TARGET_NAMES,
    replace=frozenset({"rule", "targetId", "eventBusName"}),
    defaults={"eventBusName": _DEFAULT_BUS, "forceDestroy": False},
    local=frozenset({"forceDestroy"}),
    documents=frozenset({"input"}),
    auto_name=AutoName("targetId", None),
    not_emulated=frozenset(
        {"redshiftTarget", "appsyncTarget", "sagemakerPipelineTarget", "runCommandTargets"}
    ),
)


# -- bus


def _read_bus_policy(call: Call) -> Props | None:
    answer = call.api("describe_event_bus", Name=call.id)
    return {"policy": answer["Policy"], "eventBusName": call.id} if answer.get("Policy") else None


def _put_bus_policy(call: Call) -> str:
    bus = call.id or str(call.inputs.get("eventBusName") or _DEFAULT_BUS)
    call.api("put_permission", EventBusName=bus, Policy=call.inputs["policy"])
    return bus


def _drop_bus_policy(call: Call) -> None:
    call.api("remove_permission", EventBusName=call.id, RemoveAllPermissions=True)


BUS_POLICY = ResourceType(
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    "events",
    create=_put_bus_policy,
    read=_read_bus_policy,
    delete=_drop_bus_policy,
    changes=(Change(("policy",), _put_bus_policy),),
    replace=frozenset({"eventBusName"}),
    defaults={"eventBusName": _DEFAULT_BUS},
    documents=frozenset({"policy"}),
)

BUS = ResourceType(
    "aws:cloudwatch/eventBus:EventBus",
    "events",
    create=Op("create_event_bus"),
    read=Op("describe_event_bus"),
    delete=Op("delete_event_bus"),
    changes=(Change(("description", "kmsKeyIdentifier", "deadLetterConfig"), Op("update_event_bus")),),
    id_parts=("name",),
    replace=frozenset({"name", "eventSourceName"}),
    local=frozenset({"eventSourceName"}),
    auto_name=AutoName(prefix=None, limit=256),
    not_emulated=frozenset({"logConfig"}),
    tags=TagApi("tag_resource", "untag_resource", "list_tags_for_resource", {"ResourceARN": "arn"}),
)

TYPES = [RULE, TARGET, BUS_POLICY, BUS]
