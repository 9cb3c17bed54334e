"""Invokes about the caller, the partition and the Region, and the policy document builder."""

import json
import zlib

from localcloud.provider.model import Function, Invocation
from localcloud.provider.wire import UNKNOWN, Props


def _caller(invocation: Invocation) -> Props:
    instance = invocation.instance
    return {
        "id": instance.account,
        "accountId": instance.account,
        "arn": instance.caller_arn,
        "userId": instance.caller_id,
    }


def _partition(_: Invocation) -> Props:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


def _region(invocation: Invocation) -> Props:
    region = str(invocation.args.get("region") or invocation.args.get("name") or invocation.region)
    return {
        "id": region,
        "region": region,
        "name": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
        "description": region,
    }


def _zones(invocation: Invocation) -> Props:
    zones = invocation.api("ec2", "describe_availability_zones")["AvailabilityZones"]
    return {
        "id": invocation.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName", invocation.region) for zone in zones}),
        "region": invocation.region,
    }


def _default_tags(invocation: Invocation) -> Props:
    return {"id": "default-tags", "tags": dict(invocation.instance.default_tags)}


# -- policy documents


def _policy_document(invocation: Invocation) -> Props:
    args = invocation.args
    document: Props = {"Version": args.get("version") or "2012-10-17"}
    if args.get("policyId"):
        document["Id"] = args["policyId"]
    statements: list[Props] = []
    for source in args.get("sourcePolicyDocuments") or []:
        statements += _statements_of(source)
    for given in args.get("statements") or []:
        statements = _merged(statements, [_statement(given)])
    for override in args.get("overridePolicyDocuments") or []:
        statements = _merged(statements, _statements_of(override))
    if statements:
        document["Statement"] = statements
    return {
        "id": str(zlib.crc32(json.dumps(document, indent=2).encode())),
        "json": json.dumps(document, indent=2),
        "minifiedJson": json.dumps(document, separators=(",", ":")),
        **{name: value for name, value in args.items() if value is not UNKNOWN},
    }


def _statements_of(text: str) -> list[Props]:
    found = json.loads(text).get("Statement") or []
    return found if isinstance(found, list) else [found]


def _merged(before: list[Props], added: list[Props]) -> list[Props]:
    """Statements with those of `added`; one with a known Sid takes the place of the earlier."""
    result = list(before)
    for statement in added:
        sid = statement.get("Sid")
        places = [index for index, item in enumerate(result) if sid and item.get("Sid") == sid]
        if places:
            result[places[0]] = statement
        else:
            result.append(statement)
    return result


def _statement(given: Props) -> Props:
    result: Props = {}
    if given.get("sid"):
        result["Sid"] = given["sid"]
    result["Effect"] = given.get("effect") or "Allow"
    for name, member in (
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
    ):
        if given.get(name):
            result[member] = _one_or_sorted(given[name])
    for name, member in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if given.get(name):
            result[member] = _principals(given[name])
    if given.get("conditions"):
        result["Condition"] = _conditions(given["conditions"])
    return result


def _principals(given: list[Props]) -> str | Props:
    found: dict[str, list[str]] = {}
    for item in given:
        found.setdefault(item["type"], []).extend(item["identifiers"])
    if found == {"*": ["*"]}:
        return "*"
    return {kind: _one_or_sorted(identifiers) for kind, identifiers in found.items()}


def _conditions(given: list[Props]) -> Props:
    found: dict[str, dict[str, list[str]]] = {}
    for item in given:
        found.setdefault(item["test"], {}).setdefault(item["variable"], []).extend(item["values"])
    return {
        test: {variable: values[0] if len(values) == 1 else values for variable, values in variables.items()}
        for test, variables in found.items()
    }


def _one_or_sorted(values: list[str]) -> str | list[str]:
    """As Terraform's provider writes them: one as a string, more in reverse order."""
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


FUNCTIONS = [
    Function("aws:index/getCallerIdentity:getCallerIdentity", _caller),
    Function("aws:index/getPartition:getPartition", _partition),
    Function("aws:index/getRegion:getRegion", _region),
    Function("aws:index/getAvailabilityZones:getAvailabilityZones", _zones),
    Function("aws:index/getDefaultTags:getDefaultTags", _default_tags),
    Function("aws:iam/getPolicyDocument:getPolicyDocument", _policy_document),
]
