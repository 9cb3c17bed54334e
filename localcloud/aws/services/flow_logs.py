"""VPC flow logs: what moto 5.2.5 drops (destination options) or refuses wrongly (a prefix within a bucket).

Flow logs are kept and checked; no traffic is recorded.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable
from typing import Any

from localcloud.aws.calls import Call, Reply, after, before
from localcloud.aws.patching import replace

_installing = threading.Lock()
_ID = re.compile(rb"fl-[0-9a-f]+")
#: the attribute from which moto's answer takes `DestinationOptions`
SHOWN_AS = "destination_options"
#: what AWS takes for a file destination when it is told nothing
PLAIN = {"FileFormat": "plain-text", "HiveCompatiblePartitions": False, "PerHourPartition": False}


@after("ec2", "CreateFlowLogs")
def keep_options(call: Call, reply: Reply) -> None:
    """Keeps the destination options of logs that go to S3; moto shows them when it describes the log."""
    if call.params.get("LogDestinationType") != "s3":
        return
    from moto.ec2.models import ec2_backends

    logs = ec2_backends[call.account][call.region].flow_logs
    for found in _ID.findall(reply.body):
        log = logs.get(found.decode())
        if log is not None:
            options = {**PLAIN, **(call.params.get("DestinationOptions") or {})}
            setattr(log, SHOWN_AS, options)


def _with_prefix(create: Callable[..., Any]) -> Callable[..., Any]:
    """moto takes all of a destination for the bucket's name; AWS allows `arn:aws:s3:::bucket/prefix/`."""

    @functools.wraps(create)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        destination = kwargs.get("log_destination")
        if kwargs.get("log_destination_type") != "s3" or not destination:
            return create(self, *args, **kwargs)
        made = create(self, *args, **{**kwargs, "log_destination": destination.split("/")[0]})
        for log in made[0]:
            log.log_destination = destination
        return made

    return wrapped


@before("ec2", "CreateFlowLogs")
def install_at_first_use(_: Call) -> None:
    """Wraps moto's creation of flow logs, once. Not at start: importing moto's EC2 takes a second."""
    from moto.ec2.models.flow_logs import FlowLogsBackend

    with _installing:
        if not hasattr(FlowLogsBackend.create_flow_logs, "__wrapped__"):
            replace(FlowLogsBackend, create_flow_logs=_with_prefix(FlowLogsBackend.create_flow_logs))
