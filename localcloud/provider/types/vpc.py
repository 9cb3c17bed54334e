"""VPCs, and the default VPC of a Region. Source: `aws_vpc` and `aws_default_vpc` of terraform-provider-aws.

The default VPC is adopted, not made; deleting the resource leaves it alone unless `forceDestroy` is set.
"""

from typing import Any

from localcloud.provider.model import Call, Change, Op, ResourceType
from localcloud.provider.types.ec2_tags import ADOPTED_TAGS, TAGS, shown, specification
from localcloud.provider.wire import Props

#: attributes that DescribeVpcAttribute and ModifyVpcAttribute know
ATTRIBUTES = ("enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics")


def _vpc(call: Call) -> Props | None:
    found = call.api("describe_vpcs", VpcIds=[call.id])["Vpcs"]
    return _described(call, found[0]) if found else None


def _described(call: Call, vpc: Props) -> Props:
    attributes = {name: _attribute(call, vpc["VpcId"], name) for name in ATTRIBUTES}
    main = _first(call, "describe_route_tables", "RouteTables", vpc, {"association.main": "true"})
    acl = _first(call, "describe_network_acls", "NetworkAcls", vpc, {"default": "true"})
    group = _first(call, "describe_security_groups", "SecurityGroups", vpc, {"group-name": "default"})
    blocks = vpc.get("Ipv6CidrBlockAssociationSet") or []
    ipv6: Props = next((each for each in blocks if each["Ipv6CidrBlockState"]["State"] == "associated"), {})
    return {
        "arn": f"arn:aws:ec2:{call.region}:{vpc.get('OwnerId') or call.account}:vpc/{vpc['VpcId']}",
        "ownerId": vpc.get("OwnerId") or call.account,
        "cidrBlock": vpc["CidrBlock"],
        "instanceTenancy": vpc.get("InstanceTenancy", "default"),
        "dhcpOptionsId": vpc.get("DhcpOptionsId"),
        "ipv6AssociationId": ipv6.get("AssociationId"),
        "ipv6CidrBlock": ipv6.get("Ipv6CidrBlock"),
        "ipv6CidrBlockNetworkBorderGroup": ipv6.get("NetworkBorderGroup"),
        "assignGeneratedIpv6CidrBlock": bool(ipv6) and ipv6.get("Ipv6Pool", "Amazon") == "Amazon",
        "mainRouteTableId": main.get("RouteTableId"),
        "defaultRouteTableId": main.get("RouteTableId"),
        "defaultNetworkAclId": acl.get("NetworkAclId"),
        "defaultSecurityGroupId": group.get("GroupId"),
        "tags": shown(vpc.get("Tags")),
        **attributes,
    }


def _attribute(call: Call, vpc_id: str, name: str) -> bool:
    answer = call.api("describe_vpc_attribute", VpcId=vpc_id, Attribute=name)
    return bool(answer[name[0].upper() + name[1:]].get("Value"))


def _first(call: Call, operation: str, member: str, vpc: Props, filters: dict[str, str]) -> Props:
    wanted = [
        {"Name": name, "Values": [value]} for name, value in {"vpc-id": vpc["VpcId"], **filters}.items()
    ]
    found = call.api(operation, Filters=wanted)[member]
    return found[0] if found else {}


def _create_vpc(call: Call) -> str:
    made: str = call.api(
        "create_vpc",
        CidrBlock=call.inputs.get("cidrBlock"),
        InstanceTenancy=call.inputs["instanceTenancy"],
        AmazonProvidedIpv6CidrBlock=call.inputs.get("assignGeneratedIpv6CidrBlock") or None,
        TagSpecifications=specification(call, "vpc"),
    )["Vpc"]["VpcId"]
    return made


def _set_attributes(call: Call) -> None:
    """DNS hostnames need DNS support: that is switched on first and off last."""
    order = (
        ATTRIBUTES
        if call.inputs.get("enableDnsSupport") is False
        else (ATTRIBUTES[1], ATTRIBUTES[0], ATTRIBUTES[2])
    )
    for name in order:
        wanted = call.inputs.get(name)
        if wanted is not None and wanted != call.old.get(name):
            call.api("modify_vpc_attribute", VpcId=call.id, **{name[0].upper() + name[1:]: {"Value": wanted}})


IPAM = (
    "ipv4IpamPoolId",
    "ipv4NetmaskLength",
    "ipv6CidrBlockNetworkBorderGroup",
    "ipv6IpamPoolId",
    "ipv6NetmaskLength",
)


def _no_pools(inputs: Props) -> list[tuple[str, str]]:
    given = [name for name in (*IPAM, "ipv6CidrBlock") if inputs.get(name) is not None]
    problems = [(name, "the emulated AWS has no IP address manager; give cidrBlock") for name in given]
    missing = inputs.get("cidrBlock") is None and not problems
    return (
        [*problems, ("cidrBlock", "give the address range of the VPC, e.g. 10.0.0.0/16")]
        if missing
        else problems
    )


VPC = ResourceType(
    token="aws:ec2/vpc:Vpc",
    service="ec2",
    create=_create_vpc,
    read=_vpc,
    delete=Op("delete_vpc", key={"VpcId": "id"}),
    changes=(Change(ATTRIBUTES, _set_attributes, on_create=True), TAGS),
    replace=frozenset({"cidrBlock", "assignGeneratedIpv6CidrBlock", "instanceTenancy"}),
    defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
    kept=frozenset(
        {"enableDnsHostnames", "enableNetworkAddressUsageMetrics", "ipv6CidrBlockNetworkBorderGroup"}
    ),
    checked_by=("create_vpc",),
    check=_no_pools,
)


def _adopt_vpc(call: Call) -> str:
    """The default VPC, made when someone has deleted it."""
    found = call.api("describe_vpcs", Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    call.state["existingDefaultVpc"] = bool(found)
    vpc = found[0] if found else call.api("create_default_vpc")["Vpc"]
    call.id = vpc["VpcId"]
    for name in ATTRIBUTES:  # what the program does not set keeps the value it has
        call.old.setdefault(name, _attribute(call, call.id, name))
    _set_attributes(call)
    made: str = call.id
    return made


def _default_vpc(call: Call) -> Props | None:
    live = _vpc(call)
    if live is None:
        return None
    return {**live, "existingDefaultVpc": call.state.get("existingDefaultVpc", True)}


def _leave_vpc(call: Call) -> None:
    if not call.state.get("forceDestroy"):
        return
    here: Any = [{"Name": "vpc-id", "Values": [call.id]}]
    attached = [{"Name": "attachment.vpc-id", "Values": [call.id]}]
    for gateway in call.api("describe_internet_gateways", Filters=attached)["InternetGateways"]:
        call.api("detach_internet_gateway", InternetGatewayId=gateway["InternetGatewayId"], VpcId=call.id)
        call.api("delete_internet_gateway", InternetGatewayId=gateway["InternetGatewayId"])
    for subnet in call.api("describe_subnets", Filters=here)["Subnets"]:
        call.api("delete_subnet", SubnetId=subnet["SubnetId"])
    call.api("delete_vpc", VpcId=call.id)


DEFAULT_VPC = ResourceType(
    token="aws:ec2/defaultVpc:DefaultVpc",
    service="ec2",
    create=_adopt_vpc,
    read=_default_vpc,
    delete=_leave_vpc,
    changes=(Change(ATTRIBUTES, _set_attributes), ADOPTED_TAGS),
    defaults={"enableDnsHostnames": True, "enableDnsSupport": True, "forceDestroy": False},
    kept=frozenset(
        {
            "enableNetworkAddressUsageMetrics",
            "ipv6CidrBlock",
            "ipv6CidrBlockNetworkBorderGroup",
            "assignGeneratedIpv6CidrBlock",
        }
    ),
    local=frozenset({"forceDestroy"}),
)

TYPES = [VPC, DEFAULT_VPC]
