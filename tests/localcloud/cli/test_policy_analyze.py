"""policy analyze runs a genuine policy pack over a state, without a program or a provider."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.localcloud.cli.conftest import Outcome, Place

Run = Callable[..., Outcome]

PACK = """
from pulumi_policy import *

def small(args, report):
    if args.resource_type != "aws:lab/thing:Thing":
        args.not_applicable("no thing")
    if args.props.get("size", 0) > args.get_config().get("limit", 10):
        report("size over the limit: %s" % args.name)

def tagged(args, report):
    for resource in args.resources:
        if resource.resource_type == "aws:lab/thing:Thing" and "arn" not in resource.props:
            report("no arn", resource.urn)

PolicyPack("lab", enforcement_level=EnforcementLevel.MANDATORY, policies=[
    ResourceValidationPolicy("small", "Things are small", small, severity=Severity.HIGH,
        remediation_steps="Set size to 10 or less", url="https://example.com/small",
        config_schema=PolicyConfigSchema(properties={"limit": {"type": "integer", "default": 10}})),
    StackValidationPolicy("has-arn", "Things have an ARN", tagged, enforcement_level=EnforcementLevel.ADVISORY),
])
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "__main__.py").write_text(PACK)
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 1.2.3\n")
    return str(folder)


def thing(size: int, **outputs: str) -> dict[str, object]:
    urn = "urn:pulumi:dev::app::aws:lab/thing:Thing::a"
    return {
        "urn": urn, "custom": True, "id": "a-1", "type": "aws:lab/thing:Thing",
        "inputs": {"size": size}, "outputs": {"size": size, **outputs},
    }  # fmt: skip


def test_a_mandatory_violation_gives_exit_code_1_and_its_remedy(place: Place, run: Run, pack: str) -> None:
    place.save(thing(11, arn="arn"))
    outcome = run("policy", "analyze", "dev", "--policy-pack", pack)
    assert outcome.code == 1
    for words in ("lab@v1.2.3", "[mandatory]", "[high]", "small", "size over the limit: a",
                  "To fix: Set size to 10 or less", "https://example.com/small"):  # fmt: skip
        assert words in outcome.out


def test_an_advisory_one_does_not(place: Place, run: Run, pack: str) -> None:
    place.save(thing(10))
    outcome = run("policy", "analyze", "dev", "--policy-pack", pack)
    assert outcome.code == 0
    assert "[advisory]" in outcome.out


def test_a_file_may_be_analyzed_instead_of_a_stack(place: Place, run: Run, pack: str, tmp_path: Path) -> None:
    place.save(thing(11))
    file = tmp_path / "state.json"
    run("stack", "export", "dev", "--file", str(file))
    assert run("policy", "analyze", "--file", str(file), "--policy-pack", pack).code == 1


def test_json_is_the_event_stream(place: Place, run: Run, pack: str) -> None:
    place.save(thing(11))
    lines = [
        json.loads(line)
        for line in run("policy", "analyze", "dev", "--policy-pack", pack, "--json").out.splitlines()
    ]
    said = {line["policyEvent"]["policyName"]: line["policyEvent"] for line in lines if "policyEvent" in line}
    assert said["small"]["enforcementLevel"] == "mandatory"
    assert said["small"]["severity"] == "high"
    assert said["has-arn"]["enforcementLevel"] == "advisory"
    (summary,) = [line["summaryEvent"] for line in lines if "summaryEvent" in line]
    assert summary["PolicyPacks"] == {"lab": "1.2.3"}
    assert summary["result"] == "failed"


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"small": "advisory"}, 0),
        ({"all": "disabled"}, 0),
        ({"small": {"limit": 11}}, 0),
        ({"has-arn": "mandatory"}, 1),
    ],
)
def test_levels_and_properties_may_be_configured(
    place: Place, run: Run, pack: str, tmp_path: Path, config: dict[str, object], code: int
) -> None:
    place.save(thing(11))
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))
    assert (
        run("policy", "analyze", "dev", "--policy-pack", pack, "--policy-pack-config", str(file)).code == code
    )


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"small": "fatal"}, "'fatal' is not a valid enforcement level"),
        ({"small": {"limit": "many"}}, "policy small: invalid configuration"),
        ({"smal": "advisory"}, "has no policy 'smal'"),
        ({"small": 3}, "neither an enforcement level nor an object"),
    ],
)
def test_wrong_configuration_is_refused(
    place: Place, run: Run, pack: str, tmp_path: Path, config: dict[str, object], words: str
) -> None:
    place.save(thing(1))
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))
    outcome = run("policy", "analyze", "dev", "--policy-pack", pack, "--policy-pack-config", str(file))
    assert outcome.code == 255
    assert words in outcome.err


def test_a_pack_that_does_not_load_shows_why(place: Place, run: Run, tmp_path: Path) -> None:
    place.save(thing(1))
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "pack/__main__.py").write_text("import nothing_of_this_name\n")
    outcome = run("policy", "analyze", "dev", "--policy-pack", str(tmp_path / "pack"))
    assert outcome.code == 255
    assert "failed to load" in outcome.err
    assert "No module named 'nothing_of_this_name'" in outcome.err


def test_a_policy_that_raises_is_an_error(place: Place, run: Run, tmp_path: Path) -> None:
    place.save(thing(1))
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "pack/__main__.py").write_text(
        "from pulumi_policy import *\n"
        "PolicyPack('p', policies=[ResourceValidationPolicy('r', 'd', lambda args, report: 1 / 0)])\n"
    )
    outcome = run("policy", "analyze", "dev", "--policy-pack", str(tmp_path / "pack"))
    assert outcome.code == 255
    assert "a policy failed" in outcome.err
    assert "division by zero" in outcome.err
