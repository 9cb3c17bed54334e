"""Who goes along when a resource is deleted before it is made again.

Only those dependents whose provider says that the change of the dependency would replace them: their Diff is
asked with the affected inputs unknown. The others stay and are updated later.
"""

from __future__ import annotations

from collections.abc import Container

from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.values import UNKNOWN


async def dependent_replacements(
    run: Run, root: ResourceState, seen: Container[str]
) -> list[tuple[ResourceState, tuple[str, ...]]]:
    """The resources to delete with `root`, in dependency order, each with the keys that are to blame.

    Resources already registered in this run (`seen`) cannot depend on one that is just being registered.
    """
    replaced = {root.urn}
    found = []
    for state in run.graph.depending_on(root, seen):
        keys = await _replace_keys(run, state, replaced)
        if keys is not None:
            found.append((state, keys))
            replaced.add(state.urn)
    return found


async def _replace_keys(run: Run, state: ResourceState, replaced: set[str]) -> tuple[str, ...] | None:
    if not state.custom or state.external:
        return None
    if state.provider and state.provider_urn() in replaced:
        await run.ensure_provider(state.provider)
        return ()
    affected = {
        key for key in state.inputs if replaced.intersection(state.property_dependencies.get(key, ()))
    }
    if not affected:
        return None
    if state.is_provider:
        await run.registry.same(state)
    else:
        await run.ensure_provider(state.provider)
    inputs = {key: UNKNOWN if key in affected else item for key, item in state.inputs.items()}
    provider = await run.provider_of(state)
    diff = await provider.diff(state.urn, state.id, state.inputs, state.outputs, inputs)
    return diff.replace_keys if diff.replaces else None
