"""Resource options: what each makes the engine do."""

from __future__ import annotations

from localcloud.engine.values import Secret

from .lab.provider import LabProvider
from .lab.stack import Stack


def test_retain_on_delete_forgets_without_deleting(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", opts=O(retain_on_delete=True))')
    assert stack.up("").ok
    assert lab.made() == []
    assert stack.state() == {}
    assert len(lab.objects) == 1


def test_retain_on_delete_keeps_the_replaced_object(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", zone="x", opts=O(retain_on_delete=True))')
    stack.up('Thing("a", zone="y", opts=O(retain_on_delete=True))')
    assert lab.made() == ["Create a"]
    assert len(lab.objects) == 2


def test_deleted_with_another_needs_no_call(stack: Stack, lab: LabProvider) -> None:
    stack.up('a = Thing("a")\nThing("b", opts=O(deleted_with=a))')
    assert stack.destroy().ok
    assert lab.made() == ["Delete a"]


def test_deleted_with_one_that_stays_is_deleted(stack: Stack, lab: LabProvider) -> None:
    stack.up('a = Thing("a")\nThing("b", opts=O(deleted_with=a))')
    stack.up('Thing("a")')
    assert lab.made() == ["Delete b"]


def test_protect_comes_from_the_parent(stack: Stack) -> None:
    stack.up("""
        box = Box("box", O(protect=True))
        Thing("a", opts=O(parent=box))
        Thing("b", opts=O(parent=box, protect=False))
    """)
    assert stack.state()["a"].protect
    assert not stack.state()["b"].protect


def test_custom_timeouts_reach_the_provider_in_seconds(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", opts=O(custom_timeouts=pulumi.CustomTimeouts(create="1m30s", delete="2h")))')
    assert lab.asked("Create", "a")[0].arguments["timeout"] == 90
    assert stack.state()["a"].custom_timeouts == {"create": 90.0, "delete": 7200.0}


def test_additional_secret_outputs_are_encrypted(stack: Stack) -> None:
    stack.up('a = Thing("a", opts=O(additional_secret_outputs=["arn"]))\npulumi.export("arn", a.arn)')
    assert isinstance(stack.state()["a"].outputs["arn"], Secret)
    assert isinstance(stack.outputs()["arn"], Secret)


def test_an_output_once_secret_stays_secret_through_an_update(stack: Stack) -> None:
    stack.up('Secretive("s", size=1)')
    stack.up('Secretive("s", size=2)')
    assert isinstance(stack.state()["s"].outputs["password"], Secret)


def test_depends_on_a_component_waits_for_its_children(stack: Stack, lab: LabProvider) -> None:
    stack.up('box = Box("box")\nThing("a", opts=O(parent=box))\nThing("z", opts=O(depends_on=[box]))')
    created = {call.name: call for call in lab.calls if call.method == "Create"}
    assert created["a"].ended < created["z"].began


def test_ignored_changes_keep_the_old_values_at_their_paths(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", tags={"x": 1, "y": 1}, items=[{"n": 1}, {"n": 2}])')
    text = """
        kept = O(ignore_changes=["tags.x", "items[*].n"])
        Thing("a", tags={"x": 2, "y": 1}, items=[{"n": 8}, {"n": 9}], opts=kept)
    """
    assert stack.up(text).result.changes == {"same": 2}
    assert lab.made() == []


def test_ignored_changes_through_what_is_missing_are_an_error(stack: Stack) -> None:
    stack.up('Thing("a", size=1)')
    outcome = stack.preview('Thing("a", tags={"x": {"y": 1}}, opts=O(ignore_changes=["tags.x.y"]))')
    assert not outcome.ok
    assert "tags.x.y" in outcome.said


def test_aliases_keep_the_object_under_a_new_name_type_and_parent(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a")\nbox = Box("app")\nThing("app-db", opts=O(parent=box))\nThing("free")')
    text = """
        Named("b", opts=O(aliases=[pulumi.Alias(name="a", type_="lab:index:Thing")]))
        box = Box("shop", O(aliases=[pulumi.Alias(name="app")]))
        Thing("shop-db", opts=O(parent=box))
        Thing("free", opts=O(parent=box, aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]))
    """
    assert stack.up(text).ok
    assert [call for call in lab.made() if not call.startswith("Update")] == []
    state = stack.state()
    assert set(state) == {"b", "shop", "shop-db", "free"}
    assert state["shop-db"].parent.endswith("::shop")
    assert not any(each.aliases for each in state.values())


def test_an_alias_of_a_provider_keeps_its_resources(stack: Stack, lab: LabProvider) -> None:
    stack.up('p = Lab("p", region="r")\nThing("a", opts=O(provider=p))')
    assert stack.up(
        'q = Lab("q", region="r", opts=O(aliases=[pulumi.Alias(name="p")]))\nThing("a", opts=O(provider=q))'
    ).ok
    assert lab.made() == []
    assert "::q::" in stack.state()["a"].provider


def test_transforms_change_properties_and_options_of_what_they_see(stack: Stack, lab: LabProvider) -> None:
    stack.up("""
        def tag(args):
            if args.custom and args.type_.startswith("lab:"):
                return pulumi.ResourceTransformResult({**args.props, "tagged": True}, pulumi.ResourceOptions.merge(
                    args.opts, pulumi.ResourceOptions(protect=args.name == "b")))
        pulumi.runtime.register_resource_transform(tag)
        a = Thing("a", size=1)
        def own(args):
            return pulumi.ResourceTransformResult({**args.props, "own": 1}, args.opts)
        Thing("b", of=a.arn, opts=O(transforms=[own]))
    """)
    state = stack.state()
    assert state["a"].inputs == {"size": 1, "tagged": True}
    assert state["b"].inputs == {"of": state["a"].outputs["arn"], "own": 1, "tagged": True}
    assert state["b"].protect
    assert state["b"].dependencies == [state["a"].urn]


def test_invoke_transforms_change_the_arguments(stack: Stack, lab: LabProvider) -> None:
    stack.up("""
        pulumi.runtime.register_invoke_transform(
            lambda args: pulumi.InvokeTransformResult({**args.args, "added": 1}, args.opts))
        pulumi.export("echo", ask("getThing", {"name": "x"}).apply(lambda r: r["echo"]))
    """)
    assert stack.outputs()["echo"] == {"name": "x", "added": 1}


def test_resource_hooks_are_refused_by_name(stack: Stack) -> None:
    outcome = stack.preview("""
        hook = pulumi.ResourceHook("h", lambda args: None)
        Thing("a", opts=O(hooks=pulumi.ResourceHookBinding(before_create=[hook])))
    """)
    assert not outcome.ok
    assert "hook" in outcome.said
