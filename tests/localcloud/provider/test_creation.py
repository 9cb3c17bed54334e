"""A creation that died in its middle is finished by the next one of the same resource, and by no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from localcloud.provider import lifecycle
from localcloud.provider.creation import IN_DOUBT
from localcloud.provider.journal import Journal
from localcloud.provider.wire import encode
from tests.localcloud.provider.conftest import Stage
from tests.localcloud.provider.driver import Driver, Failed, Made, urn_of

GROUP = "aws:cloudwatch/logGroup:LogGroup"
KEY = "aws:kms/key:Key"


@pytest.fixture
def die_after_creating(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Any:
    """AWS has made the object, and nothing after that is done or noted any more."""

    def kill(token: str, inputs: dict[str, Any], name: str) -> None:
        def killed(*_: Any) -> None:
            raise RuntimeError("killed")

        with monkeypatch.context() as patch:
            patch.setattr(lifecycle, "identify", killed)
            patch.setattr(Journal, "forget", lambda *_: None)
            with pytest.raises(Failed, match="killed"):
                stage.audit.create(token, inputs, name)

    return kill


def doubtful(driver: Driver, token: str, inputs: dict[str, Any], name: str) -> str:
    """Create as an engine does whose state has an unfinished creation; the id."""
    request = pb.CreateRequest(urn=urn_of(token, name), properties=encode(inputs))
    return str(driver.stub.Create(request, metadata=((IN_DOUBT, "1"),)).id)


def test_an_object_with_a_name_is_not_reported_as_existing(
    stage: Stage, unique: str, die_after_creating: Any
) -> None:
    checked, _ = stage.audit.check(GROUP, {"name": f"/died/{unique}"}, unique)
    die_after_creating(GROUP, checked, unique)
    with pytest.raises(Failed, match="ResourceAlreadyExists"):
        stage.audit.create(GROUP, checked, f"other-{unique}")
    assert stage.audit.create(GROUP, checked, unique).id == f"/died/{unique}"


def test_an_object_without_a_name_is_not_made_twice(
    stage: Stage, unique: str, die_after_creating: Any
) -> None:
    checked, _ = stage.audit.check(KEY, {"description": unique}, unique)
    before = len(stage.client("kms").list_keys()["Keys"])
    die_after_creating(KEY, checked, unique)
    stage.audit.create(KEY, checked, unique)
    assert len(stage.client("kms").list_keys()["Keys"]) == before + 1


def test_an_answered_creation_is_repeated_only_for_an_engine_in_doubt(stage: Stage, unique: str) -> None:
    checked, _ = stage.audit.check(KEY, {"description": unique}, unique)
    first = stage.audit.create(KEY, checked, unique)
    assert doubtful(stage.audit, KEY, checked, unique) == first.id
    assert stage.audit.create(KEY, checked, unique).id != first.id


def test_an_engine_that_knows_the_object_gets_another(stage: Stage, unique: str) -> None:
    checked, _ = stage.audit.check(KEY, {"description": unique}, unique)
    first = stage.audit.create(KEY, checked, unique)
    stage.audit.check(KEY, {"description": unique}, unique, old=checked)
    assert doubtful(stage.audit, KEY, checked, unique) != first.id
    second: Made = stage.audit.create(KEY, checked, unique)
    stage.audit.read(second)
    assert doubtful(stage.audit, KEY, checked, unique) != second.id


def test_an_object_that_somebody_deleted_meanwhile_is_made_anew(stage: Stage, unique: str) -> None:
    checked, _ = stage.audit.check(GROUP, {"name": f"/deleted/{unique}"}, unique)
    made = stage.audit.create(GROUP, checked, unique)
    stage.client("logs").delete_log_group(logGroupName=made.id)
    assert doubtful(stage.audit, GROUP, checked, unique) == made.id
    assert stage.audit.read(made)[0] == made.id


def test_the_journal_outlives_a_kill_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    begun = Journal(path).begin("urn", "type", {"a": 1}, in_doubt=False)
    with path.open("a") as file:
        file.write('\n{"urn": "urn", "ty')
    again = Journal(path)
    assert again.begin("urn", "type", {"a": 1}, in_doubt=False) == begun
    again.forget("urn")
    assert Journal(path).begin("urn", "type", {"a": 1}, in_doubt=False) != begun
