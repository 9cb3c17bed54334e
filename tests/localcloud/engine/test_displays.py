"""What is shown of an operation, as text and as JSON: never a secret, always what changes and why it failed."""

import io
import json
from typing import Any

from localcloud.engine.display_diff import masked, revealed, short_diff
from localcloud.engine.display_json import JsonEvents, PreviewDigest
from localcloud.engine.display_text import TextDisplay, TextOptions
from localcloud.engine.display_words import short_type
from localcloud.engine.events import (
    Diagnostic,
    Event,
    Outputs,
    PolicyRemediation,
    PolicyViolation,
    PropertyDiff,
    ResourceDone,
    ResourceFailed,
    ResourcePre,
    Step,
    Summary,
)
from localcloud.engine.state import ResourceState
from localcloud.engine.values import UNKNOWN, UNKNOWN_STRING, Asset, Output, ResourceReference, Secret

TYPE = "aws:lab/thing:Thing"
URN = f"urn:pulumi:dev::app::{TYPE}::a"


def state(inputs: dict[str, Any], outputs: dict[str, Any] | None = None, **more: Any) -> ResourceState:
    return ResourceState(urn=URN, type=TYPE, custom=True, inputs=inputs, outputs=outputs or {}, **more)


def update(**more: Any) -> Step:
    return Step(
        op="update", urn=URN, type=TYPE,
        old=state({"size": 1, "pw": Secret("old"), "gone": True}),
        new=state({"size": 2, "pw": Secret("new"), "tag": "t"}),
        detailed_diff={"size": PropertyDiff("update"), "tag": PropertyDiff("add"), "gone": PropertyDiff("delete")},
        **more,
    )  # fmt: skip


def shown(*told: Event, dry_run: bool = False, **options: Any) -> str:
    out = io.StringIO()
    display = TextDisplay(out, TextOptions(**options))
    display.start("Updating (dev)", dry_run=dry_run)
    for event in told:
        display(event)
    display.close()
    return out.getvalue()


def summary(dry_run: bool = False, ok: bool = True, **changes: int) -> Summary:
    return Summary({key.replace("_", "-"): count for key, count in changes.items()}, 1.25, dry_run, ok)


class TestMasking:
    VALUE = {
        "a": [Secret({"b": "hidden"}), UNKNOWN],
        "o": Output("plain"),
        "s": Output("hidden", secret=True),
    }

    def test_secrets_and_unknowns_are_replaced(self) -> None:
        assert masked(self.VALUE) == {"a": ["[secret]", UNKNOWN_STRING], "o": "plain", "s": "[secret]"}

    def test_secrets_are_shown_to_who_asks(self) -> None:
        assert revealed(self.VALUE) == {"a": [{"b": "hidden"}, UNKNOWN_STRING], "o": "plain", "s": "hidden"}

    def test_a_reference_reads_as_its_urn(self) -> None:
        assert masked(ResourceReference(URN, "i-1")) == URN


class TestText:
    def test_rows_of_a_preview_name_the_properties_that_change(self) -> None:
        assert " ~  aws:lab:Thing a update [diff: +tag-gone~size]\n" in shown(
            ResourcePre(update()), dry_run=True
        )

    def test_rows_of_an_update_tell_begin_and_end(self) -> None:
        text = shown(ResourcePre(update()), ResourceDone(update()))
        assert "aws:lab:Thing a updating" in text
        assert "aws:lab:Thing a updated (" in text

    def test_a_failure_is_told_at_once_and_explained_at_the_end(self) -> None:
        text = shown(ResourcePre(update()), ResourceFailed(update(), "boom\nbang"), summary(ok=False))
        assert "**updating failed**" in text
        assert "  aws:lab:Thing (a):\n    error: boom\n    bang\n" in text

    def test_the_rich_diff_shows_old_and_new_but_no_secret(self) -> None:
        text = shown(ResourcePre(update()), dry_run=True, diff=True)
        for line in ("~ size: 1 => 2", "- gone: true", '+ tag : "t"', "~ pw  : [secret] => [secret]"):
            assert line in text
        assert "old" not in text.replace("Updating", "")

    def test_a_changed_list_is_compared_item_by_item(self) -> None:
        old, new = state({"l": [1, {"k": "a"}, 3]}), state({"l": [1, {"k": "b"}]})
        text = shown(ResourcePre(Step("update", URN, TYPE, old=old, new=new)), diff=True)
        assert '~ k: "a" => "b"' in text
        assert "- [2]: 3" in text
        assert "[0]" not in text

    def test_what_is_the_same_or_internal_is_not_shown_unless_asked(self) -> None:
        same = Step("same", URN, TYPE, old=state({}), new=state({}))
        internal = Step("create", URN, TYPE, new=state({}), internal=True)
        assert "Thing" not in shown(ResourcePre(same), ResourcePre(internal), dry_run=True)
        assert "Thing" in shown(ResourcePre(same), dry_run=True, show_sames=True)

    def test_outputs_and_counts_stand_at_the_end(self) -> None:
        outputs = Outputs({"kept": 1, "old": "x"}, {"kept": 1, "new": Secret("hidden")})
        text = shown(outputs, summary(create=2, update=1, same=4))
        for line in (
            "    kept: 1",
            "  + new : [secret]",
            '  - old : "x"',
            "+ 2 created",
            "3 changes. 4 unchanged",
        ):
            assert line in text
        assert "hidden" not in text

    def test_outputs_may_be_suppressed(self) -> None:
        assert "Outputs" not in shown(Outputs({}, {"a": 1}), summary(), suppress_outputs=True)

    def test_debug_and_ephemeral_messages_are_left_out(self) -> None:
        told = (Diagnostic("", "debug", "fine print"), Diagnostic("", "info", "passing", ephemeral=True))
        text = shown(*told, summary())
        assert "fine print" not in text
        assert "passing" not in text
        assert "fine print" in shown(*told, summary(), debug=True)

    def test_plain_output_has_no_escape_codes_and_coloured_has(self) -> None:
        assert "\x1b" not in shown(ResourcePre(update()), summary(update=1))
        assert "\x1b[33m~" in shown(ResourcePre(update()), summary(update=1), colour=True)

    def test_violations_are_grouped_by_policy(self) -> None:
        said = [
            PolicyViolation(URN, "small", "lab", "1", "mandatory", f"too big: {n}", "high")
            for n in ("x", "y")
        ]
        done = PolicyRemediation(URN, "tags", "lab", "1", {"a": 1}, {"a": 2})
        text = shown(*said, done, summary(ok=False), show_policy_remediations=True)
        assert text.count("[mandatory]  [high]  small") == 1
        assert "too big: x" in text
        assert "too big: y" in text
        assert "~ a: 1 => 2" in text

    def test_types_are_shortened_where_the_file_name_says_nothing(self) -> None:
        assert short_type("aws:s3/bucket:Bucket") == "aws:s3:Bucket"
        assert short_type("aws:s3/bucketObjectv2:BucketObjectv2") == "aws:s3:BucketObjectv2"
        assert short_type("pulumi:providers:aws") == "pulumi:providers:aws"
        assert short_type("payments:index:Trail") == "payments:index:Trail"

    def test_the_short_diff_names_top_level_properties_once(self) -> None:
        step = Step(
            "update",
            URN,
            TYPE,
            detailed_diff={"tags.a": PropertyDiff("add"), "tags.b": PropertyDiff("delete")},
        )
        assert short_diff(step) == "[diff: ~tags]"
        assert short_diff(Step("replace", URN, TYPE, replace_reasons=("zone",))) == "[diff: ~zone]"


class TestDigest:
    def digest(self, *told: Event, **options: Any) -> dict[str, Any]:
        out = io.StringIO()
        display = PreviewDigest(out, {"app:k": "v"}, **options)
        for event in told:
            display(event)
        display.close()
        document: dict[str, Any] = json.loads(out.getvalue())
        return document

    def test_a_step_has_pulumis_fields(self) -> None:
        (step,) = self.digest(ResourcePre(update(provider="p::1", diff_reasons=("size",))))["steps"]
        assert set(step) == {"op", "urn", "provider", "oldState", "newState", "diffReasons", "detailedDiff"}
        assert step["detailedDiff"]["size"] == {"kind": "update", "inputDiff": False}
        assert step["newState"]["inputs"] == {"size": 2, "pw": "[secret]", "tag": "t"}

    def test_unknowns_and_assets_are_as_in_a_checkpoint(self) -> None:
        new = state({"a": Asset(text="x", sha256="ab"), "u": UNKNOWN}, id=UNKNOWN)
        (step,) = self.digest(ResourcePre(Step("create", URN, TYPE, new=new)))["steps"]
        assert step["newState"]["inputs"]["u"] == UNKNOWN_STRING
        assert step["newState"]["inputs"]["a"]["hash"] == "ab"
        assert "id" not in step["newState"]

    def test_physical_and_unchanged_steps_are_left_out(self) -> None:
        same = Step("same", URN, TYPE, old=state({}), new=state({}))
        physical = Step("create-replacement", URN, TYPE, new=state({}), logical=False)
        assert "steps" not in self.digest(ResourcePre(same), ResourcePre(physical))
        steps = self.digest(
            ResourcePre(same), ResourcePre(physical), show_sames=True, show_replacement_steps=True
        )["steps"]
        assert [step["op"] for step in steps] == ["same", "create-replacement"]

    def test_a_changed_protection_is_shown_though_all_else_is_the_same(self) -> None:
        step = Step("same", URN, TYPE, old=state({}, protect=True), new=state({}))
        assert len(self.digest(ResourcePre(step))["steps"]) == 1

    def test_the_end_tells_counts_and_nanoseconds(self) -> None:
        document = self.digest(Diagnostic(URN, "error", "boom"), summary(dry_run=True, create=1, same=0))
        assert document["changeSummary"] == {"create": 1}
        assert document["duration"] == 1_250_000_000
        assert document["diagnostics"] == [{"urn": URN, "message": "error: boom", "severity": "error"}]
        assert document["config"] == {"app:k": "v"}


class TestEventStream:
    def test_each_event_is_one_line_in_pulumis_schema(self) -> None:
        out = io.StringIO()
        stream = JsonEvents(out, {"app:k": "v"})
        stream.start()
        for event in (
            ResourcePre(update()),
            ResourceDone(update()),
            ResourceFailed(update(), "boom"),
            summary(update=1),
        ):
            stream(event)
        stream.close()
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        kinds = [list(line)[2] for line in lines]
        assert kinds == [
            "preludeEvent", "resourcePreEvent", "resOutputsEvent", "resOpFailedEvent", "summaryEvent", "cancelEvent",
        ]  # fmt: skip
        metadata = lines[1]["resourcePreEvent"]["metadata"]
        assert metadata["new"]["inputs"]["pw"] == "[secret]"
        assert "new" not in json.dumps(metadata["new"]["inputs"]["pw"])
        assert lines[3]["resOpFailedEvent"]["status"] == 1
        assert lines[4]["summaryEvent"]["durationSeconds"] == 1
