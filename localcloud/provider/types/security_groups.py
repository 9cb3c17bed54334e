"""Security groups: the default group of a VPC. Source: `aws_default_security_group`.

The group is adopted: its rules become those of the program, which may be none. It is never deleted.
"""

from typing import Any

from localcloud.provider.errors import ProviderError
from localcloud.provider.model import Call, Change, ResourceType
from localcloud.provider.types.ec2_tags import ADOPTED_TAGS, shown
from localcloud.provider.wire import Props

#: a rule's sources: property, list member of the API, and the field within it
SOURCES = (
    ("cidrBlocks", "IpRanges", "CidrIp"),
    ("ipv6CidrBlocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefixListIds", "PrefixListIds", "PrefixListId"),
    ("securityGroups", "UserIdGroupPairs", "GroupId"),
)
DIRECTIONS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
EVERYTHING = "-1"


def permissions(rules: list[Props], group_id: str) -> list[Props]:
    """Rules as the API takes them."""
    made = []
    for rule in rules:
        permission: Props = {"IpProtocol": str(rule["protocol"])}
        if permission["IpProtocol"] != EVERYTHING:
            permission.update(FromPort=rule["fromPort"], ToPort=rule["toPort"])
        note = {"Description": rule["description"]} if rule.get("description") else {}
        for ours, theirs, field in SOURCES:
            sources = [{field: value, **note} for value in rule.get(ours) or []]
            if ours == "securityGroups" and rule.get("self"):
                sources.append({field: group_id, **note})
            if sources:
                permission[theirs] = sources
        made.append(permission)
    return made


def rules(found: list[Props], group_id: str) -> list[Props]:
    """Rules of an answer as properties: one for each protocol, port range and description."""
    grouped: dict[tuple[Any, ...], Props] = {}
    for permission in found:
        for ours, theirs, field in SOURCES:
            for source in permission.get(theirs) or []:
                key = (
                    permission["IpProtocol"],
                    permission.get("FromPort", 0),
                    permission.get("ToPort", 0),
                    source.get("Description", ""),
                )
                protocol, first, last, note = key
                rule = grouped.setdefault(
                    key, {"protocol": protocol, "fromPort": max(first, 0), "toPort": max(last, 0)}
                )
                if note:
                    rule["description"] = note
                if ours == "securityGroups" and source[field] == group_id:
                    rule["self"] = True
                else:
                    rule.setdefault(ours, []).append(source[field])
    return list(grouped.values())


def _group(call: Call) -> Props | None:
    found = call.api("describe_security_groups", GroupIds=[call.id])["SecurityGroups"]
    if not found:
        return None
    group = found[0]
    return {
        "arn": f"arn:aws:ec2:{call.region}:{group.get('OwnerId') or call.account}:security-group/{call.id}",
        "name": group["GroupName"],
        "description": group["Description"],
        "ownerId": group.get("OwnerId") or call.account,
        "vpcId": group.get("VpcId"),
        "tags": shown(group.get("Tags")),
        **{name: rules(group.get(member) or [], call.id) for name, member in DIRECTIONS.items()},
    }


def _adopt(call: Call) -> str:
    wanted = call.inputs.get("vpcId")
    if not wanted:
        default = call.api("describe_vpcs", Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        if not default:
            raise ProviderError(f"there is no default VPC in {call.region}. Give vpcId")
        wanted = default[0]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [wanted]}, {"Name": "group-name", "Values": ["default"]}]
    found = call.api("describe_security_groups", Filters=filters)["SecurityGroups"]
    if not found:
        raise ProviderError(f"VPC {wanted} has no default security group in {call.region}. Check vpcId")
    call.id = found[0]["GroupId"]
    _set_rules(call)
    group_id: str = call.id
    return group_id


def _set_rules(call: Call) -> None:
    """Makes the rules those of the program, whatever they were."""
    group = call.api("describe_security_groups", GroupIds=[call.id])["SecurityGroups"][0]
    for name, member in DIRECTIONS.items():
        wanted = permissions(call.inputs.get(name) or [], call.id)
        standing = [_plain(each) for each in group.get(member) or []]
        if standing:
            call.api(f"revoke_security_group_{name}", GroupId=call.id, IpPermissions=standing)
        if wanted:
            call.api(f"authorize_security_group_{name}", GroupId=call.id, IpPermissions=wanted)


def _plain(permission: Props) -> Props:
    """A permission of an answer in the form in which it can be revoked."""
    kept = {name: value for name, value in permission.items() if value not in ([], None)}
    pairs = [{"GroupId": pair["GroupId"]} for pair in kept.get("UserIdGroupPairs") or []]
    return {**kept, "UserIdGroupPairs": pairs} if pairs else kept


DEFAULT_SECURITY_GROUP = ResourceType(
    token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    service="ec2",
    create=_adopt,
    read=_group,
    delete=None,
    changes=(Change(("ingress", "egress"), _set_rules), ADOPTED_TAGS),
    replace=frozenset({"vpcId"}),
    kept=frozenset({"vpcId"}),
    local=frozenset({"revokeRulesOnDelete"}),
    unordered=frozenset(
        {
            f"{direction}{part}"
            for direction in DIRECTIONS
            for part in ("", ".cidrBlocks", ".ipv6CidrBlocks", ".prefixListIds", ".securityGroups")
        }
    ),
)

TYPES = [DEFAULT_SECURITY_GROUP]
