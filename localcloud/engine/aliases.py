"""Former names of resources: what the program says of them, and what follows from a parent's.

A resource found under a former name keeps its object; references to the old URN are rewritten in the state.
"""

from __future__ import annotations

from localcloud.engine import urns
from localcloud.engine.goal import Alias, Goal
from localcloud.engine.run import Run
from localcloud.engine.state import ROOT_STACK_TYPE


class AliasBook:
    """Which resources were found under which former URN in this run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.successor: dict[str, str] = {}
        """Former URN to present one."""
        self.predecessor: dict[str, str] = {}
        """Present URN to the former one it was found under."""

    def record(self, urn: str, former: str) -> None:
        """The resource `urn` was found as `former`."""
        self.successor[former] = urn
        self.predecessor[urn] = former

    def candidates(self, goal: Goal) -> list[str]:
        """The URNs under which the resource may be recorded, besides its own, in order of preference."""
        found = [self._collapse(goal, alias) for alias in goal.aliases]
        former_parent = self.predecessor.get(goal.parent)
        if former_parent is not None:
            found.append(self._inherited(goal.type, goal.name, goal.parent, former_parent))
            for alias in goal.aliases:
                own = self._collapse(goal, alias)
                found.append(
                    self._inherited(urns.type_of(own), urns.name_of(own), goal.parent, former_parent)
                )
        return list(dict.fromkeys(found))

    def _collapse(self, goal: Goal, alias: Alias) -> str:
        if alias.urn:
            return alias.urn
        parent = self.predecessor.get(alias.parent, alias.parent) if alias.parent else goal.parent
        if alias.no_parent or (parent and urns.qualified_type(parent) == ROOT_STACK_TYPE):
            parent = ""
        return urns.create(
            alias.stack or self._run.stack,
            alias.project or self._run.project,
            parent,
            alias.type or goal.type,
            alias.name or goal.name,
        )

    def _inherited(self, type_: str, name: str, parent: str, former_parent: str) -> str:
        """The former URN of a child whose parent had another one.

        A child named after its parent (`app-bucket` below `app`) is taken to have followed its name.
        """
        parent_name = urns.name_of(parent)
        if name.startswith(parent_name):
            name = urns.name_of(former_parent) + name.removeprefix(parent_name)
        return urns.with_qualified(
            self._run.stack, self._run.project, urns.qualified_type(former_parent), type_, name
        )
