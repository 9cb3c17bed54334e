"""What has been planned so far in a run, by URN; shared by the planning of registrations and of deletions."""

from __future__ import annotations

from dataclasses import dataclass, field

from localcloud.engine.state import ResourceState


@dataclass
class PlanBook:
    """Sets of URNs by what happens to them, and the resources that must go at the end."""

    seen: set[str] = field(default_factory=set)
    creates: set[str] = field(default_factory=set)
    sames: set[str] = field(default_factory=set)
    updates: set[str] = field(default_factory=set)
    replaces: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    refreshes: set[str] = field(default_factory=set)
    deletes: dict[str, bool] = field(default_factory=dict)
    skipped_creates: set[str] = field(default_factory=set)
    deleted_early: dict[int, ResourceState] = field(default_factory=dict)
    """Resources (by `id`) deleted before the end because of a delete-before-replace."""
    replace_keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For resources deleted early: the keys that a dependency's replacement changed."""
    providers: dict[str, ResourceState] = field(default_factory=dict)
    to_delete: list[ResourceState] = field(default_factory=list)
    """New states that a destroy with the program deletes after having registered them."""

    def planned(self, urn: str) -> bool:
        """Whether any step for the URN exists."""
        return urn in self.creates or urn in self.deletes or self.kept(urn)

    def kept(self, urn: str) -> bool:
        """Whether the recorded resource lives on, in whatever form."""
        return any(
            urn in group for group in (self.sames, self.updates, self.replaces, self.reads, self.refreshes)
        )
