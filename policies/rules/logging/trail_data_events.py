"""LOG-05: the trail records management events and, read and write, the data events of S3 and Lambda.

Reads both spellings of event selectors. An advanced selector counts for what it lets through: one that is bound
to single names or ARNs records a part only. Leaving out audit buckets is no gap, since recording the delivery of
records would record itself without end; leaving out any other is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.framework.context import Context
from policies.framework.resources import Resource
from policies.framework.rule import Results, resource_rule
from policies.framework.tokens import TRAIL
from policies.framework.values import UnknownValue, holds_unknown, objects, texts

BOTH = frozenset({"read", "write"})
MANAGEMENT = "management events"
NARROWING = ("equals", "startsWiths", "endsWiths")
EXCLUDING = ("notEquals", "notStartsWiths", "notEndsWiths")
ALL_OF_TYPE = {
    "AWS::S3::Object": ("arn:aws:s3", "arn:aws:s3:::"),
    "AWS::Lambda::Function": ("arn:aws:lambda",),
    "AWS::DynamoDB::Table": ("arn:aws:dynamodb",),
}
"""The values that mean every resource of the type in a classic selector."""


@resource_rule("LOG-05", TRAIL)
def rule(trail: Resource, context: Context) -> Results:
    recorded: dict[str, set[str]] = {}
    for subject, modes in _recorded(trail):
        recorded.setdefault(subject, set()).update(modes)
    for subject in (MANAGEMENT, *context.settings.names("dataEventTypes")):
        present = recorded.get(subject, set())
        if present >= BOTH:
            yield trail.passes()
        else:
            found = f"{subject}: {' and '.join(sorted(present)) + ' only' if present else 'not recorded'}"
            yield trail.fails(
                "advancedEventSelectors", found, f"{subject}: read and write, of every resource"
            )


def _recorded(trail: Resource) -> Iterator[tuple[str, frozenset[str]]]:
    advanced = trail.get("advancedEventSelectors")
    classic = trail.get("eventSelectors")
    if holds_unknown(advanced) or holds_unknown(classic):
        raise UnknownValue("advancedEventSelectors")
    if not advanced and not classic:
        yield MANAGEMENT, BOTH  # what CloudTrail records when no selector is given
    for selector in objects(advanced):
        yield from _advanced(selector)
    for selector in objects(classic):
        yield from _classic(selector)


def _advanced(selector: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    fields = {str(each.get("field")): each for each in objects(selector.get("fieldSelectors"))}
    category = texts(fields.get("eventCategory", {}).get("equals"))
    read_only = texts(fields.get("readOnly", {}).get("equals"))
    modes = frozenset({"read" if value == "true" else "write" for value in read_only}) or BOTH
    others = [
        each for name, each in fields.items() if name not in ("eventCategory", "resources.type", "readOnly")
    ]
    if any(each.get(operator) for each in others for operator in NARROWING):
        return
    excluded = [text for each in others for operator in EXCLUDING for text in texts(each.get(operator))]
    if not all(_is_audit_object(text) for text in excluded):
        return
    if "Management" in category:
        yield MANAGEMENT, modes
    if "Data" in category:
        for subject in texts(fields.get("resources.type", {}).get("equals")):
            yield subject, modes


def _classic(selector: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    by_mode = {"ReadOnly": frozenset({"read"}), "WriteOnly": frozenset({"write"})}
    modes = by_mode.get(str(selector.get("readWriteType")), BOTH)
    if selector.get("includeManagementEvents") is not False:
        yield MANAGEMENT, modes
    for source in objects(selector.get("dataResources")):
        subject = str(source.get("type"))
        if set(texts(source.get("values"))) & set(ALL_OF_TYPE.get(subject, ())):
            yield subject, modes


def _is_audit_object(arn: str) -> bool:
    """Whether an excluded ARN names an audit bucket: `audit` is a word of every such bucket's name."""
    return arn.startswith("arn:aws:s3:::") and "audit" in arn[13:].split("/")[0].split("-")
