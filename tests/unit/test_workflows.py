"""The workflows: pinned by digest, without standing rights, and applying only what was reviewed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def uses(document):
    for job in document["jobs"].values():
        yield from ([job["uses"]] if "uses" in job else [])
        yield from (step["uses"] for step in job.get("steps", []) if "uses" in step)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_every_action_is_pinned_by_a_commit_digest(path):
    for action in uses(yaml.safe_load(path.read_text())):
        assert action.startswith("./") or re.search(r"@[0-9a-f]{40}$", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_the_workflow_starts_without_any_permission(path):
    assert yaml.safe_load(path.read_text())["permissions"] == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_no_expression_is_expanded_inside_a_shell_script(path):
    """`${{ … }}` in `run:` is how pull request titles become commands."""
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        assert not any("${{" in step.get("run", "") for step in job.get("steps", []))


def test_the_update_applies_no_more_than_the_approved_changes():
    jobs = yaml.safe_load((ROOT / ".github/workflows/deploy-stack.yml").read_text())["jobs"]
    up = "\n".join(step.get("run", "") for step in jobs["up"]["steps"])
    parts = ("sha256sum --check", "--save-plan plan.json", "same_changes.py", "--plan plan.json \\")
    order = [up.index(part) for part in parts]
    assert order == sorted(order)
    assert jobs["up"]["environment"] == "${{ inputs.stack }}"


@pytest.mark.parametrize("name", ["pull-request", "drift", "deploy-stack"])
def test_a_job_with_the_read_only_role_enters_the_accounts_read_only(name):
    for job in yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())["jobs"].values():
        text = json.dumps(job)
        assert ("PLAN_ROLE_ARN" in text) == ("payments:memberAccess plan" in text)


def same_changes(tmp_path, reviewed, planned):
    paths = []
    for name, steps in (("reviewed", reviewed), ("planned", planned)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"steps": steps}))
        paths.append(str(path))
    script = ROOT / ".github" / "scripts" / "same_changes.py"
    return subprocess.run([sys.executable, script, *paths], capture_output=True, text=True, check=False)


def test_a_change_nobody_approved_stops_the_update(tmp_path):
    done = same_changes(tmp_path, [step("create", "a")], [step("create", "a"), step("delete", "b")])
    assert done.returncode == 1
    assert "not approved: delete" in done.stdout


def test_another_property_than_the_approved_one_stops_the_update(tmp_path):
    approved = [{**step("update", "a"), "diffReasons": ["tags"]}]
    planned = [{**step("update", "a"), "diffReasons": ["policy"]}]
    assert same_changes(tmp_path, approved, planned).returncode == 1


def test_the_approved_changes_go_on_whatever_role_the_providers_assume(tmp_path):
    provider = {"op": "update", "urn": "urn:pulumi:s::p::pulumi:providers:aws::audit"}
    done = same_changes(tmp_path, [step("create", "a"), provider], [step("create", "a"), step("same", "b")])
    assert done.returncode == 0


def test_a_preview_in_a_pull_request_uses_the_read_only_role():
    text = (ROOT / ".github/workflows/pull-request.yml").read_text()
    assert "PLAN_ROLE_ARN" in text
    assert "DEPLOY_ROLE_ARN" not in text


def comment(tmp_path, **documents):
    paths = []
    for stack, document in documents.items():
        path = tmp_path / f"preview-{stack}.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        paths.append(str(path))
    script = ROOT / ".github" / "scripts" / "preview_comment.py"
    return subprocess.run([sys.executable, script, *paths], capture_output=True, text=True, check=True).stdout


def step(op, name):
    return {"op": op, "urn": f"urn:pulumi:s::p::aws:s3/bucket:Bucket::{name}"}


def test_the_comment_shows_deletions_before_anything_else(tmp_path):
    text = comment(
        tmp_path, primary={"steps": [step("create", "new"), step("delete", "gone"), step("same", "calm")]}
    )
    assert text.index("**gone**") < text.index("**new**")
    assert "calm" not in text


def test_both_stacks_have_a_section_in_one_comment(tmp_path):
    text = comment(tmp_path, primary={"steps": []}, standby={"steps": []})
    assert text.startswith("<!-- payments-preview -->")
    assert "## primary" in text
    assert "## standby" in text


def test_a_preview_that_failed_to_print_is_reported(tmp_path):
    assert "No preview" in comment(tmp_path, primary="")


def test_a_long_comment_stays_below_the_limit_of_github(tmp_path):
    text = comment(tmp_path, primary={"steps": [step("create", f"bucket-{i:05}") for i in range(3000)]})
    assert len(text) < 65_536
    assert "cut" in text
