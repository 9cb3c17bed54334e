"""Flow logs of VPCs and what is in them. Source: `aws_flow_log` of terraform-provider-aws."""

from localcloud.provider.model import Call, ResourceType
from localcloud.provider.types.ec2_tags import TAGS, shown, specification
from localcloud.provider.wire import Props

#: what a flow log can watch: property to the kind that the API names
WATCHED = {
    "eniId": "NetworkInterface",
    "regionalNatGatewayId": "RegionalNatGateway",
    "subnetId": "Subnet",
    "transitGatewayAttachmentId": "TransitGatewayAttachment",
    "transitGatewayId": "TransitGateway",
    "vpcId": "VPC",
}
PREFIXES = {
    "eni-": "eniId",
    "subnet-": "subnetId",
    "tgw-attach-": "transitGatewayAttachmentId",
    "tgw-": "transitGatewayId",
    "nat-": "regionalNatGatewayId",
    "vpc-": "vpcId",
}


def _create_flow_log(call: Call) -> str:
    inputs = call.inputs
    watched = next(name for name in WATCHED if inputs.get(name))
    options = inputs.get("destinationOptions")
    made = call.api(
        "create_flow_logs",
        ResourceIds=[inputs[watched]],
        ResourceType=WATCHED[watched],
        TrafficType=inputs.get("trafficType"),
        LogDestinationType=inputs["logDestinationType"],
        LogDestination=inputs.get("logDestination"),
        LogFormat=inputs.get("logFormat"),
        MaxAggregationInterval=inputs["maxAggregationInterval"],
        DeliverLogsPermissionArn=inputs.get("iamRoleArn"),
        DeliverCrossAccountRole=inputs.get("deliverCrossAccountRole"),
        DestinationOptions=call.parameter("create_flow_logs", "DestinationOptions", options)
        if options
        else None,
        TagSpecifications=specification(call, "vpc-flow-log"),
    )
    call.refuse_failed(
        [
            each["Error"] | {"ErrorCode": each["Error"]["Code"], "ErrorMessage": each["Error"]["Message"]}
            for each in made.get("Unsuccessful") or []
        ]
    )
    log_id: str = made["FlowLogIds"][0]
    return log_id


def _flow_log(call: Call) -> Props | None:
    found = call.api("describe_flow_logs", FlowLogIds=[call.id])["FlowLogs"]
    if not found:
        return None
    log = found[0]
    watched = next(name for prefix, name in PREFIXES.items() if log["ResourceId"].startswith(prefix))
    options = log.get("DestinationOptions") or {}
    return {
        "arn": f"arn:aws:ec2:{call.region}:{call.account}:vpc-flow-log/{call.id}",
        watched: log["ResourceId"],
        "trafficType": log.get("TrafficType"),
        "logDestinationType": log.get("LogDestinationType"),
        "logDestination": log.get("LogDestination") or _group_arn(call, log.get("LogGroupName")),
        "logFormat": log.get("LogFormat"),
        "maxAggregationInterval": log.get("MaxAggregationInterval"),
        "iamRoleArn": log.get("DeliverLogsPermissionArn"),
        "deliverCrossAccountRole": log.get("DeliverCrossAccountRole"),
        "destinationOptions": {
            "fileFormat": options.get("FileFormat", "plain-text"),
            "hiveCompatiblePartitions": options.get("HiveCompatiblePartitions", False),
            "perHourPartition": options.get("PerHourPartition", False),
        }
        if options
        else None,
        "tags": shown(log.get("Tags")),
    }


def _group_arn(call: Call, name: str | None) -> str | None:
    return f"arn:aws:logs:{call.region}:{call.account}:log-group:{name}" if name else None


def _one_watched(inputs: Props) -> list[tuple[str, str]]:
    given = [name for name in WATCHED if inputs.get(name) is not None]
    return [] if len(given) == 1 else [("vpcId", f"give exactly one of {', '.join(WATCHED)}")]


FLOW_LOG = ResourceType(
    token="aws:ec2/flowLog:FlowLog",
    service="ec2",
    create=_create_flow_log,
    read=_flow_log,
    delete=lambda call: call.api("delete_flow_logs", FlowLogIds=[call.id]),
    changes=(TAGS,),
    replace=frozenset(
        {
            *WATCHED,
            "deliverCrossAccountRole",
            "destinationOptions",
            "iamRoleArn",
            "logDestination",
            "logDestinationType",
            "logFormat",
            "maxAggregationInterval",
            "tagFieldSpecifications",
            "trafficType",
        }
    ),
    defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
    kept=frozenset({"logDestination", "logFormat", "destinationOptions"}),
    local=frozenset({"tagFieldSpecifications"}),
    checked_by=("create_flow_logs",),
    check=_one_watched,
)

TYPES = [FLOW_LOG]
