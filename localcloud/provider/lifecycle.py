"""Check, Diff, Create, Read, Update and Delete of any resource, from its row of the table.

Nothing here knows gRPC or a particular service. Preview never reaches AWS: planned outputs come from the
inputs and the SDK's declaration alone.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.provider import compare, tagging
from localcloud.provider.errors import PartialFailureError, ProviderError, explain, is_gone
from localcloud.provider.model import AutoName, Call, Op, ResourceType, Step
from localcloud.provider.sessions import Instance
from localcloud.provider.validation import Problem, validate
from localcloud.provider.wire import UNKNOWN, Props, has_unknown


@dataclass
class Difference:
    """The answer to Diff. `paths` maps property paths to (ADD | DELETE | UPDATE, forces replacement)."""

    changed: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    paths: dict[str, tuple[str, bool]] = field(default_factory=dict)
    delete_before_replace: bool = False


def check(
    row: ResourceType,
    instance: Instance,
    urn: str,
    old: Props,
    new: Props,
    seed: bytes,
    proposed_name: str = "",
) -> tuple[Props, list[Problem]]:
    """Validated inputs with defaults, name, Region and all tags filled in."""
    inputs = {name: value for name, value in new.items() if value is not None}
    inputs.pop("tagsAll", None)
    for path, value in row.defaults.items():
        _default(inputs, path.split("."), value)
    if row.auto_name is not None:
        _name(row.auto_name, urn, old, inputs, seed, proposed_name)
    known = row.sdk.inputs.properties
    if "region" in known:
        inputs.setdefault("region", instance.region)
    inputs, problems = validate(row, inputs)
    if "tagsAll" in row.sdk.outputs:
        inputs["tagsAll"] = {} if problems else tagging.merged(instance, inputs.get("tags"))
    return inputs, problems


def _default(values: Any, path: list[str], default: Any) -> None:
    if isinstance(values, list):
        for item in values:
            _default(item, path, default)
    elif isinstance(values, dict) and len(path) == 1:
        if values.get(path[0]) is None:
            values[path[0]] = default
    elif isinstance(values, dict):
        _default(values.get(path[0]), path[1:], default)


def _name(rule: AutoName, urn: str, old: Props, inputs: Props, seed: bytes, proposed: str) -> None:
    if inputs.get(rule.property) is not None:
        return
    prefix = inputs.get(rule.prefix) if rule.prefix else None
    if prefix is UNKNOWN:
        inputs[rule.property] = UNKNOWN
        return
    stem = str(prefix) if prefix else rule.stem + urn.rsplit("::", 1)[-1] + "-"
    stem = (stem.lower() if rule.lower else stem)[: rule.limit - 7]
    before = old.get(rule.property)
    if isinstance(before, str) and re.fullmatch(re.escape(stem) + "[0-9a-f]{7}", before):
        inputs[rule.property] = before
        return
    if proposed and not prefix:
        inputs[rule.property] = proposed
        return
    digits = hashlib.sha256((seed or urn.encode()) + stem.encode()).hexdigest()[:7]
    inputs[rule.property] = stem + digits


def diff(row: ResourceType, old: Props, new: Props, ignored: frozenset[str] = frozenset()) -> Difference:
    """What changes between the recorded and the new (checked) inputs."""
    found = Difference()
    for name in compare.changed_inputs(row, old, new):
        if name in ignored:
            continue
        replaces = name in row.replace or (name == "region" and old.get("region") is not None)
        found.changed.append(name)
        if replaces:
            found.replaces.append(name)
        for path, kind in compare.paths(row, name, old.get(name), new.get(name)).items():
            found.paths[path] = (kind, replaces)
    named = row.auto_name.property if row.auto_name else None
    same_name = named is not None and named not in found.changed and not _generated(row, new)
    found.delete_before_replace = bool(found.replaces) and (
        row.delete_before_replace or (same_name and "region" not in found.replaces)
    )
    return found


def _generated(row: ResourceType, inputs: Props) -> bool:
    name = inputs.get(row.auto_name.property) if row.auto_name else None
    return isinstance(name, str) and re.search(r"-[0-9a-f]{7}$", name) is not None


def planned(row: ResourceType, inputs: Props, state: Props | None = None) -> Props:
    """Outputs of a create (no `state`) or an update that is only previewed."""
    result = dict(inputs)
    waiting = row.sdk.computed | row.kept
    for name in row.sdk.outputs:
        if name in result or name not in waiting:
            continue
        before = (state or {}).get(name)
        result[name] = UNKNOWN if state is None or name in row.volatile else before
    identity = UNKNOWN if state is None else state.get("id")
    if identity is not None:
        result["id"] = identity
    return result


def create(call: Call) -> Props:
    """Make the object, then its sub-resources; sets `call.id`, returns its outputs.

    Raises PartialFailureError when the object exists but a later step failed.
    """
    made = call.type.create(call)
    identify(call, made)
    pending = [change for change in call.type.changes if change.on_create]
    reasons = []
    for change in pending:
        given = [name for name in change.properties if _is_given(call, name)]
        if not given and not change.at_default:
            continue
        try:
            change.apply(call)
        except (ClientError, BotoCoreError, ProviderError) as error:
            reasons.append(explain(error, "/".join(given or change.properties)))
            break
    return _settled(call, reasons)


def _is_given(call: Call, name: str) -> bool:
    """Whether an input says something other than its default."""
    return compare.canonical(call.type, name, call.inputs.get(name)) is not None


def identify(call: Call, made: Any) -> None:
    """Set the id of a call from what its create step returned."""
    if isinstance(made, str):
        call.id = made
        return
    known = {**call.inputs, **(made or {})}
    parts = [known.get(name) for name in call.type.id_parts]
    if not parts or any(part is None for part in parts):
        raise ProviderError(f"AWS did not return {', '.join(call.type.id_parts)} of the new object")
    call.id = call.type.separator.join(str(part) for part in parts)


def update(call: Call) -> Props:
    """Bring the object from its recorded inputs to the new ones; returns its outputs."""
    changed = set(compare.changed_inputs(call.type, call.old, call.inputs))
    reasons: list[str] = []
    due = [change for change in call.type.changes if changed.intersection(change.properties)]
    for number, change in enumerate(due):
        try:
            change.apply(call)
        except (ClientError, BotoCoreError, ProviderError) as error:
            if number == 0:
                raise  # nothing has been changed yet
            reasons.append(explain(error, "/".join(change.properties)))
            break
    if not reasons and "tagsAll" in changed and call.type.tags is not None:
        try:
            tagging.update(call, call.type.tags)
        except (ClientError, BotoCoreError) as error:
            reasons.append(explain(error, "tags"))
    return _settled(call, reasons)


def _settled(call: Call, reasons: list[str]) -> Props:
    """Outputs after a create or update; PartialFailureError with them when something is not ready."""
    live: Props | None = None
    try:
        live = live_properties(call)
    except (ClientError, BotoCoreError, ProviderError) as error:
        reasons.append(explain(error, "reading it back"))
    if live is None and not reasons:
        reasons.append(f"{call.id} is not there after its creation")
    outputs = outputs_of(call, live or {}, call.inputs)
    if reasons:
        failure = PartialFailureError(call.id, reasons)
        failure.state = outputs
        raise failure
    return outputs


def live_properties(call: Call) -> Props | None:
    """What AWS says now, in Pulumi properties; None when the object is gone."""
    try:
        live: Props | None = _by_id(call.type.read, call)
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


def delete(call: Call) -> None:
    """Delete the object; one that is gone already is fine."""
    if call.type.delete is None:
        return
    try:
        _by_id(call.type.delete, call)
    except ClientError as error:
        if not is_gone(error, call.type.gone):
            raise


def _by_id(step: Step, call: Call) -> Any:
    return step.by_id(call) if isinstance(step, Op) else step(call)


def adoptable(call: Call) -> bool:
    """Whether the object `call.id` can become the resource by an update (nothing would be replaced)."""
    found = read(Call(call.type, call.instance, call.urn, inputs={}, physical_id=call.id), {}, {})
    if found is None:
        return False
    call.old = found[0]
    return not diff(call.type, call.old, call.inputs).replaces and not has_unknown(call.inputs)
