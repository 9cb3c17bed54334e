"""Registers components against mocks and keeps what the engine would have been told about each resource.

Pulumi's mocks see type, name, inputs and provider. Protection, parents and dependencies reach the monitor alone, and
order is half of what these components promise, so the monitor is recorded too.
"""

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import mocks

from components.accounts import Accounts
from components.config_reader import ConfigReader
from components.settings import KEYS, Settings, read_settings

ROOT = Path(__file__).resolve().parents[3]
ORGANIZATION_ID = "o-exampleorg1"
MANAGEMENT_ID = "123456789012"
HOME, STANDBY = "us-east-2", "us-west-2"
HOME_KEY_ARN = f"arn:aws:kms:{HOME}:100000000001:key/mrk-0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Recorded:
    """One registered resource."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    protect: bool
    account: str
    """Logical name of the provider, which is the catalogue key of the account; empty for a component."""
    parent: str
    dependencies: frozenset[str]
    """URNs."""

    def document(self, key: str = "policy") -> list[dict[str, Any]]:
        """The statements of an IAM document among the inputs."""
        text = self.inputs[key]
        assert " " not in text.replace(" || ", "").replace(" && ", ""), "documents are minified"
        return list(json.loads(text)["Statement"])


class Estate:
    """What a build registered."""

    def __init__(self, resources: list[Recorded]) -> None:
        self.resources = resources
        self._by_urn = {resource.urn: resource for resource in resources}

    def of(self, type_: str) -> list[Recorded]:
        """Resources whose type ends so, such as `s3/bucket:Bucket`."""
        return [resource for resource in self.resources if resource.type == f"aws:{type_}"]

    def one(self, type_: str, containing: str = "") -> Recorded:
        """The only resource of a type whose name contains a text."""
        found = [resource for resource in self.of(type_) if containing in resource.name]
        assert len(found) == 1, [resource.name for resource in found]
        return found[0]

    def waits_for(self, resource: Recorded) -> set[str]:
        """Names of everything that exists before a resource: its own and its ancestors' dependencies, transitively."""
        seen: set[str] = set()
        waiting = [resource.urn]
        while waiting:
            at = self._by_urn.get(waiting.pop())
            if at is None or at.urn in seen:
                continue
            seen.add(at.urn)
            waiting += [*at.dependencies, at.parent]
        return {self._by_urn[urn].name for urn in seen} - {resource.name}


class _Answers(mocks.Mocks):
    """Computed outputs, as AWS would give them."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        outputs = dict(args.inputs)
        name = args.inputs.get("name", args.name)
        region = args.inputs.get("region", HOME)
        arns = {
            "aws:kms/key:Key": f"arn:aws:kms:{region}:100000000001:key/{args.name}",
            "aws:kms/replicaKey:ReplicaKey": f"arn:aws:kms:{region}:100000000001:key/{args.name}",
            "aws:sns/topic:Topic": f"arn:aws:sns:{region}:100000000002:{name}",
            "aws:sqs/queue:Queue": f"arn:aws:sqs:{region}:100000000002:{name}",
            "aws:cloudwatch/eventRule:EventRule": f"arn:aws:events:{region}:100000000002:rule/{name}",
            "aws:cloudwatch/logGroup:LogGroup": f"arn:aws:logs:{region}:{MANAGEMENT_ID}:log-group:{name}",
        }
        outputs["arn"] = arns.get(args.typ, f"arn:aws:mock:{region}:100000000000:{args.name}")
        if args.typ == "aws:organizations/organization:Organization":
            outputs["roots"] = [{"id": "r-root"}]
        outputs.setdefault("keyId", args.name)
        outputs.setdefault("url", f"https://queue/{name}")
        outputs.setdefault("name", name)
        return args.name, outputs

    def call(self, args: mocks.MockCallArgs) -> dict[Any, Any]:
        return dict(args.args)


class _Monitor(mocks.MockMonitor):
    """Keeps each registration whole."""

    def __init__(self) -> None:
        super().__init__(_Answers())
        self.recorded: list[Recorded] = []

    def RegisterResource(self, request: Any) -> Any:
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.recorded.append(
                Recorded(
                    urn=response.urn,
                    type=request.type,
                    name=request.name,
                    inputs=pulumi.runtime.rpc.deserialize_properties(request.object),
                    protect=request.protect,
                    account=request.provider.rsplit("::", 2)[-2] if request.provider else "",
                    parent=request.parent,
                    dependencies=frozenset(request.dependencies),
                )
            )
        return response


def record(build: Callable[[], object]) -> Estate:
    """Run a build and return what it registered."""
    monitor = _Monitor()
    mocks.set_mocks(_Answers(), project="payments", stack="test", preview=False, monitor=monitor)

    def run() -> None:
        build()

    mocks.test(run)()
    return Estate(monitor.recorded)


def settings(stack: str = "prod-primary", **changed: str) -> Settings:
    """The committed settings of a stack, with some keys changed."""
    committed = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    raw = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in committed.items()
        if key.startswith("payments:")
    }
    raw |= {f"payments:{key}": value for key, value in changed.items()}
    return read_settings(ConfigReader(stack, "payments", raw, KEYS), stack, ROOT, datetime.date(2026, 11, 1))


def accounts(of: Settings) -> Accounts:
    """The provider door with every member account admitted under an invented id."""
    door = Accounts(of)
    for number, member in enumerate(of.catalogue.members, start=1):
        account_id = f"1000000000{number:02}"
        door.admit(member.key, account_id, f"arn:aws:iam::{account_id}:role/platform/deploy/pulumi-deploy")
    return door
