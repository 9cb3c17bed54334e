"""Policy packs are genuine analyzers: what they are sent, what their answers become, and that they end with us."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.engine.analyzers import AnalyzedResource, PolicyHost
from localcloud.engine.events import Event, PolicyRemediation, PolicyReport, PolicyViolation
from localcloud.engine.operations import PolicyPackRequest
from localcloud.engine.state import ResourceState
from localcloud.engine.values import UNKNOWN, Secret
from localcloud.errors import UserError

TYPE = "aws:lab/thing:Thing"
PROVIDER = ResourceState(
    urn="urn:pulumi:dev::app::pulumi:providers:aws::p",
    type="pulumi:providers:aws",
    id="1",
    inputs={"region": "eu"},
)

PACK = """
import pulumi
from pulumi_policy import *

def tag(args):
    if "tags" not in args.props:
        args.props["tags"] = {"owner": "us"}
        return args.props

def speak(args, report):
    report("%s|%s|%s|%s" % (args.props.get("size"), sorted(args.props), args.provider and args.provider.props["region"],
                            pulumi.Config("app").get("k")))

def small(args, report):
    if args.name == "skipped":
        args.not_applicable("not this one")
    if args.props["size"] > 10:
        report("too big")

def graph(args, report):
    for r in args.resources:
        report("%s<%s<%s<%s" % (r.name, r.parent and r.parent.name, [d.name for d in r.dependencies],
                                {k: [d.name for d in v] for k, v in r.property_dependencies.items()}), r.urn)

PolicyPack("lab", policies=[
    ResourceValidationPolicy("tag", "d", remediate=tag, enforcement_level=EnforcementLevel.REMEDIATE),
    ResourceValidationPolicy("speak", "d", speak, enforcement_level=EnforcementLevel.ADVISORY),
    ResourceValidationPolicy("small", "d", small, enforcement_level=EnforcementLevel.MANDATORY, severity=Severity.LOW),
    StackValidationPolicy("graph", "d", graph),
])
"""


def thing(name: str = "a", **properties: Any) -> AnalyzedResource:
    return AnalyzedResource(f"urn:pulumi:dev::app::{TYPE}::{name}", TYPE, properties, provider=PROVIDER)


@pytest.fixture(scope="module")
def told() -> list[Event]:
    return []


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "__main__.py").write_text(PACK)
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 2.0.0\n")
    return folder


def start(pack: Path, told: list[Event], **config: Any) -> PolicyHost:
    return PolicyHost(
        [PolicyPackRequest(str(pack), config)],
        engine_address="127.0.0.1:0", project="app", stack="dev", organization="organization",
        dry_run=True, sink=told.append, config={"app:k": "v"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def host(pack: Path, told: list[Event]) -> Iterator[PolicyHost]:
    host = start(pack, told)
    host.ready()
    yield host
    host.close()


def said_by(policy: str, violations: list[PolicyViolation]) -> list[PolicyViolation]:
    return [violation for violation in violations if violation.policy == policy]


def test_a_policy_sees_inputs_provider_and_configuration_but_no_internal_keys(host: PolicyHost) -> None:
    (said,) = said_by("speak", host.analyze(thing(size=3, __defaults=["x"], pw=Secret("s"))))
    assert said.message == "d\n3.0|['pw', 'size']|eu|v"
    assert (said.enforcement, said.pack, said.pack_version) == ("advisory", "lab", "2.0.0")


def test_a_mandatory_violation_carries_its_severity(host: PolicyHost) -> None:
    (said,) = said_by("small", host.analyze(thing(size=11)))
    assert (said.enforcement, said.severity, said.message) == ("mandatory", "low", "d\ntoo big")


def test_a_value_that_is_not_known_yet_makes_the_verdict_advisory(host: PolicyHost) -> None:
    (said,) = said_by("small", host.analyze(thing(size=UNKNOWN)))
    assert said.enforcement == "advisory"
    assert "during preview" in said.message


def test_a_remediation_gives_new_inputs_and_keeps_secrets(host: PolicyHost) -> None:
    properties, events = host.remediate(thing(size=1, pw=Secret("s")))
    assert properties == {"size": 1, "pw": Secret("s"), "tags": {"owner": "us"}}
    (done,) = events
    assert isinstance(done, PolicyRemediation)
    assert (done.before, done.after) == ({"size": 1, "pw": Secret("s")}, properties)
    assert host.remediate(thing(size=1, tags={}))[1] == []


def test_a_stack_policy_sees_parents_and_dependencies(host: PolicyHost) -> None:
    parent, child = thing("p"), thing("c")
    child = AnalyzedResource(
        child.urn,
        TYPE,
        {"x": 1},
        parent=parent.urn,
        dependencies=[parent.urn],
        property_dependencies={"x": [parent.urn]},
    )
    said = host.analyze_stack([parent, child])
    assert [(each.urn, each.message) for each in said] == [
        (parent.urn, "d\np<None<[]<{}"),
        (child.urn, "d\nc<p<['p']<{'x': ['p']}"),
    ]


def test_the_summary_counts_what_did_not_apply(host: PolicyHost) -> None:
    host.analyze(thing("skipped", size=1))
    (summary,) = host.summary()
    assert summary.not_applicable["small"] == 1
    assert summary.policies["small"].kind == "resource"
    assert summary.levels == {
        "graph": "advisory",
        "small": "mandatory",
        "speak": "advisory",
        "tag": "remediate",
    }


def test_disabled_policies_are_not_asked(pack: Path) -> None:
    told: list[Event] = []
    host = start(pack, told, all="disabled")
    host.ready()
    try:
        assert host.analyze(thing(size=11)) == []
        assert host.remediate(thing())[1] == []
        assert host.analyze_stack([thing()]) == []
    finally:
        host.close()
    assert [type(event) for event in told] == [PolicyReport]


def test_a_pack_of_another_language_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: nodejs\n")
    with pytest.raises(UserError, match="runtime 'nodejs' is not supported"):
        start(tmp_path, [])
