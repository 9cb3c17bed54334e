"""CloudWatch Logs: putting a metric filter again replaces it; moto 5.2.5 keeps both."""

from __future__ import annotations

from moto.logs.models import logs_backends

from localcloud.aws.calls import Call, before


@before("logs", "PutMetricFilter")
def replace_existing(call: Call) -> None:
    kept = logs_backends[call.account][call.region].filters
    wanted = (call.params["logGroupName"], call.params["filterName"])
    kept.metric_filters = [
        item for item in kept.metric_filters if (item["logGroupName"], item["filterName"]) != wanted
    ]
