"""What the stacks export is what the contract promises."""

import json

import jsonschema
import pytest

from components import outputs_schema
from components.outputs import CONTRACT_VERSION

from .conftest import ROOT, Graph


def test_the_committed_schema_is_the_one_the_code_describes() -> None:
    assert outputs_schema.FILE.read_text() == outputs_schema.text(), (
        "run: python -m components.outputs_schema"
    )


def test_every_field_of_the_contract_is_described() -> None:
    assert '"description": ""' not in outputs_schema.text()


def test_outputs_follow_the_schema(graph: Graph) -> None:
    jsonschema.validate(graph.outputs, json.loads(outputs_schema.FILE.read_text()))
    assert graph.outputs["contract"] == {"name": "payments-landing-zone", "version": CONTRACT_VERSION}


def test_what_exists_once_is_exported_once(primary: Graph, standby: Graph) -> None:
    once = {"trail", "identity", "pipeline"}
    assert once <= set(primary.outputs)
    assert not once & set(standby.outputs)


def test_the_standby_passes_on_the_same_accounts(primary: Graph, standby: Graph) -> None:
    assert standby.outputs["accounts"] == primary.outputs["accounts"]
    assert standby.outputs["organization"] == primary.outputs["organization"]


def test_headroom_is_shown_for_both_stacks_together(primary: Graph, standby: Graph) -> None:
    rows = {(row["node"], row["type"]): row for row in primary.outputs["guardrails"]["headroom"]}
    assert rows[("security", "SERVICE_CONTROL_POLICY")]["slotsUsed"] == 4
    assert standby.outputs["guardrails"]["headroom"] == primary.outputs["guardrails"]["headroom"]


@pytest.mark.parametrize("name", ["accountId", "organizationId", "logGroup"])
def test_the_consumer_reads_only_what_the_contract_has(name: str) -> None:
    program = (ROOT / "examples/consumer/__main__.py").read_text()
    assert f'pulumi.export("{name}"' in program
    reader = (ROOT / "examples/consumer/landing_zone.py").read_text()
    for key in ("contract", "region", "organization", "accounts", "deployRoleArn"):
        assert f'"{key}"' in reader
        assert f'"{key}"' in outputs_schema.text()
