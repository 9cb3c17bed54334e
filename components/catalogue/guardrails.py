"""Guardrails as typed data: the rows, their documents, the limits, and the Regions' exempt actions.

Owns reading `guardrails.yaml`, `guardrails/*.json`, `limits.yaml` and `region_deny.yaml`. It deliberately does not
fill placeholders in or measure anything: `components/organization/` does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import ConfigError, did_you_mean

from .located import load

ROOT = "root"
"""Attachment target that names the organization's root."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Guardrail:
    """One reviewed organization policy, placeholders not yet filled in."""

    name: str
    type: str
    """AWS Organizations policy type."""
    exemption: str
    """``never``, ``by-path`` or ``setting``."""
    attach: tuple[str, ...]
    """Unit keys, or ``root``."""
    after: str
    """What must stand before it is attached; empty for nothing."""
    per_region: bool
    """Whether each Region's stack makes its own, over that Region's resources."""
    description: str
    body: Any
    """A list of statements, or the whole document of a setting."""

    @property
    def statements(self) -> list[dict[str, Any]]:
        """The statements; empty for a setting."""
        return self.body if isinstance(self.body, list) else []


@dataclass(frozen=True)
class Limit:
    """Quotas of one policy type."""

    per_node: int
    """Policies attached directly to one root, unit or account."""
    reserved: int
    """Slots AWS fills itself."""
    characters: int
    """Size of one minified document."""


def load_guardrails(directory: Path, units: Mapping[str, object]) -> tuple[Guardrail, ...]:
    """Read every guardrail. Raises ConfigError for an unknown unit, a name used twice or an unreadable document."""
    shown = _shown(directory, "guardrails.yaml")
    located = load(directory / "guardrails.yaml", _HERE / "guardrails.schema.json", shown)
    seen: set[str] = set()
    guardrails = []
    for index, row in enumerate(located.data["guardrails"]):
        path = ("guardrails", index)
        if row["name"] in seen:
            raise located.error(
                (*path, "name"), f"'{row['name']}' is written twice", "Rename or remove one of them."
            )
        seen.add(row["name"])
        for position, target in enumerate(row["attach"]):
            if target != ROOT and target not in units:
                raise located.error(
                    (*path, "attach", position),
                    f"there is no unit '{target}'",
                    did_you_mean(target, [ROOT, *units]),
                )
        guardrails.append(
            Guardrail(
                name=row["name"],
                type=row["type"],
                exemption=row["class"],
                attach=tuple(row["attach"]),
                after=row.get("after", ""),
                per_region=row.get("per_region", False),
                description=row["description"],
                body=_document(directory / "guardrails" / f"{row['name']}.json", directory),
            )
        )
    return tuple(guardrails)


def load_limits(directory: Path) -> dict[str, Limit]:
    """Quotas per policy type."""
    located = load(directory / "limits.yaml", _HERE / "limits.schema.json", _shown(directory, "limits.yaml"))
    return {
        kind: Limit(row["per_node"], row["reserved"], row["characters"])
        for kind, row in located.data["limits"].items()
    }


@dataclass(frozen=True)
class GlobalActions:
    """Actions that region-deny lets through, sorted."""

    all: tuple[str, ...]
    """Every one of them."""
    edge: tuple[str, ...]
    """Those of services that answer in every Region but are needed in us-east-1 alone."""


def load_global_actions(directory: Path) -> GlobalActions:
    """Read the actions exempt from region-deny."""
    located = load(
        directory / "region_deny.yaml",
        _HERE / "region_deny.schema.json",
        _shown(directory, "region_deny.yaml"),
    )
    rows = located.data["exempt"]
    return GlobalActions(
        all=tuple(sorted({action for row in rows for action in row["actions"]})),
        edge=tuple(sorted({action for row in rows if row.get("edge") for action in row["actions"]})),
    )


def _document(file: Path, directory: Path) -> Any:
    shown = _shown(directory, f"guardrails/{file.name}")
    try:
        return json.loads(file.read_text())
    except OSError as error:
        raise ConfigError(
            shown, f"cannot be read ({error.strerror})", "Add the document of this guardrail."
        ) from error
    except json.JSONDecodeError as error:
        problem = f"not readable as JSON: {error.msg}"
        raise ConfigError(f"{shown}:{error.lineno}", problem, "Correct it there.") from error


def _shown(directory: Path, name: str) -> str:
    return f"components/catalogue/{name}" if directory.resolve() == _HERE else str(directory / name)
