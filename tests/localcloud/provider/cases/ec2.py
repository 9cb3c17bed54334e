"""EC2 and EBS settings of an account in a Region; VPCs, flow logs, the default security group."""

from typing import Any

from tests.localcloud.provider.cases import Case
from tests.localcloud.provider.cases.s3 import bucket
from tests.localcloud.provider.conftest import Stage


def _key(stage: Stage, _: str) -> dict[str, Any]:
    return {"keyArn": str(stage.client("kms").create_key()["KeyMetadata"]["Arn"])}


def _network(stage: Stage) -> str:
    return str(stage.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])


def _rule(port: int, *ranges: str) -> list[dict[str, Any]]:
    return [{"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": list(ranges)}]


CASES = [
    Case(
        "aws:ebs/encryptionByDefault:EncryptionByDefault", lambda *_: {}, edits={"enabled": False}, stays=True
    ),
    Case("aws:ebs/defaultKmsKey:DefaultKmsKey", _key, stays=True),
    Case(
        "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
        lambda *_: {"state": "block-all-sharing"},
        edits={"state": "unblocked"},
        stays=True,
    ),
    Case(
        "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
        lambda *_: {"state": "block-new-sharing"},
        edits={"state": "unblocked"},
        stays=True,
    ),
    Case(
        "aws:ec2/serialConsoleAccess:SerialConsoleAccess",
        lambda *_: {"enabled": False},
        edits={"enabled": True},
        stays=True,
    ),
    Case(
        "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
        lambda *_: {"httpTokens": "required", "httpPutResponseHopLimit": 1},
        edits={
            "httpTokens": "optional",
            "httpPutResponseHopLimit": 2,
            "httpEndpoint": "disabled",
            "instanceMetadataTags": "enabled",
        },
        stays=True,
    ),
    Case(
        "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
        lambda *_: {"internetGatewayBlockMode": "block-bidirectional"},
        edits={"internetGatewayBlockMode": "off"},
        stays=True,
    ),
    Case(
        "aws:ec2/vpc:Vpc",
        lambda *_: {
            "cidrBlock": "10.7.0.0/16",
            "enableDnsHostnames": True,
            "enableNetworkAddressUsageMetrics": False,
            "tags": {"Name": "case"},
        },
        edits={
            "enableDnsHostnames": False,
            "enableDnsSupport": False,
            "enableNetworkAddressUsageMetrics": True,
            "tags": {"Name": "other", "more": "x"},
        },
    ),
    Case(
        "aws:ec2/defaultVpc:DefaultVpc",
        lambda *_: {"enableNetworkAddressUsageMetrics": False, "tags": {"Name": "unused"}},
        edits={
            "enableDnsHostnames": False,
            "enableDnsSupport": False,
            "enableNetworkAddressUsageMetrics": True,
        },
        stays=True,
    ),
    Case(
        "aws:ec2/flowLog:FlowLog",
        lambda stage, unique: {
            "vpcId": _network(stage),
            "trafficType": "ALL",
            "logDestinationType": "s3",
            "logDestination": f"arn:aws:s3:::{bucket(stage, unique)}/vpc/",
            "maxAggregationInterval": 60,
            "destinationOptions": {"fileFormat": "parquet", "perHourPartition": True},
            "tags": {"class": "flow"},
        },
        edits={"tags": {"class": "other"}},
    ),
    Case(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        lambda stage, unique: {
            "vpcId": _network(stage),
            "ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}],
            "egress": _rule(443, "10.0.0.0/8", "192.168.0.0/16"),
        },
        edits={"ingress": _rule(22, "0.0.0.0/0"), "egress": None},
        stays=True,
    ),
]
