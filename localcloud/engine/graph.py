"""Who depends on whom, in a state. The list of resources is a topological order of its dependencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from localcloud.engine.state import ResourceState


class DependencyGraph:
    """The dependencies among `resources`. Several resources may share a URN (when one waits for deletion)."""

    def __init__(self, resources: Sequence[ResourceState]) -> None:
        self._resources = list(resources)
        self._index = {id(state): at for at, state in enumerate(self._resources)}
        self._by_urn: dict[str, list[int]] = defaultdict(list)
        for at, state in enumerate(self._resources):
            self._by_urn[state.urn].append(at)

    def __contains__(self, state: ResourceState) -> bool:
        return id(state) in self._index

    def depending_on(
        self, root: ResourceState, ignored: Container[str] = (), *, children: bool = False
    ) -> list[ResourceState]:
        """All that depend on `root`, directly or not, in order; `children` counts them as dependents too."""
        if id(root) not in self._index:
            return []
        reached = {root.urn}
        found = []
        for state in self._resources[self._index[id(root)] + 1 :]:
            if state.urn in ignored:
                continue
            needs = state.all_dependencies() if children else state.own_dependencies()
            if needs & reached:
                found.append(state)
                reached.add(state.urn)
        return found

    def dependencies_of(self, state: ResourceState) -> list[ResourceState]:
        """The resources before `state` that it needs directly."""
        at = self._index[id(state)]
        needed = (before for urn in state.all_dependencies() for before in self._by_urn.get(urn, ()))
        return [self._resources[before] for before in sorted(set(needed)) if before < at]

    def dependents_within(self, condemned: Iterable[ResourceState]) -> dict[int, list[ResourceState]]:
        """For each condemned resource (by `id`), the other condemned ones that need it directly."""
        states = [state for state in condemned if id(state) in self._index]
        wanted = {id(state) for state in states}
        dependents: dict[int, list[ResourceState]] = {id(state): [] for state in states}
        for state in states:
            for needed in self.dependencies_of(state):
                if id(needed) in wanted:
                    dependents[id(needed)].append(state)
        return dependents


def in_order(resources: Sequence[ResourceState]) -> list[ResourceState]:
    """The same resources, each after all that it needs; their order is kept where that already holds."""
    live = {state.urn: state for state in reversed(resources) if not state.delete}
    placed: set[int] = set()
    present: set[str] = set()
    result: list[ResourceState] = []

    for state in resources:
        todo = [state] if id(state) not in placed else []
        while todo:
            placed.add(id(todo[-1]))
            needed = (live.get(urn) for urn in sorted(todo[-1].all_dependencies() - present))
            missing = next((each for each in needed if each is not None and id(each) not in placed), None)
            if missing is not None:
                todo.append(missing)
            else:
                present.add(todo[-1].urn)
                result.append(todo.pop())
    return result
