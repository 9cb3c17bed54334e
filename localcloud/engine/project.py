"""What stands in Pulumi.yaml: the project's name, how its program is run, and which configuration it
declares.

It reads and checks; values of a stack are in `stack_config`. Only `runtime: python` is run. Keys of
Pulumi.yaml that only matter to other commands (template, description, ...) are accepted and not looked at.
Source of the rules: pulumi/pulumi sdk/go/common/workspace/project.go.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.engine import yaml_file
from localcloud.errors import UserError

_KNOWN_TOOLCHAINS = ("pip", "uv")
_TYPES = ("string", "integer", "boolean", "array", "object")
_PROJECT_KEYS = frozenset({
    "name", "runtime", "main", "description", "author", "website", "license", "config", "stackConfigDir",
    "template", "backend", "options", "packages", "plugins", "requiredPulumiVersion",
})  # fmt: skip


@dataclass(frozen=True)
class ConfigDeclaration:
    """One entry below `config:` of Pulumi.yaml."""

    key: str
    """As written, with or without a namespace."""
    type: str | None = None
    items: dict[str, Any] | None = None
    default: Any = None
    value: Any = None
    secret: bool = False

    @property
    def provided(self) -> Any:
        """What a stack gets that does not set the key; None when it has to."""
        return self.default if self.default is not None else self.value


@dataclass(frozen=True)
class Project:
    """A Pulumi project whose program is Python."""

    directory: Path
    """Where Pulumi.yaml lies."""
    name: str
    program_directory: Path
    """Working directory of the program."""
    program_entry: str
    """What is run there: `.` or a file name."""
    virtualenv: Path | None
    """The virtual environment that Pulumi.yaml names, whether or not it exists."""
    declarations: dict[str, ConfigDeclaration]
    stack_config_dir: Path
    backend_url: str | None
    always_refresh: bool
    """`options.refresh: always`: each preview, update and destroy reads the world first."""
    raw: dict[str, Any]

    @property
    def file(self) -> Path:
        return self.directory / "Pulumi.yaml"

    @property
    def python(self) -> Path:
        """The interpreter of the program: the virtual environment's when it exists, else this one."""
        if self.virtualenv is not None:
            for inner in ("bin/python", "Scripts/python.exe"):
                if (self.virtualenv / inner).exists():
                    return self.virtualenv / inner
        return Path(sys.executable)

    def require_program(self) -> None:
        """Raises UserError when there is nothing to run; only preview and update need it."""
        entry = self.program_directory / ("__main__.py" if self.program_entry == "." else self.program_entry)
        if not entry.is_file():
            remedy = "Add it, or name the program's file or folder with the key 'main'"
            raise UserError(str(self.file), f"no program to run: {entry} does not exist", remedy)

    def stack_file(self, stack: str) -> Path:
        """Where the configuration of the stack of this name is looked for."""
        return self.stack_config_dir / f"Pulumi.{stack}.yaml"

    def qualified(self, key: str) -> str:
        """`key` with its namespace; the project's own when it has none."""
        return key if ":" in key else f"{self.name}:{key}"


def load_project(directory: Path) -> Project:
    """The project in `directory`, or in the nearest folder above it. Raises UserError."""
    file = _find(directory)
    raw = yaml_file.load_mapping(file)
    if "name" not in raw or not isinstance(raw["name"], str) or not raw["name"]:
        raise UserError(f"{file}, key name", "project is missing a 'name' attribute", "Add 'name: PROJECT'")
    yaml_file.refuse_misspelt(file, raw, _PROJECT_KEYS)
    root = file.parent
    config, config_dir = _split_config(file, raw)
    program_directory, entry = _program(file, raw)
    return Project(
        directory=root,
        name=raw["name"],
        program_directory=program_directory,
        program_entry=entry,
        virtualenv=_virtualenv(file, raw),
        declarations={key: _declaration(file, raw["name"], key, item) for key, item in config.items()},
        stack_config_dir=root / config_dir,
        backend_url=_section(file, raw, "backend").get("url"),
        always_refresh=_section(file, raw, "options").get("refresh") == "always",
        raw=raw,
    )


def _find(directory: Path) -> Path:
    start = directory.absolute()
    if not start.is_dir():
        raise UserError(f"-C {directory}", "no such folder", "Name the folder that holds Pulumi.yaml")
    for folder in (start, *start.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            if (folder / name).is_file():
                return folder / name
    problem = "no Pulumi.yaml project file found (searching upwards from there)"
    raise UserError(str(start), problem, "Run in a project's folder, or name it with -C DIR")


def _section(file: Path, raw: dict[str, Any], key: str) -> dict[str, Any]:
    section = raw.get(key) or {}
    if not isinstance(section, dict):
        raise UserError(f"{file}, key {key}", "must be a mapping", "Write it as 'key: value' lines below it")
    return section


def _split_config(file: Path, raw: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Declarations and the folder of stack files; `config: FOLDER` is the older spelling of
    `stackConfigDir`.
    """
    config, folder = raw.get("config"), raw.get("stackConfigDir")
    if isinstance(config, str):
        if folder:
            problem = "should not use both config and stackConfigDir to define the stack directory"
            raise UserError(f"{file}, key config", problem, "Use only stackConfigDir")
        return {}, config
    return _section(file, raw, "config"), folder or "."


def _program(file: Path, raw: dict[str, Any]) -> tuple[Path, str]:
    main = (file.parent / (raw.get("main") or ".")).resolve()
    return (main, ".") if main.is_dir() else (main.parent, main.name)


def _virtualenv(file: Path, raw: dict[str, Any]) -> Path | None:
    runtime = raw.get("runtime")
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name is None:
        raise UserError(f"{file}, key runtime", "the key is missing", "Add 'runtime: python'")
    if name != "python":
        problem = f"runtime '{name}' is not supported by localcloud, only python"
        raise UserError(f"{file}, key runtime", problem, "Use the pulumi CLI for this project")
    options = (runtime.get("options") or {}) if isinstance(runtime, dict) else {}
    toolchain = options.get("toolchain", "pip")
    if toolchain not in _KNOWN_TOOLCHAINS:
        problem = f"toolchain '{toolchain}' is not supported by localcloud"
        remedy = f"Use one of {', '.join(_KNOWN_TOOLCHAINS)} with a virtualenv"
        raise UserError(f"{file}, key runtime.options.toolchain", problem, remedy)
    named = options.get("virtualenv") or (".venv" if toolchain == "uv" else None)
    return file.parent / named if named else None


def _declaration(file: Path, project: str, key: str, item: Any) -> ConfigDeclaration:
    where = f"{file}, key config.{key}"
    own = ":" not in key or key.startswith(f"{project}:")
    if not isinstance(item, dict):
        return ConfigDeclaration(key, default=item) if own else ConfigDeclaration(key, value=item)
    declared = ConfigDeclaration(
        key=key,
        type=item.get("type"),
        items=item.get("items"),
        default=item.get("default"),
        value=item.get("value"),
        secret=bool(item.get("secret")),
    )
    if declared.default is not None and declared.value is not None:
        raise UserError(where, "cannot have both a 'default' and 'value' attribute", "Keep one of the two")
    if declared.type is not None and declared.type not in _TYPES:
        raise UserError(where, f"unknown type '{declared.type}'", f"Use one of {', '.join(_TYPES)}")
    if own:
        if declared.type == "array" and not declared.items:
            raise UserError(where, "declares an array without 'items'", "Add 'items: {type: ...}'")
        if declared.type and declared.default is not None and not has_type(declared, declared.default):
            raise UserError(
                where, f"the default is not of type '{type_name(declared)}'", "Change one of them"
            )
        return declared
    if declared.type or declared.default is not None:
        problem = "is not namespaced by the project and should not define a type or default"
        raise UserError(where, problem, "Use 'value' instead")
    if declared.value is None:
        raise UserError(where, "is namespaced and must provide 'value'", "Add 'value: ...'")
    return declared


def has_type(declared: ConfigDeclaration, value: Any) -> bool:
    """Whether `value` is of the declared type; numbers and booleans may be text, as in Pulumi."""
    return declared.type is None or _matches(declared.type, declared.items, value)


def type_name(declared: ConfigDeclaration) -> str:
    """The declared type as Pulumi writes it: `array<string>`."""
    return _type_name(declared.type or "string", declared.items)


def _type_name(kind: str, items: dict[str, Any] | None) -> str:
    return f"array<{_type_name(items.get('type', 'string'), items.get('items'))}>" if items else kind


def _matches(kind: str, items: dict[str, Any] | None, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "integer":
        if isinstance(value, str):
            return value.removeprefix("-").removeprefix("+").isdecimal()
        return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if kind == "object":
        return isinstance(value, dict)
    if not isinstance(value, list) or not items:
        return False
    return all(_matches(items.get("type", "string"), items.get("items"), item) for item in value)
