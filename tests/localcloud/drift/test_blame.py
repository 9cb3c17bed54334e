"""The journal says who could have changed a resource since the last update."""

import json

from localcloud.drift.blame import calls_since, identifiers_of, suspects


def line(time, action, resources, status=200, principal="arn:aws:sts::1:assumed-role/r/mallory"):
    return json.dumps(
        {"time": time, "service": "cloudtrail", "action": action, "principal": principal,
         "status": status, "resources": resources}
    )  # fmt: skip


def journal(tmp_path, *lines):
    path = tmp_path / "api-journal.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_call_that_named_the_resource_is_a_suspect(tmp_path):
    path = journal(tmp_path, line("2026-11-23T10:00:05.000Z", "StopLogging", {"Name": "pay-org-trail"}))
    calls = calls_since(path, "2026-11-23T10:00:00Z")
    (found,) = suspects(calls, identifiers_of("arn:aws:cloudtrail:us-east-2:1:trail/pay-org-trail", {}))
    assert (found.action, found.principal.rsplit("/", 1)[-1]) == ("cloudtrail:StopLogging", "mallory")


def test_calls_before_the_last_update_are_its_own(tmp_path):
    path = journal(tmp_path, line("2026-11-23T09:00:00Z", "StopLogging", {"Name": "pay-org-trail"}))
    assert calls_since(path, "2026-11-23T10:00:00Z") == []


def test_refused_calls_changed_nothing(tmp_path):
    path = journal(
        tmp_path, line("2026-11-23T11:00:00Z", "StopLogging", {"Name": "pay-org-trail"}, status=403)
    )
    assert calls_since(path, "") == []


def test_a_line_cut_by_a_killed_process_is_passed_over(tmp_path):
    path = journal(
        tmp_path, line("2026-11-23T11:00:00Z", "StopLogging", {"Name": "x-trail"}), '{"time": "2026'
    )
    assert len(calls_since(path, "")) == 1


def test_another_resource_accuses_nobody(tmp_path):
    path = journal(tmp_path, line("2026-11-23T11:00:00Z", "StopLogging", {"Name": "other-trail"}))
    assert suspects(calls_since(path, ""), {"pay-org-trail"}) == ()


def test_short_identifiers_are_not_used():
    calls = [{"time": "t", "principal": "p", "service": "s", "action": "a", "resources": {"Name": "1"}}]
    assert suspects(calls, {"1"}) == ()
