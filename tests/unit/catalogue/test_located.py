"""Every defect of a catalogue file is traced to its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.catalogue.located import load, parse
from components.errors import ConfigError

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "sizes"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$", "description": "lower-case letters."},
        "kind": {"enum": ["small", "large"]},
        "sizes": {"type": "array", "items": {"type": "integer"}},
    },
}


def error_of(text: str, tmp_path: Path) -> ConfigError:
    (tmp_path / "file.yaml").write_text(text)
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "file.yaml", tmp_path / "schema.json", "file.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: ab\nsizes: [1\n", "file.yaml:3: not readable as YAML"),
        ("name: ab\nsizes: []\nname: cd\n", "file.yaml:3 name: the key is written twice (first on line 1)"),
        ("name: ab\nsize: []\nsizes: []\n", "file.yaml:2 size: unknown key. Did you mean 'sizes'?"),
        ("sizes: []\n", "file.yaml:1 name: the key is missing. Add 'name': lower-case letters."),
        ("name: Ab\nsizes: []\n", "file.yaml:1 name: 'Ab' has the wrong form. lower-case letters."),
        (
            "name: ab\nsizes: []\nkind: smal\n",
            "file.yaml:3 kind: 'smal' is not allowed. Did you mean 'small'?",
        ),
        ("name: ab\nsizes:\n  - 1\n  - two\n", "file.yaml:4 sizes.1: expected integer, found str"),
        ("", "file.yaml: the file is empty"),
        ("name: a\x07b\n", "file.yaml: not readable as YAML"),
        ("- name\n", "file.yaml:1: expected object, found list"),
    ],
)
def test_names_line_path_and_remedy(text: str, message: str, tmp_path: Path) -> None:
    assert str(error_of(text, tmp_path)).startswith(message)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_bytes(b"name: \xff\n")
    with pytest.raises(ConfigError, match=r"file\.yaml: is not UTF-8 text\. Save it as UTF-8"):
        load(tmp_path / "file.yaml", tmp_path / "schema.json", "file.yaml")


def test_the_first_defect_in_the_file_is_reported_first(tmp_path: Path) -> None:
    assert "file.yaml:1" in str(error_of("name: AB\nsizes:\n  - two\n", tmp_path))


def test_a_value_without_a_line_of_its_own_takes_its_parents() -> None:
    located = parse("name: ab\nsizes:\n  - 1\n", "file.yaml")
    assert located.subject(("sizes", 0, "missing")) == "file.yaml:3 sizes.0.missing"
