"""Read: the live object as outputs and as inputs, so that whatever somebody else changed shows."""

from typing import Any

from botocore.exceptions import ClientError

from localcloud.provider import compare, tagging
from localcloud.provider.errors import is_gone
from localcloud.provider.model import Call, Op, Step
from localcloud.provider.wire import Props


def live_properties(call: Call) -> Props | None:
    """What AWS says now, in Pulumi properties; None when the object is gone."""
    try:
        live: Props | None = by_id(call.type.read, call)
        if live is None:
            return None
        call.live = live
        if call.type.tags is not None and call.type.tags.list is not None:
            live["tags"] = tagging.read(call, call.type.tags)
    except ClientError as error:
        if is_gone(error, call.type.gone):
            return None
        raise
    return {**call.parts(), **live} if call.type.id_parts else live


def outputs_of(call: Call, live: Props, recorded: Props) -> Props:
    """Outputs: the live values, in the recorded spelling where they mean the same."""
    row, declared = call.type, call.type.sdk.outputs
    refreshing = bool(call.state) and recorded is not call.inputs  # else: just created, updated or imported
    result: Props = {"id": call.id}  # the genuine provider repeats it here; policies follow references by it
    for name in declared:
        if name in ("tags", "tagsAll"):
            continue
        if name in row.outside and name not in call.inputs and (name in recorded or refreshing):
            value = recorded.get(name)
        elif name in row.local or name not in live:
            value = recorded.get(name) if name in row.local or name == "region" else None
        else:
            value = compare.reconcile(row, name, recorded.get(name), live[name])
        if value is not None:
            result[name] = value
    if "region" in declared:
        result.setdefault("region", call.region)
    if "tagsAll" in declared:
        result["tags"], result["tagsAll"] = tagging.split(call.instance, live.get("tags") or {}, recorded)
    return result


def inputs_of(call: Call, live: Props, recorded: Props) -> Props:
    """Inputs as the live object has them, so that a change behind our back shows as a difference.

    A property absent from the recorded inputs appears only when its live value is neither a default nor one
    that AWS chooses; on import (nothing recorded) also what AWS chose.
    """
    row, result = call.type, {}
    outputs = outputs_of(call, live, recorded)
    importing = not recorded
    for name in row.sdk.inputs.properties:
        before, now = recorded.get(name), outputs.get(name)
        if name in row.local:
            now = before if not importing else row.defaults.get(name)
        elif now is None:
            now = before if compare.canonical(row, name, before) is None else None
        elif before is None and name != "region":
            chosen = name in row.kept and not importing
            default = compare.canonical(row, name, now) is None
            if chosen or (default and not (importing and name in row.defaults)):
                now = None
        if now is not None:
            result[name] = now
    if "tagsAll" in row.sdk.outputs:
        result["tagsAll"] = outputs["tagsAll"]
        if recorded.get("tags") is None and not result.get("tags"):
            result.pop("tags", None)
    return result


def read(call: Call, recorded_inputs: Props, recorded_state: Props) -> tuple[Props, Props] | None:
    """(inputs, outputs) of the live object; None when it is gone. Without records: an import."""
    call.inputs, call.state = dict(recorded_inputs), dict(recorded_state)
    live = live_properties(call)
    if live is None:
        return None
    outputs = outputs_of(call, live, recorded_state or recorded_inputs)
    return inputs_of(call, live, recorded_inputs), outputs


def by_id(step: Step, call: Call) -> Any:
    """Run a read or delete step, which may rely on the id alone."""
    return step.by_id(call) if isinstance(step, Op) else step(call)
