"""Provider instances: default and explicit ones, their settings, and what a change of them means."""

from __future__ import annotations

from .lab.provider import LabProvider
from .lab.stack import Stack


def instance(call_via: str) -> str:
    return call_via.rsplit("::", 1)[-1]


def test_each_instance_manages_its_own_resources(stack: Stack, lab: LabProvider) -> None:
    stack.up("""
        east, west = Lab("east", region="east"), Lab("west", region="west")
        box = Box("box", O(providers=[west]))
        Thing("a", opts=O(provider=east))
        Thing("b", opts=O(parent=box))
        Thing("c")
    """)
    created = {call.name: instance(call.via) for call in lab.calls if call.method == "Create"}
    assert created == {"a": "east", "b": "west", "c": "default"}
    assert stack.state()["b"].outputs["arn"].startswith("arn:west:")


def test_the_default_provider_takes_its_settings_from_the_configuration(
    stack: Stack, lab: LabProvider
) -> None:
    stack.config["lab:region"] = "north"
    stack.up('Thing("a")')
    assert stack.state()["a"].outputs["arn"].startswith("arn:north:")


def test_disabled_default_providers_are_refused_by_name(stack: Stack) -> None:
    stack.config["pulumi:disable-default-providers"] = '["lab"]'
    outcome = stack.preview('Thing("a")')
    assert not outcome.ok
    assert "Default provider for 'lab' disabled" in outcome.said


def test_versions_have_default_providers_of_their_own(stack: Stack) -> None:
    stack.up('Thing("a", opts=O(version="1.2.3"))\nThing("b", opts=O(version="2.0.0-beta.1"))')
    providers = {state.name: state.inputs for state in stack.snapshot().resources if state.is_provider}
    assert providers["default_1_2_3"] == {"__internal": {}, "version": "1.2.3"}
    assert providers["default_2_0_0_beta_1"]["version"] == "2.0.0-beta.1"


def test_a_download_address_is_part_of_the_default_provider(stack: Stack) -> None:
    stack.up('Thing("a", opts=O(plugin_download_url="https://example.com/plugins"))')
    provider = next(state for state in stack.snapshot().resources if state.is_provider)
    assert provider.name == "default_https_/example.com/plugins"
    assert provider.inputs["__internal"] == {"pluginDownloadURL": "https://example.com/plugins"}


def test_settings_that_are_not_known_yet_keep_resources_from_the_provider_in_a_preview(
    stack: Stack, lab: LabProvider
) -> None:
    text = """
        account = Thing("account")
        p = Lab("p", role=account.arn)
        a = Thing("a", size=1, opts=O(provider=p))
        b = Thing("b", of=a.arn)
        pulumi.export("seen", ask("getThing", {"name": "x"}, provider=p).apply(lambda r: r["region"]))
    """
    outcome = stack.preview(text)
    assert outcome.ok, outcome.said
    assert outcome.result.changes == {"create": 5}
    assert not lab.asked("Configure", "p")
    assert not lab.asked("Check", "a")
    assert stack.up().ok
    assert stack.up().result.changes == {"same": 5}
    assert stack.outputs() == {"seen": "home"}


def test_an_unknown_setting_makes_existing_resources_updates_in_the_preview(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('x = Thing("x", size=1)\np = Lab("p", rev=x.rev.apply(str))\nThing("a", opts=O(provider=p))')
    outcome = stack.preview(
        'x = Thing("x", size=2)\np = Lab("p", rev=x.rev.apply(str))\nThing("a", opts=O(provider=p))'
    )
    assert outcome.ok
    assert outcome.ops("a") == ["update"]
    assert "not known during preview" in outcome.said


def test_a_changed_setting_updates_the_instance_only(stack: Stack, lab: LabProvider) -> None:
    stack.up('p = Lab("p", token="1")\nThing("a", opts=O(provider=p))')
    outcome = stack.up('p = Lab("p", token="2")\nThing("a", opts=O(provider=p))')
    assert outcome.result.changes == {"update": 1, "same": 2}
    assert lab.made() == []


def test_a_setting_that_replaces_the_instance_replaces_its_resources(stack: Stack, lab: LabProvider) -> None:
    stack.up('p = Lab("p", region="one")\nThing("a", opts=O(provider=p))')
    assert stack.up('p = Lab("p", region="two")\nThing("a", opts=O(provider=p))').ok
    assert lab.made() == ["Create a", "Delete a"]
    assert stack.state()["a"].outputs["arn"].startswith("arn:two:")
    assert len([state for state in stack.snapshot().resources if state.is_provider]) == 1


def test_moving_to_another_instance_asks_the_provider_whether_that_replaces(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up(
        'p, q, r = Lab("p", region="x"), Lab("q", region="x"), Lab("r", region="y")\nThing("a", opts=O(provider=p))'
    )
    text = 'p, q, r = Lab("p", region="x"), Lab("q", region="x"), Lab("r", region="y")\nThing("a", opts=O(provider={}))'
    stack.up(text.format("q"))
    assert lab.made() == []
    stack.up(text.format("r"))
    assert lab.made() == ["Create a", "Delete a"]


def test_the_instance_of_the_old_object_deletes_it(stack: Stack, lab: LabProvider) -> None:
    stack.up('p = Lab("p", region="x")\nThing("a", opts=O(provider=p))')
    stack.up("")
    assert instance(lab.asked("Delete", "a")[0].via) == "p"
    assert stack.snapshot().live().keys() == {"urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev"}


def test_secret_settings_are_encrypted_in_the_state_and_reach_the_provider(
    stack: Stack, lab: LabProvider
) -> None:
    stack.up('p = Lab("p", token=pulumi.Output.secret("t0ken"))\nThing("a", opts=O(provider=p))')
    assert "t0ken" not in stack.backend.path(stack.ref).read_text()
    assert stack.up().result.changes == {"same": 3}
