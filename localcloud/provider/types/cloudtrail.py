"""CloudTrail: trails with their selectors, and the delegated administrator."""

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType, TagApi
from localcloud.provider.translate import tags_from_api
from localcloud.provider.wire import Props

_SETTINGS = (
    "s3BucketName",
    "s3KeyPrefix",
    "snsTopicName",
    "includeGlobalServiceEvents",
    "isMultiRegionTrail",
    "isOrganizationTrail",
    "enableLogFileValidation",
    "cloudWatchLogsGroupArn",
    "cloudWatchLogsRoleArn",
    "kmsKeyId",
)
_CLEARED = {"s3KeyPrefix", "snsTopicName", "cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn", "kmsKeyId"}
"""Settings that an empty string takes away."""
_DEFAULT_SELECTOR = {"ReadWriteType": "All", "IncludeManagementEvents": True}


def _update(call: Call) -> None:
    for name in _CLEARED & set(call.old):
        call.inputs.setdefault(name, "")
    Op("update_trail", key={"Name": "id"}, only=_SETTINGS)(call)


def _logging(call: Call) -> None:
    call.api("start_logging" if call.inputs.get("enableLogging", True) else "stop_logging", Name=call.id)


def _create(call: Call) -> str:
    arn = str(Op("create_trail")(call)["arn"])
    call.id = arn
    return arn


def _selectors(call: Call) -> None:
    advanced, basic = call.inputs.get("advancedEventSelectors"), call.inputs.get("eventSelectors")
    if advanced:
        value = call.parameter("put_event_selectors", "AdvancedEventSelectors", advanced)
        call.api("put_event_selectors", TrailName=call.id, AdvancedEventSelectors=value)
    else:
        value = (
            call.parameter("put_event_selectors", "EventSelectors", basic) if basic else [_DEFAULT_SELECTOR]
        )
        call.api("put_event_selectors", TrailName=call.id, EventSelectors=value)


def _insights(call: Call) -> None:
    wanted = call.inputs.get("insightSelectors") or []
    value = call.parameter("put_insight_selectors", "InsightSelectors", wanted)
    call.api("put_insight_selectors", TrailName=call.id, InsightSelectors=value)


def _read(call: Call) -> Props | None:
    trails = call.api("describe_trails", trailNameList=[call.id])["trailList"]
    if not trails:
        return None
    trail = trails[0]
    found = call.properties(trail)
    found["enableLogFileValidation"] = trail.get("LogFileValidationEnabled", False)
    found["cloudWatchLogsGroupArn"] = trail.get("CloudWatchLogsLogGroupArn")
    listed = call.api("list_tags", ResourceIdList=[call.id])["ResourceTagList"]
    found["tags"] = tags_from_api(listed[0].get("TagsList") if listed else [])
    found["enableLogging"] = call.api("get_trail_status", Name=call.id)["IsLogging"]
    selectors = call.api("get_event_selectors", TrailName=call.id)
    found.update(call.properties({"AdvancedEventSelectors": selectors.get("AdvancedEventSelectors")}))
    basic = [item for item in selectors.get("EventSelectors") or [] if not _is_default(item)]
    if basic:
        found.update(call.properties({"EventSelectors": basic}))
    if trail.get("HasInsightSelectors") or call.recorded.get("insightSelectors"):
        found.update(call.properties({"InsightSelectors": _live_insights(call)}))
    return found


def _live_insights(call: Call) -> list[Props] | None:
    selectors: list[Props] | None = call.api("get_insight_selectors", TrailName=call.id).get(
        "InsightSelectors"
    )
    return selectors


def _is_default(selector: Props) -> bool:
    given = {key: value for key, value in selector.items() if value not in ([], None)}
    return given == _DEFAULT_SELECTOR


def _valid(inputs: Props) -> list[tuple[str, str]]:
    if inputs.get("eventSelectors") and inputs.get("advancedEventSelectors"):
        return [("eventSelectors", "conflicts with advancedEventSelectors: give one of them")]
    return []


TRAIL = ResourceType(
    "aws:cloudtrail/trail:Trail",
    "cloudtrail",
    create=_create,
    read=_read,
    delete=Op("delete_trail", key={"Name": "id"}),
    changes=(
        Change(_SETTINGS, _update),
        Change(("eventSelectors", "advancedEventSelectors"), _selectors, on_create=True),
        Change(("insightSelectors",), _insights, on_create=True),
        Change(("enableLogging",), _logging, on_create=True, at_default=True),
    ),
    id_parts=("arn",),
    names={"arn": "TrailARN", "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn"},
    replace=frozenset({"name"}),
    defaults={
        "enableLogFileValidation": False,
        "enableLogging": True,
        "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": False,
        "isOrganizationTrail": False,
        "eventSelectors.includeManagementEvents": True,
        "eventSelectors.readWriteType": "All",
    },
    unordered=frozenset({"advancedEventSelectors.fieldSelectors", "insightSelectors"}),
    auto_name=AutoName(prefix=None, limit=128),
    tags=TagApi("add_tags", "remove_tags", None, {"ResourceId": "id"}),
    checked_by=("create_trail", "put_event_selectors", "put_insight_selectors"),
    check=_valid,
)


def _read_administrator(call: Call) -> Props | None:
    found = call.pages(
        "list_delegated_administrators",
        "DelegatedAdministrators",
        "organizations",
        ServicePrincipal="cloudtrail.amazonaws.com",
    )
    for item in found:
        if item["Id"] == call.id:
            return {
                "arn": item["Arn"],
                "email": item["Email"],
                "name": item["Name"],
                "servicePrincipal": "cloudtrail.amazonaws.com",
            }
    return None


ADMINISTRATOR = ResourceType(
    "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount",
    "cloudtrail",
    create=Op("register_organization_delegated_admin", key={"MemberAccountId": "accountId"}),
    read=_read_administrator,
    delete=Op("deregister_organization_delegated_admin", key={"DelegatedAdminAccountId": "id"}),
    id_parts=("accountId",),
    replace=frozenset({"accountId"}),
)

TYPES = [TRAIL, ADMINISTRATOR]
