"""What the engine tells a display. The core calls one sink with these; displays depend on nothing else.

Property maps inside are the engine's own values (secrets as `Secret`): a display must mask them.
Step operations carry Pulumi's names: same, create, update, delete, replace, create-replacement,
delete-replaced, read, read-replacement, refresh, import, import-replacement, discard,
discard-replaced, remove-pending-replace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localcloud.engine.policy_config import PackSummary
from localcloud.engine.state import ResourceState
from localcloud.engine.values import Properties


@dataclass(frozen=True)
class PropertyDiff:
    """One entry of a detailed diff.

    `kind`: add, add-replace, delete, delete-replace, update, update-replace.
    """

    kind: str
    input_diff: bool = False


@dataclass(frozen=True)
class Step:
    """One step of the plan, before or after it ran.

    `logical` False marks the physical halves of a replacement's other steps (`create-replacement` is
    physical, `replace` is logical). For a refresh, `result_op` says what was found: same, update or delete.
    `internal` marks default providers, which displays do not show.
    """

    op: str
    urn: str
    type: str
    provider: str = ""
    old: ResourceState | None = None
    new: ResourceState | None = None
    diff_reasons: tuple[str, ...] = ()
    replace_reasons: tuple[str, ...] = ()
    detailed_diff: dict[str, PropertyDiff] = field(default_factory=dict)
    logical: bool = True
    result_op: str = ""
    internal: bool = False


@dataclass(frozen=True)
class ResourcePre:
    """A step begins."""

    step: Step


@dataclass(frozen=True)
class ResourceDone:
    """A step ended well; `step.new` now holds the outputs."""

    step: Step


@dataclass(frozen=True)
class ResourceFailed:
    """A step failed. `error` is one message; a partial failure carries its reasons in it."""

    step: Step
    error: str


@dataclass(frozen=True)
class Diagnostic:
    """A message. `severity`: debug, info, warning, error. `ephemeral` ones are only for a live display."""

    urn: str
    severity: str
    message: str
    ephemeral: bool = False


@dataclass(frozen=True)
class ProgramOutput:
    """Text that the program (or a policy pack) wrote to stdout or stderr."""

    text: str
    stream: str = "stdout"


@dataclass(frozen=True)
class PolicyViolation:
    """A policy spoke. `enforcement`: advisory, mandatory, remediate."""

    urn: str
    policy: str
    pack: str
    pack_version: str
    enforcement: str
    message: str
    severity: str = ""


@dataclass(frozen=True)
class PolicyRemediation:
    """A policy changed the inputs of a resource."""

    urn: str
    policy: str
    pack: str
    pack_version: str
    before: Properties
    after: Properties


@dataclass(frozen=True)
class PolicyReport:
    """What each policy pack was asked and said, when all have been."""

    packs: tuple[PackSummary, ...]


@dataclass(frozen=True)
class Outputs:
    """The stack's outputs as registered."""

    before: Properties
    after: Properties


@dataclass(frozen=True)
class Summary:
    """The end. `changes` counts logical steps by operation; `duration` is in seconds."""

    changes: dict[str, int]
    duration: float
    dry_run: bool
    ok: bool


Event = (
    ResourcePre
    | ResourceDone
    | ResourceFailed
    | Diagnostic
    | ProgramOutput
    | PolicyViolation
    | PolicyRemediation
    | PolicyReport
    | Outputs
    | Summary
)
Sink = Callable[[Event], Any]
