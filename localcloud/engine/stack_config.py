"""The configuration of one stack: Pulumi.<stack>.yaml, completed and checked by what Pulumi.yaml declares.

Values are kept as the file has them; secrets are opened only when asked for, with the manager that is handed
in. Nothing is ever written to the file. Source of the rules:
sdk/go/common/workspace/{config,project_stack}.go.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from localcloud.engine import yaml_file
from localcloud.engine.project import ConfigDeclaration, Project, has_type, type_name
from localcloud.engine.secrets import SecretsManager
from localcloud.errors import UserError

_EXPONENT_FROM = 6
_STACK_KEYS = frozenset({"config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"})


@dataclass(frozen=True)
class ConfigValue:
    """One value. `raw` is a string, or for an object its parsed form; `{"secure": TEXT}` marks what is
    sealed.
    """

    raw: Any

    @property
    def is_object(self) -> bool:
        return isinstance(self.raw, dict | list) and not _is_secure(self.raw)

    @property
    def secret(self) -> bool:
        return any(True for _ in _sealed(self.raw))

    def text(self, decrypt: Callable[[str], str]) -> str:
        """The value as a program sees it: text, or JSON of an object; secrets in it opened with `decrypt`."""
        opened = _opened(self.raw, decrypt)
        if self.is_object:
            return json.dumps(opened, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        return str(opened)


@dataclass(frozen=True)
class StackConfig:
    """What a stack sets, by qualified key (`namespace:name`)."""

    file: Path
    values: dict[str, ConfigValue] = field(default_factory=dict)
    encryption_salt: str | None = None
    secrets_provider: str | None = None
    """A cloud key service that the file names; locally replaced by a passphrase."""

    def config_map_for_program(self, secrets: SecretsManager) -> dict[str, str]:
        """Key to text, secrets opened. Raises UserError naming the key that cannot be opened."""
        return {key: self._open(key, value, secrets) for key, value in sorted(self.values.items())}

    @property
    def secret_keys(self) -> list[str]:
        return sorted(key for key, value in self.values.items() if value.secret)

    def blinded(self) -> dict[str, str]:
        """Key to text with `[secret]` in place of what holds a secret, for displays."""
        return {
            key: "[secret]" if value.secret else value.text(lambda sealed: sealed)
            for key, value in sorted(self.values.items())
        }

    def sealed(self) -> dict[str, Any]:
        """Key to JSON, secrets as the file has them, for the history of updates."""
        return {key: value.raw for key, value in sorted(self.values.items())}

    def _open(self, key: str, value: ConfigValue, secrets: SecretsManager) -> str:
        try:
            return value.text(secrets.decrypt)
        except Exception as error:  # the cipher's errors share no base but Exception
            if self.secrets_provider and not self.encryption_salt:
                problem = f"is encrypted by {self.secrets_provider}, which is not used locally"
                remedy = f"Set it for this run with --config {key}=VALUE"
            else:
                problem = "cannot be decrypted with this stack's passphrase and salt"
                remedy = "Set it again with `pulumi config set --secret`"
            raise UserError(f"{self.file}, key config.{key}", problem, remedy) from error


def load_stack_config(
    project: Project, stack: str, file: Path | None = None, overrides: Iterable[str] = ()
) -> StackConfig:
    """The stack's configuration with the project's defaults; `overrides` are `key=value` for this run only.

    Raises UserError for a malformed file. What the project requires is checked by `check`, when secrets can
    be opened. A stack without a file has no values of its own.
    """
    path = file or project.stack_file(stack)
    if file is not None and not file.is_file():
        raise UserError(f"--config-file {file}", "no such file", "Name the stack's configuration file")
    raw = yaml_file.load_mapping(path) if path.exists() else {}
    yaml_file.refuse_misspelt(path, raw, _STACK_KEYS)
    if raw.get("environment"):
        problem = "Pulumi ESC environments are not supported by localcloud"
        raise UserError(f"{path}, key environment", problem, "Put the values below 'config:'")
    config = raw.get("config") or {}
    if not isinstance(config, dict):
        raise UserError(
            f"{path}, key config", "must be a mapping", "Write 'namespace:name: value' lines below it"
        )
    values = {}
    for key, item in config.items():
        _check_key(f"{path}, key config.{key}", str(key))
        values[project.qualified(str(key))] = ConfigValue(_normalized(item))
    for override in overrides:
        key, sign, text = override.partition("=")
        if not sign or not key:
            raise UserError(
                f"--config {override}", "is not of the form key=value", "Write --config key=value"
            )
        _check_key(f"--config {override}", key)
        values[project.qualified(key)] = ConfigValue(text)
    for declared in project.declarations.values():
        if project.qualified(declared.key) not in values and declared.provided is not None:
            values[project.qualified(declared.key)] = ConfigValue(_normalized(declared.provided))
    return StackConfig(path, values, raw.get("encryptionsalt"), raw.get("secretsprovider"))


def check(project: Project, stack: str, config: StackConfig, secrets: SecretsManager) -> None:
    """Whether the stack sets what the project declares, in the declared types. Raises UserError."""
    missing = sorted(
        declared.key for declared in project.declarations.values()
        if project.qualified(declared.key) not in config.values
    )  # fmt: skip
    if missing:
        noun = "values" if len(missing) > 1 else "value"
        problem = f"Stack '{stack}' is missing configuration {noun} {_listed(missing)}"
        remedy = f"Add below 'config:' {', '.join(project.qualified(key) + ': ...' for key in missing)}"
        raise UserError(str(config.file), problem, remedy)
    for declared in project.declarations.values():
        if declared.type:
            _check_type(project, stack, config, declared, secrets)


def _check_type(
    project: Project, stack: str, config: StackConfig, declared: ConfigDeclaration, secrets: SecretsManager
) -> None:
    value = config.values[project.qualified(declared.key)]
    where = f"{config.file}, key config.{project.qualified(declared.key)}"
    if declared.secret and not value.secret:
        problem = f"Stack '{stack}' with configuration key '{declared.key}' must be encrypted as it's secret"
        raise UserError(where, problem, "Set it with `pulumi config set --secret`")
    text = value.text(secrets.decrypt)
    if not has_type(declared, json.loads(text) if value.is_object else text):
        problem = (
            f"Stack '{stack}' with configuration key '{declared.key}' must be of type '{type_name(declared)}'"
        )
        raise UserError(where, problem, "Change the value")


def _check_key(where: str, key: str) -> None:
    if key.count(":") > 1 or key.startswith(":") or key.endswith(":"):
        raise UserError(where, "configuration keys are of the form namespace:name", "Rename the key")


def _listed(keys: list[str]) -> str:
    quoted = [f"'{key}'" for key in keys]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _is_secure(raw: Any) -> bool:
    return isinstance(raw, dict) and len(raw) == 1 and isinstance(raw.get("secure"), str)


def _sealed(raw: Any) -> Iterable[str]:
    if _is_secure(raw):
        yield raw["secure"]
    elif isinstance(raw, dict | list):
        for item in raw.values() if isinstance(raw, dict) else raw:
            yield from _sealed(item)


def _opened(raw: Any, decrypt: Callable[[str], str]) -> Any:
    if _is_secure(raw):
        return decrypt(raw["secure"])
    if isinstance(raw, dict):
        return {key: _opened(item, decrypt) for key, item in raw.items()}
    if isinstance(raw, list):
        return [_opened(item, decrypt) for item in raw]
    return raw


def _normalized(item: Any) -> Any:
    """A YAML value as Pulumi keeps it: scalars at the top are text, inside an object they keep their type."""
    if isinstance(item, dict | list):
        return _jsonable(item)
    return _text(item)


def _jsonable(item: Any) -> Any:
    if isinstance(item, dict):
        return {str(key): _jsonable(value) for key, value in item.items()}
    if isinstance(item, list):
        return [_jsonable(value) for value in item]
    return _text(item) if isinstance(item, datetime.date) else item


def _text(item: Any) -> str:
    """The spelling that the CLI's YAML round trip gives a scalar."""
    if item is None:
        return ""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, float):
        return _float_text(item)
    if isinstance(item, datetime.datetime):
        return item.isoformat().replace("+00:00", "Z") + ("" if item.tzinfo else "Z")
    if isinstance(item, datetime.date):
        return f"{item.isoformat()}T00:00:00Z"
    return str(item)


def _float_text(number: float) -> str:
    """As Go's strconv writes a float in its shortest form: with an exponent below -4 and from 6 on."""
    if number != number or number in (float("inf"), float("-inf")):
        return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}[str(number)]
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    point = len(digits) + int(exponent) - 1
    if -4 <= point < _EXPONENT_FROM:
        return str(int(number)) if number == int(number) else format(Decimal(repr(number)), "f")
    text = "".join(map(str, digits))
    mantissa = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{'-' if point < 0 else '+'}{abs(point):02d}"
