"""Access Analyzer: analyzers and archive rules. Source: `aws_accessanalyzer_*` of terraform-provider-aws."""

from localcloud.provider.model import Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

ANALYZER = ResourceType(
    token="aws:accessanalyzer/analyzer:Analyzer",
    service="accessanalyzer",
    create=Op("create_analyzer"),
    read=Op("get_analyzer", answer="analyzer", key={"analyzerName": "id"}),
    delete=Op("delete_analyzer"),
    id_parts=("analyzerName",),
    replace=frozenset({"analyzerName", "configuration", "type"}),
    defaults={"type": "ACCOUNT"},
    tags=TagApi("tag_resource", "untag_resource", key={"resourceArn": "arn"}),
)

#: a criterion's operators: property to member of the API
OPERATORS = {"contains": "contains", "eqs": "eq", "neqs": "neq"}


def _filter(call: Call) -> Props:
    criteria: Props = {}
    for each in call.inputs["filters"]:
        criterion = {OPERATORS[name]: each[name] for name in OPERATORS if each.get(name)}
        if each.get("exists"):
            criterion["exists"] = each["exists"] == "true"
        criteria[each["criteria"]] = criterion
    return criteria


def _create_rule(call: Call) -> Props:
    names = {"analyzerName": call.inputs["analyzerName"], "ruleName": call.inputs["ruleName"]}
    call.api("create_archive_rule", filter=_filter(call), **names)
    return {}


def _update_rule(call: Call) -> None:
    call.api("update_archive_rule", filter=_filter(call), **call.parts())


def _rule(call: Call) -> Props:
    found = call.api("get_archive_rule", **call.parts())["archiveRule"]
    filters = []
    for name, criterion in found["filter"].items():
        shown: Props = {"criteria": name}
        shown.update({ours: criterion[theirs] for ours, theirs in OPERATORS.items() if criterion.get(theirs)})
        if "exists" in criterion:
            shown["exists"] = "true" if criterion["exists"] else "false"
        filters.append(shown)
    return {"filters": filters}


ARCHIVE_RULE = ResourceType(
    token="aws:accessanalyzer/archiveRule:ArchiveRule",
    service="accessanalyzer",
    create=_create_rule,
    read=_rule,
    delete=Op("delete_archive_rule"),
    changes=(Change(("filters",), _update_rule),),
    id_parts=("analyzerName", "ruleName"),
    replace=frozenset({"analyzerName", "ruleName"}),
    unordered=frozenset({"filters"}),
)

TYPES = [ANALYZER, ARCHIVE_RULE]
