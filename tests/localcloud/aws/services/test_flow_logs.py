"""VPC flow logs through plain boto3: what is added to moto's own implementation."""

from __future__ import annotations

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME
from tests.localcloud.aws.services.accounts import client, new_account


def test_a_log_goes_to_a_prefix_of_another_accounts_bucket_in_its_own_format(
    world: World, organization: dict[str, str], unique: str
) -> None:
    ec2 = client(world, new_account(world, "flow"), "ec2")
    client(world, None, "s3").create_bucket(
        Bucket=f"flow-{unique}", CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    network = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_flow_logs(
        ResourceIds=[network],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::flow-{unique}/vpc/",
        DestinationOptions={"FileFormat": "parquet"},
    )
    assert made["Unsuccessful"] == []
    found = ec2.describe_flow_logs(FlowLogIds=made["FlowLogIds"])["FlowLogs"][0]
    assert found["LogDestination"] == f"arn:aws:s3:::flow-{unique}/vpc/"
    assert found["DestinationOptions"] == {
        "FileFormat": "parquet",
        "HiveCompatiblePartitions": False,
        "PerHourPartition": False,
    }
