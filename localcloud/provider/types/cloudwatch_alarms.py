"""CloudWatch metric alarms."""

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props


def _put(call: Call) -> Props:
    sent = [name for name in call.inputs if name != "metricQueries"]
    params = Op("put_metric_alarm").parameters(call, sent)
    queries = [_query(entry) for entry in call.inputs.get("metricQueries") or []]
    if queries:
        params["Metrics"] = call.parameter("put_metric_alarm", "Metrics", queries)
    call.api("put_metric_alarm", **params, **call.tag_parameters("put_metric_alarm"))
    return {}


def _query(entry: Props) -> Props:
    """A metric query in API terms: the metric's statistic is one level further out."""
    metric = entry.get("metric")
    result = {key: value for key, value in entry.items() if key != "metric"}
    if metric:
        result["metricStat"] = {
            "metric": {key: metric.get(key) for key in ("metricName", "namespace", "dimensions")},
            "period": metric.get("period"),
            "stat": metric.get("stat"),
            "unit": metric.get("unit"),
        }
    return result


def _read(call: Call) -> Props | None:
    alarms = call.api("describe_alarms", AlarmNames=[call.id]).get("MetricAlarms")
    if not alarms:
        return None
    found = call.properties({key: value for key, value in alarms[0].items() if key != "Metrics"})
    if alarms[0].get("Metrics"):
        found["metricQueries"] = [_live_query(call, item) for item in alarms[0]["Metrics"]]
    return found


def _live_query(call: Call, item: Props) -> Props:
    statistic = item.get("MetricStat")
    flat: Props = {key: value for key, value in item.items() if key != "MetricStat"}
    if statistic:
        rest = {key: value for key, value in statistic.items() if key != "Metric"}
        flat["Metric"] = {**statistic["Metric"], **rest}
    query: Props = call.properties({"MetricQueries": [flat]})["metricQueries"][0]
    return query


def _delete(call: Call) -> None:
    call.api("delete_alarms", AlarmNames=[call.id])


_SETTINGS = (
    "actionsEnabled",
    "alarmActions",
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "dimensions",
    "evaluateLowSampleCountPercentiles",
    "evaluationPeriods",
    "extendedStatistic",
    "insufficientDataActions",
    "metricName",
    "metricQueries",
    "namespace",
    "okActions",
    "period",
    "statistic",
    "threshold",
    "thresholdMetricId",
    "treatMissingData",
    "unit",
)

ALARM = ResourceType(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "cloudwatch",
    create=_put,
    read=_read,
    delete=_delete,
    changes=(Change(_SETTINGS, _put),),
    id_parts=("name",),
    names={"name": "AlarmName", "thresholdMetricId": "ThresholdMetricId", "arn": "AlarmArn"},
    replace=frozenset({"name"}),
    defaults={"actionsEnabled": True, "treatMissingData": "missing"},
    kept=frozenset({"evaluateLowSampleCountPercentiles", "datapointsToAlarm"}),
    unordered=frozenset({"alarmActions", "okActions", "insufficientDataActions", "metricQueries"}),
    auto_name=AutoName(prefix=None, limit=255),
    not_emulated=frozenset(
        {"evaluationCriteria", "evaluationInterval", "evaluationWindow", "warmUpConfiguration"}
    ),
    tags=TagApi("tag_resource", "untag_resource", "list_tags_for_resource", {"ResourceARN": "arn"}),
    checked_by=("put_metric_alarm",),
)

TYPES = [ALARM]
