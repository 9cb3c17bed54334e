"""Configuration of policy packs: from the file of `--policy-pack-config` to what each policy is told.

A file is JSON: policy name (or `all`) to an enforcement level, or to an object with `enforcementLevel` and
the policy's own properties. Defaults of the policy's schema come first, then what the pack itself sets, then
the file. Source of the rules: pulumi/pulumi pkg/resource/analyzer/config.go.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localcloud.errors import UserError

LEVELS = ("advisory", "mandatory", "disabled", "remediate")
"""Enforcement levels, in the order of their protocol numbers."""

ALL = "all"
"""The name that stands for every policy of a pack."""


@dataclass(frozen=True)
class PolicyInfo:
    """What a pack says about one of its policies."""

    name: str
    description: str = ""
    level: str = "advisory"
    display_name: str = ""
    severity: str = ""
    framework: str = ""
    tags: tuple[str, ...] = ()
    remediation_steps: str = ""
    url: str = ""
    kind: str = "unknown"
    """`resource`, `stack`, or `unknown` for packs of an older SDK."""
    schema: dict[str, Any] = field(default_factory=dict)
    """JSON schema of the policy's properties: `properties` and `required`."""


@dataclass
class PolicySetting:
    """What one policy is told."""

    level: str = ""
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class PackSummary:
    """What one pack was asked and what it said."""

    name: str
    version: str
    display_name: str
    directory: str
    policies: dict[str, PolicyInfo]
    levels: dict[str, str]
    """Policy name to the enforcement level in force."""
    resources: int = 0
    """Resources that were analyzed."""
    violations: dict[str, int] = field(default_factory=dict)
    """Enforcement level to number of violations."""
    remediations: int = 0
    not_applicable: dict[str, int] = field(default_factory=dict)
    """Policy name to the number of resources it did not apply to."""
    stack_analyzed: bool = False


def load_pack_config(file: Path) -> dict[str, Any]:
    """The configuration in `file`, unchecked but for its form. Raises UserError."""
    try:
        text = file.read_text()
        config = json.loads(text) if text.strip() else {}
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise UserError(f"--policy-pack-config {file}", problem, "Name a JSON file") from error
    except ValueError as error:
        raise UserError(f"--policy-pack-config {file}", f"is not JSON: {error}", "Correct it") from error
    if not isinstance(config, dict):
        problem = "is not a JSON object"
        raise UserError(f"--policy-pack-config {file}", problem, 'Write {"policy-name": "mandatory"}')
    settings(config, f"--policy-pack-config {file}")
    return config


def settings(config: dict[str, Any], where: str) -> dict[str, PolicySetting]:
    """`config` by policy name. Raises UserError naming `where` and the policy."""
    result = {}
    for policy, given in config.items():
        if isinstance(given, str):
            result[policy] = PolicySetting(level=_level(given, where, policy))
        elif isinstance(given, dict):
            properties = {key: value for key, value in given.items() if key != "enforcementLevel"}
            level = given.get("enforcementLevel")
            result[policy] = PolicySetting(
                _level(level, where, policy) if level is not None else "", properties
            )
        else:
            problem = f"{given!r} is neither an enforcement level nor an object"
            raise UserError(f"{where}, key {policy}", problem, f"Use one of {', '.join(LEVELS)}")
    return result


def reconcile(
    policies: list[PolicyInfo], initial: dict[str, PolicySetting], given: dict[str, PolicySetting], where: str
) -> dict[str, PolicySetting]:
    """What each policy is told. Raises UserError when a policy's schema is not met."""
    import jsonschema  # slow to load, and most commands name no pack

    result = {policy.name: PolicySetting(policy.level, _defaults(policy)) for policy in policies}
    for layer in (initial, given):
        _apply(result, layer)
    for policy in policies:
        schema = {"type": "object", **policy.schema}
        for error in jsonschema.Draft7Validator(schema).iter_errors(result[policy.name].properties):
            subject = f"policy pack {where}, policy {policy.name}"
            raise UserError(
                subject, f"invalid configuration: {error.message}", "Set it in --policy-pack-config"
            )
    unknown = sorted(set(given) - {policy.name for policy in policies} - {ALL})
    if unknown:
        problem = f"has no policy '{unknown[0]}', which its configuration names"
        remedy = f"Use one of {', '.join(sorted(policy.name for policy in policies))}"
        raise UserError(f"policy pack {where}", problem, remedy)
    return {name: setting for name, setting in result.items() if name != ALL}


def _defaults(policy: PolicyInfo) -> dict[str, Any]:
    properties = policy.schema.get("properties") or {}
    return {key: item["default"] for key, item in properties.items() if "default" in item}


def _apply(result: dict[str, PolicySetting], layer: dict[str, PolicySetting]) -> None:
    if ALL in layer and layer[ALL].level:
        for setting in result.values():
            setting.level = layer[ALL].level
    for name, given in layer.items():
        setting = result.setdefault(name, PolicySetting())
        setting.level = given.level or setting.level
        setting.properties = {**setting.properties, **given.properties}


def _level(text: Any, where: str, policy: str) -> str:
    if text not in LEVELS:
        problem = f"'{text}' is not a valid enforcement level"
        raise UserError(f"{where}, key {policy}", problem, f"Use one of {', '.join(LEVELS)}")
    return str(text)
