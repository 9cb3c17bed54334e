"""What programs read: the digest of `preview --json`, and the event stream of `up --json` as JSON lines.

Both are in Pulumi's schema. Secrets are `[secret]`, unknowns the sentinel string.
Source: pulumi/pulumi pkg/backend/display/json.go, sdk/go/common/apitype/events.go.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TextIO

from localcloud.engine import events
from localcloud.engine.display_diff import masked
from localcloud.engine.state import ROOT_STACK_TYPE, ResourceState, resource_to_json

_NANOSECONDS = 1_000_000_000
_FAILED = 1  # resource.StatusPartialFailure is 1, StatusUnknown 2; a refused call is reported as partial


class _Masking:
    """The crypter for states to be shown: whatever still is secret is masked."""

    def encrypt(self, _plaintext: str) -> str:
        return "[secret]"

    def decrypt(self, ciphertext: str) -> str:
        return ciphertext

    def state(self) -> dict[str, Any]:
        return {}


class PreviewDigest:
    """Gathers a preview and writes one document when closed."""

    def __init__(
        self, out: TextIO, config: dict[str, str], *, show_sames: bool = False, show_replacement_steps: bool = False,
        suppress_outputs: bool = False,
    ) -> None:  # fmt: skip
        """`config` is the blinded configuration."""
        self._out = out
        self._show_sames = show_sames
        self._show_replacement_steps = show_replacement_steps
        self._suppress_outputs = suppress_outputs
        self._config = config
        self._steps: list[dict[str, Any]] = []
        self._diagnostics: list[dict[str, Any]] = []
        self._summary: events.Summary | None = None

    def __call__(self, event: events.Event) -> None:
        match event:
            case events.ResourcePre(step):
                if self._visible(step):
                    self._steps.append(self._step(step))
            case events.Diagnostic(urn, severity, message, ephemeral):
                if not ephemeral and severity != "debug":
                    entry = {"urn": urn, "message": f"{_prefix(severity)}{message}", "severity": severity}
                    self._diagnostics.append({key: value for key, value in entry.items() if value})
            case events.ProgramOutput(text):
                self._diagnostics.append({"message": text, "severity": "info"})
            case events.Summary():
                self._summary = event

    def close(self) -> None:
        document: dict[str, Any] = {}
        if self._config:
            document["config"] = self._config
        if self._steps:
            document["steps"] = self._steps
        if self._diagnostics:
            document["diagnostics"] = self._diagnostics
        if self._summary is not None:
            document["duration"] = int(self._summary.duration * _NANOSECONDS)
            changes = {op: count for op, count in sorted(self._summary.changes.items()) if count}
            if changes:
                document["changeSummary"] = changes
        print(json.dumps(document, indent=4, ensure_ascii=False), file=self._out, flush=True)

    def _visible(self, step: events.Step) -> bool:
        if step.type == ROOT_STACK_TYPE:
            return True
        if step.internal:
            return False
        if step.op == "same":
            protect_changed = (
                step.old is not None and step.new is not None and step.old.protect != step.new.protect
            )
            return self._show_sames or protect_changed
        return step.logical or self._show_replacement_steps

    def _step(self, step: events.Step) -> dict[str, Any]:
        document: dict[str, Any] = {"op": step.op, "urn": step.urn}
        if step.provider:
            document["provider"] = step.provider
        for key, state in (("oldState", step.old), ("newState", step.new)):
            if state is not None:
                document[key] = self._state(state)
        if step.diff_reasons:
            document["diffReasons"] = list(step.diff_reasons)
        if step.replace_reasons:
            document["replaceReasons"] = list(step.replace_reasons)
        document["detailedDiff"] = _detailed(step) or None
        return document

    def _state(self, state: ResourceState) -> dict[str, Any]:
        if self._suppress_outputs and state.type == ROOT_STACK_TYPE:
            state = replace(state, inputs={}, outputs={})
        return shown_state(state)


class JsonEvents:
    """Writes each event as one line, when it happens."""

    def __init__(self, out: TextIO, config: dict[str, str], *, dry_run: bool = False) -> None:
        """`config` is the blinded configuration."""
        self._out = out
        self._dry_run = dry_run
        self._sequence = 0
        self._lock = threading.Lock()
        self._packs: dict[str, str] = {}
        self._config = config
        self._summary: events.Summary | None = None

    def start(self) -> None:
        """Writes the first line: the configuration."""
        self._write("preludeEvent", {"config": self._config})

    def __call__(self, event: events.Event) -> None:
        writers: dict[type, Callable[[Any], None]] = {
            events.ResourcePre: lambda e: self._resource("resourcePreEvent", e.step),
            events.ResourceDone: lambda e: self._resource("resOutputsEvent", e.step),
            events.ResourceFailed: lambda e: self._resource(
                "resOpFailedEvent", e.step, status=_FAILED, steps=0
            ),
            events.Diagnostic: self._diagnostic,
            events.ProgramOutput: lambda e: self._write("stdoutEvent", {"message": e.text, "color": "never"}),
            events.PolicyViolation: self._violation,
            events.PolicyRemediation: self._remediation,
            events.PolicyReport: self._report,
            events.Summary: self._end,
        }
        writer = writers.get(type(event))
        if writer is not None:
            writer(event)

    def close(self) -> None:
        if self._summary is not None:
            self._write(
                "summaryEvent",
                {
                    "maybeCorrupt": False,
                    "durationSeconds": int(self._summary.duration),
                    "resourceChanges": {op: n for op, n in sorted(self._summary.changes.items()) if n},
                    "PolicyPacks": self._packs,
                    "isPreview": self._dry_run,
                    "result": "succeeded" if self._summary.ok else "failed",
                },
            )
        self._write("cancelEvent", {})

    def _report(self, event: events.PolicyReport) -> None:
        self._packs = {pack.name: pack.version for pack in event.packs}

    def _end(self, event: events.Summary) -> None:
        self._summary = event

    def _resource(self, kind: str, step: events.Step, **more: int) -> None:
        if step.internal:
            return
        metadata = {
            "op": step.op,
            "urn": step.urn,
            "type": step.type,
            "old": _shown_event_state(step.old),
            "new": _shown_event_state(step.new),
            "keys": list(step.replace_reasons) or None,
            "diffs": list(step.diff_reasons) or None,
            "detailedDiff": _detailed(step) or None,
            "logical": step.logical,
            "provider": step.provider,
        }
        planning = {"planning": True} if self._dry_run and not more else {}
        self._write(kind, {"metadata": metadata, **planning, **more})

    def _diagnostic(self, event: events.Diagnostic) -> None:
        fields = {
            "urn": event.urn,
            "prefix": _prefix(event.severity),
            "message": event.message,
            "color": "never",
            "severity": "info#err" if event.severity == "info" else event.severity,
        }
        shown = {key: value for key, value in fields.items() if value}
        self._write("diagnosticEvent", {**shown, **({"ephemeral": True} if event.ephemeral else {})})

    def _violation(self, event: events.PolicyViolation) -> None:
        self._write(
            "policyEvent",
            {
                "resourceUrn": event.urn,
                "message": event.message,
                "color": "never",
                "policyName": event.policy,
                "policyPackName": event.pack,
                "policyPackVersion": event.pack_version,
                "policyPackVersionTag": event.pack_version,
                "enforcementLevel": event.enforcement,
                **({"severity": event.severity} if event.severity else {}),
            },
        )

    def _remediation(self, event: events.PolicyRemediation) -> None:
        self._write(
            "policyRemediationEvent",
            {
                "resourceUrn": event.urn,
                "color": "never",
                "policyName": event.policy,
                "policyPackName": event.pack,
                "policyPackVersion": event.pack_version,
                "policyPackVersionTag": event.pack_version,
                "before": masked(event.before),
                "after": masked(event.after),
            },
        )

    def _write(self, kind: str, payload: dict[str, Any]) -> None:
        with self._lock:  # events come from several threads
            line = {"sequence": self._sequence, "timestamp": int(time.time()), kind: payload}
            self._sequence += 1
            print(json.dumps(line, ensure_ascii=False, separators=(",", ":")), file=self._out, flush=True)


def shown_state(state: ResourceState) -> dict[str, Any]:
    """A resource's state as the digest shows it: as in a checkpoint, with secrets masked."""
    shown = replace(
        state, inputs=masked_keeping_assets(state.inputs), outputs=masked_keeping_assets(state.outputs)
    )
    if shown.id and not isinstance(shown.id, str):
        shown.id = ""
    return resource_to_json(shown, _Masking())


def masked_keeping_assets(value: Any) -> Any:
    """`masked`, but with assets left for the serializer."""
    if isinstance(value, dict):
        return {key: masked_keeping_assets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked_keeping_assets(item) for item in value]
    return masked(value)


def _shown_event_state(state: ResourceState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    full = shown_state(state)
    return {
        "type": state.type,
        "urn": state.urn,
        "custom": state.custom,
        **({"delete": True} if state.delete else {}),
        "id": full.get("id", ""),
        "parent": state.parent,
        **({"protect": True} if state.protect else {}),
        "inputs": full.get("inputs", {}),
        "outputs": full.get("outputs", {}),
        "provider": state.provider,
        **({"initErrors": state.init_errors} if state.init_errors else {}),
    }


def _detailed(step: events.Step) -> dict[str, Any]:
    return {
        path: {"kind": change.kind, "inputDiff": change.input_diff}
        for path, change in sorted(step.detailed_diff.items())
    }


def _prefix(severity: str) -> str:
    return "" if severity == "info" else f"{severity}: "
