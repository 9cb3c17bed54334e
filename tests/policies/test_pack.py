"""The architecture pack as a genuine analyzer: metadata, refusals, unknowns, configuration, nothing remediated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml
from pulumi.runtime.proto import analyzer_pb2

from policies.framework.catalogue import HOME, catalogue
from policies.framework.graph import Stack
from policies.framework.pack import entries_of
from policies.framework.resources import Resource
from policies.framework.values import UNKNOWN
from tests.policies.analyzer import SECRET, Analyzer
from tests.policies.estate import estate
from tests.policies.world import World

GOOD = estate()
SEVERITIES = {
    "low": analyzer_pb2.POLICY_SEVERITY_LOW,
    "medium": analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    "high": analyzer_pb2.POLICY_SEVERITY_HIGH,
    "critical": analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}


@pytest.fixture(scope="module")
def pack() -> Iterator[Analyzer]:
    with Analyzer("architecture") as analyzer:
        yield analyzer


def mandatory(response: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for diagnostic in response.diagnostics:
        if diagnostic.enforcementLevel == analyzer_pb2.MANDATORY:
            found.setdefault(diagnostic.policyName, []).append(diagnostic)
    return found


def advisory(response: Any) -> list[str]:
    return [d.message for d in response.diagnostics if d.enforcementLevel == analyzer_pb2.ADVISORY]


def test_it_introduces_itself(pack: Analyzer) -> None:
    info = pack.info()
    assert (info.name, info.supportsConfig, info.provider) == ("architecture", True, "aws")
    assert [policy.name for policy in info.policies] == [e.name for e in entries_of("architecture")] + [
        "preview-gap"
    ]


def test_every_policy_carries_what_the_catalogue_says(pack: Analyzer) -> None:
    published = {policy.name: policy for policy in pack.info().policies}
    for entry in catalogue():
        policy = published[entry.name]
        assert policy.description == entry.statement
        assert policy.displayName.startswith(entry.id)
        assert policy.severity == SEVERITIES[entry.severity]
        assert analyzer_pb2.EnforcementLevel.Name(policy.enforcementLevel).lower() == entry.enforcement
        assert policy.remediation_steps == entry.fix
        assert policy.url == f"docs/control-matrix.md#{entry.id.lower()}"
        assert f"id:{entry.id}" in policy.tags
        assert {f"soc2:{each}" for each in entry.soc2} | {f"pci:{each}" for each in entry.pci} <= set(
            policy.tags
        )
        framework = ("PCI DSS", "4.0.1", entry.pci) if entry.pci else ("SOC 2", "2017", entry.soc2)
        assert (policy.framework.name, policy.framework.version) == framework[:2]
        assert policy.framework.reference == ", ".join(framework[2])
        assert set(dict(policy.configSchema.properties)) == set(entry.settings)


def test_the_good_estate_passes_on_state(pack: Analyzer) -> None:
    stack = GOOD.stack()
    for resource in stack.resources:
        assert not pack.analyze(resource).diagnostics
    assert not pack.analyze_stack(stack).diagnostics


def test_the_good_estate_passes_at_its_first_preview_with_what_waits_counted(pack: Analyzer) -> None:
    stack = GOOD.first_preview()
    for resource in stack.resources:
        assert not mandatory(pack.analyze(resource))
    response = pack.analyze_stack(stack)
    assert not mandatory(response)
    assert advisory(response) == []


def test_what_a_preview_cannot_decide_is_named_and_counted(pack: Analyzer) -> None:
    stack = GOOD.unknown("recorder-on", "isEnabled").unknown("macie", "status").stack()
    waiting, other, summary = advisory(pack.analyze_stack(stack))
    assert "LOG-14 waits for recorder-on.isEnabled" in waiting
    assert "DET-03 waits for macie.status" in other
    assert "2 evaluations of 2 policies wait" in summary
    assert "DET-03 (1), LOG-14 (1)" in summary


def test_inputs_stand_in_for_outputs_that_an_unconfigured_provider_cannot_give() -> None:
    """The first preview of an account: the engine has no outputs of what will be in it."""
    world = GOOD.change("own-S3_DATA_EVENTS", status="DISABLED")
    preview = world.first_preview()
    empty = Stack(replace(each, props={}) if in_new_account(each) else each for each in preview.resources)
    with Analyzer("architecture") as analyzer:
        for resource in preview.resources:
            analyzer.analyze(resource)
        found = mandatory(analyzer.analyze_stack(empty))
    assert set(found) == {"guardduty-plans"}
    assert "own-S3_DATA_EVENTS: status is DISABLED" in found["guardduty-plans"][0].message


def test_without_inputs_such_resources_wait_and_are_not_refused() -> None:
    stack = GOOD.first_preview()
    empty = Stack(replace(each, props={}) if in_new_account(each) else each for each in stack.resources)
    with Analyzer("architecture") as analyzer:
        response = analyzer.analyze_stack(empty)
    assert "preview-gap" in {diagnostic.policyName for diagnostic in response.diagnostics}
    assert "DET-02" in advisory(response)[-1]


def in_new_account(resource: Resource) -> bool:
    return resource.provider is not None and resource.provider.name in ("audit", "security", "payments")


def test_a_weaker_resource_is_refused_before_it_is_made(pack: Analyzer) -> None:
    found = mandatory(pack.analyze(GOOD.change("charge", type="EXPRESS").resource("charge")))
    (diagnostic,) = found["standard-sagas"]
    assert "WFL-01 charge: type is EXPRESS; expected STANDARD." in diagnostic.message
    assert "[PCI 10.2.1; SOC 2 PI1.3]" in diagnostic.message


def test_a_weaker_relation_is_refused_with_the_urn_of_the_culprit(pack: Analyzer) -> None:
    world = GOOD.option("archive", provider="security")
    (diagnostic,) = mandatory(pack.analyze_stack(world.stack()))["audit-bucket-account"]
    assert diagnostic.urn == world.urn("archive")
    assert diagnostic.message.splitlines()[1].startswith("LOG-06 archive: account is security-account")


def test_a_secret_value_is_read_like_any_other(pack: Analyzer) -> None:
    hidden: dict[str, Any] = {**SECRET, "value": "EXPRESS"}
    assert "standard-sagas" in mandatory(pack.analyze(GOOD.change("charge", type=hidden).resource("charge")))


def test_an_unknown_hides_no_other_violation(pack: Analyzer) -> None:
    trail = GOOD.change("trail", isMultiRegionTrail=False, enableLogging=UNKNOWN).resource("trail")
    response = pack.analyze(trail)
    assert "isMultiRegionTrail is false" in mandatory(response)["trail-all-regions"][0].message
    assert any("LOG-02 waits for trail.enableLogging" in message for message in advisory(response))


def test_other_types_are_not_applicable_to_any_resource_policy(pack: Analyzer) -> None:
    topic = World({}).adding(GOOD.items["hub"]).resource("hub")
    response = pack.analyze(topic)
    assert not response.diagnostics
    resource_policies = {e.name for e in catalogue() if e.scope == "resource"}
    assert {each.policy_name for each in response.not_applicable} == resource_policies


def test_nothing_is_ever_remediated(pack: Analyzer) -> None:
    trail = GOOD.change("trail", enableLogFileValidation=False).resource("trail")
    assert not pack.remediate(trail).remediations


def test_a_laxer_configuration_is_refused_by_name_in_production() -> None:
    with Analyzer("architecture") as analyzer:
        analyzer.configure(audit_bucket_lock={"retentionYears": 3})
        (diagnostic,) = mandatory(analyzer.analyze_stack(GOOD.stack()))["audit-bucket-lock"]
    assert "retentionYears is 3; expected at least 7 on a production stack" in diagnostic.message


def test_an_empty_stack_passes(pack: Analyzer) -> None:
    pack.analyze_stack(World({}).stack())  # says what earlier evaluations left waiting, and forgets it
    assert not pack.analyze_stack(World({}).stack()).diagnostics


def test_the_pack_names_its_runtime_and_version() -> None:
    described = yaml.safe_load((HOME / "architecture/PulumiPolicy.yaml").read_text())
    assert described["runtime"]["name"] == "python"
    assert (HOME / "architecture" / described["runtime"]["options"]["virtualenv"]).resolve().name == ".venv"
    assert described["version"]
    assert described["description"]
