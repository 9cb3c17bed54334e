"""AWS Config across accounts: aggregators and authorizations. Source: `aws_config_*` of terraform-provider-aws."""

from localcloud.provider.model import Call, Change, Op, ResourceType, TagApi
from localcloud.provider.types.config import NAME
from localcloud.provider.wire import Props


def _source(wanted: Props) -> Props:
    """An aggregation source as the API takes it."""
    source: Props = {}
    if wanted.get("accountIds"):
        source["AccountIds"] = list(wanted["accountIds"])
    if wanted.get("roleArn"):
        source["RoleArn"] = wanted["roleArn"]
    if wanted.get("allRegions"):
        source["AllAwsRegions"] = True
    if wanted.get("regions"):
        source["AwsRegions"] = list(wanted["regions"])
    return source


def _put_aggregator(call: Call) -> Props:
    accounts = call.inputs.get("accountAggregationSource")
    organization = call.inputs.get("organizationAggregationSource")
    made = call.api(
        "put_configuration_aggregator",
        ConfigurationAggregatorName=call.inputs["name"],
        AccountAggregationSources=[_source(accounts)] if accounts else None,
        OrganizationAggregationSource=_source(organization) if organization else None,
        **call.tag_parameters("put_configuration_aggregator"),
    )
    return {"arn": made["ConfigurationAggregator"]["ConfigurationAggregatorArn"]}


def _aggregator(call: Call) -> Props | None:
    found = call.api("describe_configuration_aggregators", ConfigurationAggregatorNames=[call.id])
    if not found["ConfigurationAggregators"]:
        return None
    aggregator = found["ConfigurationAggregators"][0]
    arn = aggregator["ConfigurationAggregatorArn"]
    shown: Props = {"arn": arn, "tags": _tags(call, arn)}
    accounts = aggregator.get("AccountAggregationSources")
    if accounts:
        shown["accountAggregationSource"] = {"accountIds": accounts[0]["AccountIds"], **_regions(accounts[0])}
    organization = aggregator.get("OrganizationAggregationSource")
    if organization:
        shown["organizationAggregationSource"] = {
            "roleArn": organization["RoleArn"],
            **_regions(organization),
        }
    return shown


def _regions(source: Props) -> Props:
    shown: Props = {"allRegions": source.get("AllAwsRegions", False)}
    return {**shown, "regions": source["AwsRegions"]} if source.get("AwsRegions") else shown


def _tags(call: Call, arn: str) -> dict[str, str]:
    return {
        tag["Key"]: tag["Value"]
        for tag in call.api("list_tags_for_resource", ResourceArn=arn).get("Tags") or []
    }


CONFIGURATION_AGGREGATOR = ResourceType(
    token="aws:cfg/configurationAggregator:ConfigurationAggregator",
    service="config",
    create=_put_aggregator,
    read=_aggregator,
    delete=Op("delete_configuration_aggregator", key={"ConfigurationAggregatorName": "id"}),
    changes=(Change(("accountAggregationSource", "organizationAggregationSource"), _put_aggregator),),
    id_parts=("name",),
    replace=frozenset({"name"}),
    auto_name=NAME,
    tags=TagApi("tag_resource", "untag_resource", key={"ResourceArn": "arn"}),
)


def _authorize(call: Call) -> Props:
    call.api(
        "put_aggregation_authorization",
        AuthorizedAccountId=call.inputs["accountId"],
        AuthorizedAwsRegion=call.inputs.get("authorizedAwsRegion"),
        **call.tag_parameters("put_aggregation_authorization"),
    )
    return {}


def _authorization(call: Call) -> Props | None:
    parts = call.parts()
    for each in call.pages("describe_aggregation_authorizations", "AggregationAuthorizations"):
        if (each["AuthorizedAccountId"], each["AuthorizedAwsRegion"]) == (
            parts["accountId"],
            parts["authorizedAwsRegion"],
        ):
            arn = each["AggregationAuthorizationArn"]
            return {"arn": arn, "tags": _tags(call, arn)}
    return None


AGGREGATE_AUTHORIZATION = ResourceType(
    token="aws:cfg/aggregateAuthorization:AggregateAuthorization",
    service="config",
    create=_authorize,
    read=_authorization,
    delete=Op(
        "delete_aggregation_authorization",
        key={"AuthorizedAccountId": "accountId", "AuthorizedAwsRegion": "authorizedAwsRegion"},
    ),
    id_parts=("accountId", "authorizedAwsRegion"),
    separator=":",
    replace=frozenset({"accountId", "authorizedAwsRegion"}),
    tags=TagApi("tag_resource", "untag_resource", key={"ResourceArn": "arn"}),
)

TYPES = [CONFIGURATION_AGGREGATOR, AGGREGATE_AUTHORIZATION]
