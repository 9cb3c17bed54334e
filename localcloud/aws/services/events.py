"""EventBridge delivery to every kind of target that the program uses.

moto 5.2.5 raises NotImplemented for Lambda, SNS, Step Functions, Kinesis and Firehose targets, looks a queue up in the
rule's own account and Region, and ignores `Input` and `InputPath`. Here each match is delivered in the background, one
target's failure touching no other: tried three times, then sent to the target's dead-letter queue if it has one.
"""

from __future__ import annotations

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moto.core.utils import iso_8601_datetime_without_milliseconds, utcfromtimestamp
from moto.events import models as events
from moto.events.utils import EventTemplateParser
from moto.utilities.arns import parse_arn

from localcloud.aws.internal import client
from localcloud.aws.patching import replace

LOG = logging.getLogger("localcloud.aws")

ATTEMPTS = 3
PAUSE_SECONDS = 0.2
"""Between attempts. AWS retries for up to 24 hours; here a target that fails three times is given up."""

_pool = ThreadPoolExecutor(8, thread_name_prefix="events")


def _send_to_targets(rule: Any, original_event: dict[str, Any], transform_input: bool = True) -> None:
    """In place of moto's: archives at once (moto's own bookkeeping), everything else in the background."""
    if not rule.event_pattern.matches_event(original_event):
        return
    for target in list(rule.targets):
        if (
            ":events:" in target["Arn"]
            and ":event-bus/" not in target["Arn"]
            and "archive-arn" in original_event
        ):
            archive = parse_arn(original_event["archive-arn"])
            rule._send_to_events_archive(archive.resource_id, original_event)
            continue
        payload = _payload(target, _readable(original_event), transform_input)
        _pool.submit(_deliver, rule, dict(target), payload, original_event)


def _readable(event: dict[str, Any]) -> dict[str, Any]:
    """The event with its time as text, as receivers see it."""
    shown = dict(event)
    if isinstance(shown.get("time"), (int, float)):
        shown["time"] = iso_8601_datetime_without_milliseconds(utcfromtimestamp(int(shown["time"])))
    return shown


def _payload(target: dict[str, Any], event: Any, transform: bool) -> str:
    """What the target receives: a constant, a part, a template, or the whole event (JSON text)."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        part: Any = event
        for name in str(target["InputPath"]).removeprefix("$").strip(".").split("."):
            part = part.get(name) if name and isinstance(part, dict) else part
        return json.dumps(part)
    if transform and "InputTransformer" in target:
        transformer = target["InputTransformer"]
        made = EventTemplateParser.parse(
            input_template=transformer.get("InputTemplate"),
            input_paths_map=transformer.get("InputPathsMap", {}),
            event=event,
        )
        return made if isinstance(made, str) else json.dumps(made)
    return json.dumps(event)


def _deliver(rule: Any, target: dict[str, Any], payload: str, event: dict[str, Any]) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _send(rule, target, payload, event)
        except Exception as error:  # noqa: BLE001 - whatever the target says, the others must be served
            LOG.warning("event of rule %s to %s, attempt %s: %s", rule.name, target["Arn"], attempt, error)
            time.sleep(PAUSE_SECONDS)
        else:
            return
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letters:
        _queue(dead_letters, payload, {})


def _send(rule: Any, target: dict[str, Any], payload: str, event: dict[str, Any]) -> None:
    arn = str(target["Arn"])
    _, _, service, region, account, resource = arn.split(":", 5)
    account = account or rule.account_id
    region = region or rule.region_name
    if service == "sqs":
        _queue(arn, payload, target.get("SqsParameters") or {})
    elif service == "lambda":
        client("lambda", region, account).invoke(FunctionName=arn, InvocationType="Event", Payload=payload)
    elif service == "sns":
        client("sns", region, account).publish(TopicArn=arn, Message=payload)
    elif service == "states":
        client("stepfunctions", region, account).start_execution(stateMachineArn=arn, input=payload)
    elif service == "logs":
        rule._send_to_cw_log_group(
            resource.removeprefix("log-group:").removesuffix(":*"), json.loads(payload)
        )
    elif service == "kinesis":
        name = resource.removeprefix("stream/")
        client("kinesis", region, account).put_record(StreamName=name, Data=payload, PartitionKey=event["id"])
    elif service == "firehose":
        name = resource.removeprefix("deliverystream/")
        client("firehose", region, account).put_record(DeliveryStreamName=name, Record={"Data": payload})
    elif service == "events" and resource.startswith("event-bus/"):
        entry = {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event.get("resources", []),
            "EventBusName": resource.removeprefix("event-bus/"),
        }
        events.events_backends[account][region].put_events([entry])
    else:
        raise NotImplementedError(f"EventBridge targets of {service} are not emulated")


def _queue(arn: str, message: str, parameters: dict[str, str]) -> None:
    _, _, _, region, account, name = arn.split(":", 5)
    sqs = client("sqs", region, account)
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    group = {k: v for k, v in parameters.items() if k == "MessageGroupId"}
    sqs.send_message(QueueUrl=url, MessageBody=message, **group)


def install() -> None:
    """Replace moto's delivery."""
    replace(events.Rule, send_to_targets=_send_to_targets)
