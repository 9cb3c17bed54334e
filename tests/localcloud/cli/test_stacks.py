"""stack output, export, import, ls, init and rm on states that are already there."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from localcloud.engine.backend import StackRef
from localcloud.engine.secrets import PassphraseSecrets
from tests.localcloud.cli.conftest import Outcome, Place

Run = Callable[..., Outcome]
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


@pytest.fixture(scope="module")
def manager() -> PassphraseSecrets:
    return PassphraseSecrets.create("conformance")


@pytest.fixture
def with_secret(place: Place, manager: PassphraseSecrets) -> Place:
    """A stack with an open, a secret and a partly secret output."""
    sealed = {SIGNATURE: SECRET, "ciphertext": manager.encrypt('"hunter2"')}
    outputs = {"open": "text", "pw": sealed, "obj": {"in": sealed, "n": 1}}
    place.save(outputs=outputs, secrets_providers=manager.state())
    return place


class TestOutput:
    def test_masks_secrets(self, with_secret: Place, run: Run) -> None:
        shown = run("stack", "output", "dev", "--json").json()
        assert shown == {"open": "text", "pw": "[secret]", "obj": {"in": "[secret]", "n": 1}}
        assert "hunter2" not in run("stack", "output", "dev").out

    def test_shows_them_when_asked(self, with_secret: Place, run: Run) -> None:
        shown = run("stack", "output", "dev", "--json", "--show-secrets").json()
        assert shown == {"open": "text", "pw": "hunter2", "obj": {"in": "hunter2", "n": 1}}

    def test_of_one_property_is_its_bare_value(self, with_secret: Place, run: Run) -> None:
        assert run("stack", "output", "dev", "open").out == "text\n"
        assert run("stack", "output", "-s", "dev", "open").out == "text\n"
        assert run("stack", "output", "dev", "obj").json() == {"in": "[secret]", "n": 1}
        assert run("stack", "output", "dev", "open", "--json").out == '"text"\n'

    def test_of_an_unknown_property_lists_those_there_are(self, with_secret: Place, run: Run) -> None:
        outcome = run("stack", "output", "dev", "none")
        assert outcome.code == 255
        assert "does not have output property 'none'" in outcome.err
        assert "obj, open, pw" in outcome.err

    def test_as_shell_assignments(self, place: Place, run: Run) -> None:
        place.save(outputs={"a": "it's", "b": [1]})
        assert run("stack", "output", "dev", "--shell").out == "a='it'\"'\"'s'\nb='[1]'\n"

    def test_the_only_stack_need_not_be_named(self, with_secret: Place, run: Run) -> None:
        assert run("stack", "output", "--json").json()["open"] == "text"

    def test_with_several_stacks_the_error_lists_them(self, with_secret: Place, run: Run) -> None:
        with_secret.write("Pulumi.prod.yaml", "config: {}\n")
        assert "has these: dev, prod" in run("stack", "output").err

    def test_opens_nothing_with_a_wrong_passphrase(
        self, with_secret: Place, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
        assert "incorrect passphrase" in run("stack", "output", "dev").err


class TestExportAndImport:
    def test_export_is_the_deployment_with_secrets_sealed(self, with_secret: Place, run: Run) -> None:
        document = run("stack", "export", "dev").json()
        assert document == {"version": 3, "deployment": with_secret.state()}
        assert "hunter2" not in json.dumps(document)

    def test_export_into_a_folder_that_is_not_there_is_refused(self, with_secret: Place, run: Run) -> None:
        outcome = run("stack", "export", "dev", "--file", str(with_secret.folder / "none" / "x.json"))
        assert outcome.code == 255
        assert "cannot be written (No such file or directory)" in outcome.err

    def test_export_shows_secrets_when_asked(self, with_secret: Place, run: Run) -> None:
        document = run("stack", "export", "dev", "--show-secrets").json()
        outputs = document["deployment"]["resources"][0]["outputs"]
        assert outputs["pw"] == {SIGNATURE: SECRET, "plaintext": '"hunter2"'}

    @pytest.mark.parametrize("flags", [[], ["--show-secrets"]])
    def test_an_export_can_be_imported(
        self, with_secret: Place, run: Run, tmp_path: Path, flags: list[str]
    ) -> None:
        file = tmp_path / "state.json"
        assert run("stack", "export", "dev", "--file", str(file), *flags).code == 0
        with_secret.backend.path(StackRef("app", "dev")).unlink()
        with_secret.backend.save(StackRef("app", "dev"), {})
        assert run("stack", "import", "dev", "--file", str(file)).code == 0
        assert run("stack", "output", "dev", "pw", "--show-secrets").out == "hunter2\n"
        assert "hunter2" not in with_secret.backend.path(StackRef("app", "dev")).read_text()

    def test_import_refuses_resources_of_another_stack(
        self, with_secret: Place, run: Run, tmp_path: Path
    ) -> None:
        file = tmp_path / "state.json"
        run("stack", "export", "dev", "--file", str(file))
        run("stack", "init", "other")
        outcome = run("stack", "import", "other", "--file", str(file))
        assert outcome.code == 255
        assert "is of another stack than organization/app/other" in outcome.err

    @pytest.mark.parametrize(
        ("text", "problem"),
        [("{", "is not JSON"), ("{}", "version None"), ('{"deployment": []}', "no 'deployment'"),
         ('{"version": 4, "deployment": {}}', "version 4")],
    )  # fmt: skip
    def test_import_refuses_what_is_no_export(
        self, with_secret: Place, run: Run, tmp_path: Path, text: str, problem: str
    ) -> None:
        before = with_secret.state()
        file = tmp_path / "state.json"
        file.write_text(text)
        assert problem in run("stack", "import", "dev", "--file", str(file)).err
        assert with_secret.state() == before


class TestTheStore:
    def test_init_makes_an_empty_stack_once(self, place: Place, run: Run) -> None:
        assert run("stack", "init", "new").code == 0
        assert run("stack", "export", "new").json() == {"version": 3, "deployment": {}}
        assert "already exists" in run("stack", "init", "new").err

    def test_ls_tells_name_and_size(self, place: Place, run: Run) -> None:
        place.save()
        (row,) = run("stack", "ls", "--json").json()
        assert (row["name"], row["resourceCount"], row["lastUpdate"]) == ("dev", 1, "")
        assert "dev" in run("stack", "ls").out

    def test_rm_refuses_a_stack_that_holds_something(self, place: Place, run: Run) -> None:
        urn = "urn:pulumi:dev::app::a:b:C::x"
        place.save({"urn": urn, "custom": True, "id": "1", "type": "a:b:C"})
        assert "still holds 1 resources" in run("stack", "rm", "dev").err
        assert run("stack", "rm", "dev", "--force").code == 0
        assert place.state() is None
