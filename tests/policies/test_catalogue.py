"""The catalogue is the spine: rules, packs, tunables and the provider's SDK agree with it, both ways."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from policies.framework.catalogue import AREAS, HOME, CatalogueError, Entry, catalogue, entry, load
from policies.framework.pack import DESCRIPTIONS, entries_of
from policies.framework.rule import rule_of
from policies.framework.settings import tunables
from policies.matrix import as_data, matrix, render_markdown

each_policy = pytest.mark.parametrize("policy", catalogue(), ids=lambda policy: policy.id)
OUTPUT_ONLY = {"id"}
"""Every resource has an id, which no argument class lists."""


def rule_files() -> set[str]:
    found = (HOME / "rules").glob("*/*.py")
    return {f"policies.rules.{path.parent.name}.{path.stem}" for path in found if path.stem != "__init__"}


def pack_folders() -> set[str]:
    return {path.parent.name for path in HOME.glob("*/PulumiPolicy.yaml")}


@each_policy
def test_a_policy_has_the_rule_of_its_own_id_and_scope(policy: Entry) -> None:
    rule = rule_of(policy)
    assert (rule.id, rule.scope) == (policy.id, policy.scope)


@each_policy
def test_a_policy_lists_exactly_the_types_its_rule_reads(policy: Entry) -> None:
    assert set(policy.reads) == set(rule_of(policy).types)


@each_policy
def test_the_rule_opens_with_its_id(policy: Entry) -> None:
    module = importlib.import_module(policy.module)
    assert (module.__doc__ or "").startswith(f"{policy.id}: ")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the old spellings are read on purpose
@each_policy
def test_what_a_policy_reads_exists_in_the_provider(policy: Entry) -> None:
    for token, properties in policy.reads.items():
        if token.startswith("aws:"):
            assert set(properties) - OUTPUT_ONLY <= sdk_properties(token), (
                f"{token} lacks some of {properties}"
            )


@each_policy
def test_the_tunables_of_a_policy_exist(policy: Entry) -> None:
    assert set(policy.settings) <= set(tunables())


@each_policy
def test_a_policy_belongs_to_a_pack_that_exists(policy: Entry) -> None:
    assert policy.packs
    assert set(policy.packs) <= pack_folders()


def test_no_rule_file_lacks_a_catalogue_entry() -> None:
    assert rule_files() == {policy.module for policy in catalogue()}


def test_no_tunable_is_unused() -> None:
    assert set(tunables()) == {name for policy in catalogue() for name in policy.settings}


def test_no_pack_is_empty_or_undescribed() -> None:
    assert pack_folders() == set(DESCRIPTIONS)
    assert all(entries_of(pack) for pack in pack_folders())


def test_the_architecture_pack_holds_the_decisions() -> None:
    ids = {policy.id for policy in entries_of("architecture")}
    assert {f"LOG-0{n}" for n in range(1, 10)} | {f"DET-0{n}" for n in range(1, 8)} <= ids
    assert {"OPS-02", "OPS-03", "ORG-01", "LED-01", "LED-13", "WFL-01"} <= ids


def test_audit_ledger_and_key_policies_admit_no_exemption() -> None:
    assert not [p.id for p in catalogue() if p.id.startswith(("LOG", "LED", "KMS")) and p.exemptible]


def test_every_area_of_an_id_has_a_folder_once_it_has_a_policy() -> None:
    for policy in catalogue():
        assert (HOME / "rules" / AREAS[policy.id.split("-")[0]]).is_dir()


def test_the_matrix_names_every_control_of_every_policy_and_nothing_else() -> None:
    listed = {(row.requirement, policy_id) for row in matrix() for policy_id in row.policies}
    assert listed == {(control, p.id) for p in catalogue() for control in p.pci + p.soc2}
    assert [row["requirement"] for row in as_data()] == [row.requirement for row in matrix()]


def test_requirements_are_in_numerical_order() -> None:
    numbers = [row.requirement for row in matrix() if row.framework.startswith("PCI")]
    assert (
        numbers.index("2.2.7")
        < numbers.index("10.2.1")
        < numbers.index("10.2.1.1")
        < numbers.index("12.10.5")
    )


def test_the_page_has_an_anchor_and_the_remedy_of_every_policy() -> None:
    page = render_markdown()
    assert page == render_markdown()
    for policy in catalogue():
        assert f'<a id="{policy.id.lower()}"></a>' in page
        assert policy.fix in page


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("id: LOG-01", "id: LOG-1"), "LOG-1"),
        (("severity: critical", "severity: grave"), "grave"),
        (("    exemptible: false\n", "    exemptible: true\n"), "LOG-01"),
        (("pci: [10.2.1, 10.3.3]", "pci: [ten]"), "ten"),
        (("id: LOG-02", "id: LOG-01"), "id LOG-01 appears twice"),
        (("policies:\n", "policies: [\n"), "cannot be read"),
    ],
)
def test_a_malformed_catalogue_is_refused_by_name(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    text = (HOME / "catalogue.yaml").read_text().replace(*change, 1)
    bad = tmp_path / "catalogue.yaml"
    bad.write_text(text)
    with pytest.raises(CatalogueError, match=r"catalogue\.yaml: ") as refusal:
        load(bad)
    assert says in str(refusal.value)


def test_an_id_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CatalogueError, match="no policy LOG-99"):
        entry("LOG-99")


def sdk_properties(token: str) -> frozenset[str]:
    """The camelCase properties of a resource type in the installed SDK; fails when it has no such type."""
    module, kind = token.split(":")[1].split("/")[0], token.split(":")[-1]
    resource = getattr(importlib.import_module(f"pulumi_aws.{module}"), kind)
    assert resource.pulumi_type == token
    accessors = [value.fget for value in vars(resource).values() if isinstance(value, property)]
    return frozenset(getattr(fget, "_pulumi_name", None) or fget.__name__ for fget in accessors)
