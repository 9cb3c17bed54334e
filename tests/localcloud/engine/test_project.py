"""Pulumi.yaml and Pulumi.<stack>.yaml are read as the genuine CLI reads them, and errors name file and key."""

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from localcloud.engine.project import Project, load_project
from localcloud.engine.stack_config import StackConfig, check, load_stack_config
from localcloud.errors import UserError


class Reversing:
    """A secrets manager whose ciphertext is the reversed text."""

    def encrypt(self, plaintext: str) -> str:
        return plaintext[::-1]

    def decrypt(self, ciphertext: str) -> str:
        if ciphertext == "broken":
            raise ValueError(ciphertext)
        return ciphertext[::-1]

    def state(self) -> dict[str, Any]:
        return {}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(textwrap.dedent(text))
        return tmp_path / name

    write("Pulumi.yaml", "name: app\nruntime: python\n")
    write("__main__.py", "")
    return write


def project_of(folder: Path) -> Project:
    return load_project(folder)


def config_of(folder: Path, **more: Any) -> StackConfig:
    return load_stack_config(load_project(folder), "dev", **more)


class TestProject:
    def test_is_found_from_a_folder_below(self, write: Any, tmp_path: Path) -> None:
        (tmp_path / "a/b").mkdir(parents=True)
        project = load_project(tmp_path / "a/b")
        assert (project.name, project.directory) == ("app", tmp_path)
        assert (project.program_directory, project.program_entry) == (tmp_path, ".")

    def test_missing_file_says_where_it_was_looked_for(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"no Pulumi.yaml project file found.*-C DIR"):
            load_project(tmp_path)

    @pytest.mark.parametrize(("main", "entry"), [("src", "."), ("src/prog.py", "prog.py")])
    def test_main_names_a_folder_or_a_file(self, write: Any, tmp_path: Path, main: str, entry: str) -> None:
        (tmp_path / "src").mkdir()
        (tmp_path / "src/__main__.py").touch()
        (tmp_path / "src/prog.py").touch()
        write("Pulumi.yaml", f"name: app\nruntime: python\nmain: {main}\n")
        project = load_project(tmp_path)
        assert (project.program_directory, project.program_entry) == (tmp_path / "src", entry)
        project.require_program()

    def test_a_missing_program_is_told_when_one_is_needed(self, write: Any, tmp_path: Path) -> None:
        (tmp_path / "__main__.py").unlink()
        with pytest.raises(UserError, match="no program to run"):
            load_project(tmp_path).require_program()

    def test_the_virtual_environment_is_used_when_it_exists(self, write: Any, tmp_path: Path) -> None:
        write("Pulumi.yaml", "name: app\nruntime: {name: python, options: {virtualenv: venv}}\n")
        assert load_project(tmp_path).python == Path(sys.executable)
        (tmp_path / "venv/bin").mkdir(parents=True)
        (tmp_path / "venv/bin/python").touch()
        assert load_project(tmp_path).python == tmp_path / "venv/bin/python"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("runtime: python", "project is missing a 'name' attribute"),
            ("name: app\nruntime: go", "runtime 'go' is not supported"),
            ("name: app\nruntime: {name: python, options: {toolchain: poetry}}", "toolchain 'poetry'"),
            ("name: app\nruntimes: python", "Did you mean 'runtime'"),
            ("name: app\nruntime: python\nconfig: {a: {type: text}}", "key config.a: unknown type 'text'"),
            ("name: app\nruntime: python\nconfig: {a: {type: integer, default: x}}", "not of type 'integer'"),
            ("name: app\nruntime: python\nconfig: {a: {type: array}}", "array without 'items'"),
            ("name: app\nruntime: python\nconfig: {aws:r: {type: string}}", "not namespaced by the project"),
            (
                "name: app\nruntime: python\nconfig: {a: {default: 1, value: 2}}",
                "both a 'default' and 'value'",
            ),
            ("name: app\nruntime: python\n  x: y", r"line 3, column 4: malformed YAML"),
            ("- a", "is not a mapping"),
            ("name: app\n", "key runtime: the key is missing"),
            (
                "name: app\nruntime: python\nname: b",
                "line 3, column 1: malformed YAML: the key 'name' is given twice",
            ),
        ],
    )
    def test_mistakes_are_named(self, write: Any, tmp_path: Path, text: str, message: str) -> None:
        write("Pulumi.yaml", text)
        with pytest.raises(UserError, match=message) as caught:
            load_project(tmp_path)
        assert str(tmp_path) in caught.value.subject


class TestValues:
    @pytest.mark.parametrize(
        ("yaml", "text"),
        [
            ("yes", "yes"), ("true", "true"), ("7", "7"), ("007", "7"), ("1.50", "1.5"), ("1e3", "1000"),
            ("017", "15"), ("0819", "819"),
            ("12345678.5", "1.23456785e+07"), ("0x1F", "31"), ("null", ""), ("'007'", "007"),
            ("2026-01-02", "2026-01-02T00:00:00Z"), ("a b", "a b"),
        ],
    )  # fmt: skip
    def test_scalars_become_text_as_in_the_genuine_cli(
        self, write: Any, tmp_path: Path, yaml: str, text: str
    ) -> None:
        write("Pulumi.dev.yaml", f"config:\n  app:k: {yaml}\n")
        assert config_of(tmp_path).config_map_for_program(Reversing()) == {"app:k": text}

    def test_objects_become_json(self, write: Any, tmp_path: Path) -> None:
        write("Pulumi.dev.yaml", "config:\n  app:o: {b: [1, 2.5, true, null, 'x'], a: {c: d}}\n")
        text = config_of(tmp_path).config_map_for_program(Reversing())["app:o"]
        assert text == '{"a":{"c":"d"},"b":[1,2.5,true,null,"x"]}'

    def test_a_key_without_namespace_is_the_projects(self, write: Any, tmp_path: Path) -> None:
        write("Pulumi.dev.yaml", "config: {k: v, aws:region: r}\n")
        assert set(config_of(tmp_path).values) == {"app:k", "aws:region"}

    def test_secrets_are_opened_for_the_program_and_hidden_elsewhere(
        self, write: Any, tmp_path: Path
    ) -> None:
        write(
            "Pulumi.dev.yaml",
            "config:\n  app:s: {secure: terces}\n  app:o: {in: {secure: dih}, out: open}\n  app:p: plain\n",
        )
        config = config_of(tmp_path)
        opened = config.config_map_for_program(Reversing())
        assert opened["app:s"] == "secret"
        assert json.loads(opened["app:o"]) == {"in": "hid", "out": "open"}
        assert config.secret_keys == ["app:o", "app:s"]
        assert config.blinded() == {"app:o": "[secret]", "app:p": "plain", "app:s": "[secret]"}
        assert config.sealed()["app:s"] == {"secure": "terces"}

    def test_a_secret_that_cannot_be_opened_names_its_key(self, write: Any, tmp_path: Path) -> None:
        write("Pulumi.dev.yaml", "config:\n  app:s: {secure: broken}\n")
        with pytest.raises(UserError, match=r"Pulumi.dev.yaml, key config.app:s: cannot be decrypted"):
            config_of(tmp_path).config_map_for_program(Reversing())

    def test_a_secret_of_the_production_key_service_says_how_to_set_it_here(
        self, write: Any, tmp_path: Path
    ) -> None:
        write("Pulumi.dev.yaml", "secretsprovider: awskms://alias/x\nconfig:\n  app:s: {secure: broken}\n")
        with pytest.raises(UserError, match=r"encrypted by awskms://alias/x.*--config app:s=VALUE"):
            config_of(tmp_path).config_map_for_program(Reversing())

    def test_the_command_line_overrides_for_one_run_and_leaves_the_file(
        self, write: Any, tmp_path: Path
    ) -> None:
        file = write("Pulumi.dev.yaml", "config: {app:k: file}\n")
        before = file.read_text()
        config = config_of(tmp_path, overrides=["k=line", "aws:region=r=1"])
        assert config.blinded() == {"app:k": "line", "aws:region": "r=1"}
        assert file.read_text() == before

    def test_another_file_may_be_named(self, write: Any, tmp_path: Path) -> None:
        other = write("other.yaml", "config: {app:k: other}\n")
        assert config_of(tmp_path, file=other).blinded() == {"app:k": "other"}
        with pytest.raises(UserError, match="--config-file"):
            config_of(tmp_path, file=tmp_path / "none.yaml")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("config:\n  app:k: [1\n", r"Pulumi.dev.yaml, line 3, column 1: malformed YAML"),
            ("config: {app:k: a}\nconfig: {app:k: b}\n", "line 2, column 1: .*'config' is given twice"),
            ("confg: {}\n", "key confg: unknown key. Did you mean 'config'"),
            ("config: [a]\n", "key config: must be a mapping"),
            ("config: {a:b:c: d}\n", "of the form namespace:name"),
            ("environment: [prod]\n", "ESC environments are not supported"),
        ],
    )
    def test_mistakes_are_named(self, write: Any, tmp_path: Path, text: str, message: str) -> None:
        write("Pulumi.dev.yaml", text)
        with pytest.raises(UserError, match=message):
            config_of(tmp_path)

    def test_a_file_in_another_encoding_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "Pulumi.yaml").write_text("name: app\nruntime: python\n")
        (tmp_path / "Pulumi.dev.yaml").write_bytes(b"config:\n  app:k: \xff\n")
        with pytest.raises(UserError, match=r"Pulumi\.dev\.yaml: is not UTF-8 text"):
            config_of(tmp_path)

    def test_the_salt_and_the_provider_are_read_and_never_written(self, write: Any, tmp_path: Path) -> None:
        write("Pulumi.dev.yaml", "encryptionsalt: v1:x\nsecretsprovider: awskms://alias/x\n")
        config = config_of(tmp_path)
        assert (config.encryption_salt, config.secrets_provider) == ("v1:x", "awskms://alias/x")


class TestDeclarations:
    def checked(self, folder: Path) -> dict[str, str]:
        project = load_project(folder)
        config = load_stack_config(project, "dev")
        check(project, "dev", config, Reversing())
        return config.config_map_for_program(Reversing())

    def declare(self, write: Any, declared: str, stack: str = "{}") -> None:
        write("Pulumi.yaml", f"name: app\nruntime: python\nconfig: {declared}\n")
        write("Pulumi.dev.yaml", f"config: {stack}\n")

    def test_defaults_and_values_reach_the_stack(self, write: Any, tmp_path: Path) -> None:
        self.declare(write, "{size: 3, tier: {type: string, default: gold}, aws:region: {value: us-east-2}}")
        assert self.checked(tmp_path) == {"app:size": "3", "app:tier": "gold", "aws:region": "us-east-2"}

    def test_the_stack_wins(self, write: Any, tmp_path: Path) -> None:
        self.declare(write, "{size: {type: integer, default: 3}}", "{size: 4}")
        assert self.checked(tmp_path) == {"app:size": "4"}

    def test_missing_keys_are_all_named(self, write: Any, tmp_path: Path) -> None:
        self.declare(write, "{b: {type: string}, a: {type: string}, c: {type: string, default: x}}")
        with pytest.raises(UserError, match="Stack 'dev' is missing configuration values 'a' and 'b'"):
            self.checked(tmp_path)

    @pytest.mark.parametrize(
        ("declared", "value", "ok"),
        [
            ("{type: integer}", "'12'", True), ("{type: integer}", "twelve", False),
            ("{type: boolean}", "true", True), ("{type: boolean}", "1", False),
            ("{type: array, items: {type: integer}}", "[1, 2]", True),
            ("{type: array, items: {type: integer}}", "[a]", False),
            ("{type: object}", "{a: b}", True), ("{type: object}", "a", False),
            ("{type: string, secret: true}", "plain", False),
            ("{type: string, secret: true}", "{secure: terces}", True),
        ],
    )  # fmt: skip
    def test_types_are_held(self, write: Any, tmp_path: Path, declared: str, value: str, ok: bool) -> None:
        self.declare(write, f"{{k: {declared}}}", f"{{k: {value}}}")
        if ok:
            assert "app:k" in self.checked(tmp_path)
        else:
            with pytest.raises(
                UserError, match=r"config.app:k: Stack 'dev' with configuration key 'k' must be"
            ):
                self.checked(tmp_path)
