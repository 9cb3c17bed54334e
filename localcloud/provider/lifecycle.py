"""Diff, Create, Update and Delete of any resource, from its row of the table (see also `checking`, `reading`).

Nothing here knows gRPC or a particular service. Preview never reaches AWS: planned outputs come from the
inputs and the SDK's declaration alone.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.provider import compare, tagging
from localcloud.provider.errors import PartialFailureError, ProviderError, explain, is_gone
from localcloud.provider.model import Call, ResourceType
from localcloud.provider.reading import by_id, live_properties, outputs_of, read
from localcloud.provider.wire import UNKNOWN, Props, has_unknown


@dataclass
class Difference:
    """The answer to Diff. `paths` maps property paths to (ADD | DELETE | UPDATE, forces replacement)."""

    changed: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    paths: dict[str, tuple[str, bool]] = field(default_factory=dict)
    delete_before_replace: bool = False


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


def delete(call: Call) -> None:
    """Delete the object; one that is gone already is fine. `skipDestroy` leaves it where it is."""
    if call.type.delete is None or call.state.get("skipDestroy"):
        return
    try:
        by_id(call.type.delete, call)
    except ClientError as error:
        if not is_gone(error, call.type.gone):
            raise


def adoptable(call: Call) -> bool:
    """Whether the object `call.id` can become the resource by an update (nothing would be replaced)."""
    found = read(Call(call.type, call.instance, call.urn, inputs={}, physical_id=call.id), {}, {})
    if found is None:
        return False
    call.old = found[0]
    return not diff(call.type, call.old, call.inputs).replaces and not has_unknown(call.inputs)
