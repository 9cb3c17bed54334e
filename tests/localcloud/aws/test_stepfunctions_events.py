"""State machines of a member account, and EventBridge delivery to every kind of target."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME, eventually
from tests.localcloud.aws.functions import deploy, wait


@pytest.fixture
def session(world: World, organization: dict[str, str]) -> Any:
    return world.session("payments", HOME)


@pytest.fixture
def function(session: Any, unique: str) -> str:
    source = """
        class RailDeclined(Exception):
            pass
        def handle(event, context):
            if event.get("decline"):
                raise RailDeclined("no")
            return {"paid": event["amount"]}
    """
    return deploy(session, f"rail-{unique}", source, Timeout=20)


def _machine(session: Any, organization: dict[str, str], unique: str, states: dict[str, Any]) -> str:
    definition = {"StartAt": next(iter(states)), "States": states}
    made = session.client("stepfunctions").create_state_machine(
        name=f"m-{unique}",
        definition=json.dumps(definition),
        roleArn=f"arn:aws:iam::{organization['payments']}:role/function",
    )
    return str(made["stateMachineArn"])


def test_a_machine_of_a_member_account_uses_its_functions_tables_and_queues(
    session: Any, organization: dict[str, str], unique: str, function: str
) -> None:
    session.client("dynamodb").create_table(
        TableName=f"t-{unique}",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = session.client("sqs").create_queue(QueueName=f"q-{unique}")["QueueUrl"]
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "ResultSelector": {"r.$": "$.Payload"},
    }
    machine = _machine(
        session,
        organization,
        unique,
        {
            "Pay": {**task, "Parameters": {"FunctionName": function, "Payload.$": "$"}, "ResultPath": "$.pay",
                    "Catch": [{"ErrorEquals": ["RailDeclined"], "Next": "Note", "ResultPath": "$.error"}],
                    "Next": "Note"},
            "Note": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "ResultPath": None,
                     "Parameters": {"TableName": f"t-{unique}", "Item": {"id": {"S.$": "$.id"}}}, "Next": "Tell"},
            "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "ResultPath": None,
                     "Parameters": {"QueueUrl": queue, "MessageBody.$": "$"}, "End": True},
        },
    )  # fmt: skip
    states = session.client("stepfunctions")
    for name, decline in (("ok", False), ("declined", True)):
        given = json.dumps({"id": name, "amount": 5, "decline": decline})
        execution = states.start_execution(stateMachineArn=machine, input=given)["executionArn"]
        ended = wait(execution, states)
        assert ended["status"] == "SUCCEEDED"
        output = json.loads(ended["output"])
        if decline:
            assert output["error"]["Error"] == "RailDeclined"
        else:
            assert output["pay"] == {"r": {"paid": 5}}
        assert session.client("dynamodb").get_item(TableName=f"t-{unique}", Key={"id": {"S": name}})["Item"]
    assert len(session.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]) == 2


def test_an_event_reaches_a_function_a_topic_a_queue_and_a_machine(
    world: World, session: Any, organization: dict[str, str], unique: str
) -> None:
    sqs, sns, events = session.client("sqs"), session.client("sns"), session.client("events")
    bucket = f"seen-{unique}"
    session.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": HOME})
    source = f"""
        import boto3
        def handle(event, context):
            boto3.client("s3").put_object(Bucket="{bucket}", Key=event["detail"]["id"], Body=b"")
    """
    function = deploy(session, f"seer-{unique}", source, Timeout=20)
    audit_sqs = world.session("audit", HOME).client("sqs")
    audit_queue = audit_sqs.create_queue(QueueName=f"audit-{unique}")["QueueUrl"]
    queue = sqs.create_queue(QueueName=f"topic-{unique}")["QueueUrl"]
    topic = sns.create_topic(Name=f"topic-{unique}")["TopicArn"]
    queue_arn = f"arn:aws:sqs:{HOME}:{organization['payments']}:topic-{unique}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    machine = _machine(session, organization, unique, {"End": {"Type": "Pass", "End": True}})
    events.put_rule(Name=f"r-{unique}", EventPattern=json.dumps({"source": [f"app.{unique}"]}))
    targets = [
        {"Id": "missing", "Arn": f"arn:aws:sqs:{HOME}:{organization['payments']}:none-{unique}"},
        {"Id": "function", "Arn": function},
        {"Id": "topic", "Arn": topic, "InputPath": "$.detail"},
        {"Id": "audit", "Arn": f"arn:aws:sqs:{HOME}:{organization['audit']}:audit-{unique}"},
        {"Id": "machine", "Arn": machine, "RoleArn": f"arn:aws:iam::{organization['payments']}:role/function",
         "Input": '{"constant": true}'},
    ]  # fmt: skip
    events.put_targets(Rule=f"r-{unique}", Targets=targets)
    sent = events.put_events(
        Entries=[{"Source": f"app.{unique}", "DetailType": "made", "Detail": json.dumps({"id": "e1"})}]
    )
    assert sent["FailedEntryCount"] == 0
    s3, states = session.client("s3"), session.client("stepfunctions")
    eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("KeyCount"))
    published = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
    assert json.loads(json.loads(published[0]["Body"])["Message"]) == {"id": "e1"}
    crossed = eventually(lambda: audit_sqs.receive_message(QueueUrl=audit_queue).get("Messages"))
    assert json.loads(crossed[0]["Body"])["detail-type"] == "made"
    execution = eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])[0]
    assert wait(execution["executionArn"], states)["input"] == '{"constant": true}'
