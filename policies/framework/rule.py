"""A rule: one id, the types it reads, and a pure function that yields results.

Three forms, by what the function needs:
- `resource_rule`: one resource. Runs before the resource is created, so it stops a bad one early.
- `related_rule`: one resource and the stack around it.
- `stack_rule`: the whole stack, for what must exist or must not be missing.

A function yields as many results as it has things to say; yielding nothing means the rule does not apply.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from policies.framework.catalogue import CatalogueError, Entry
from policies.framework.context import Context
from policies.framework.graph import Stack
from policies.framework.resources import Resource, guarded
from policies.framework.results import NotApplicable, Result, Undecided
from policies.framework.values import UnknownValue

Results: TypeAlias = Iterator[Result]


class Rule(Protocol):
    """What the pack adapter and the tests need of a rule."""

    @property
    def id(self) -> str: ...

    @property
    def types(self) -> tuple[str, ...]:
        """Every type the rule reads."""
        ...

    @property
    def scope(self) -> str:
        """`resource` or `stack`, as in the catalogue."""
        ...

    def evaluate(self, stack: Stack, context: Context) -> list[Result]:
        """Every result on a stack. Never raises on what a resource holds."""
        ...


@dataclass(frozen=True)
class ResourceRule:
    """A rule over one resource."""

    id: str
    types: tuple[str, ...]
    decide: Callable[[Resource, Context], Results]
    scope: str = "resource"

    def on(self, resource: Resource, context: Context) -> list[Result]:
        """The results on one resource."""
        if resource.type not in self.types:
            return [NotApplicable(f"{resource.type} is not of interest")]
        return list(guarded(resource, self.decide(resource, context))) or [NotApplicable("outside its reach")]

    def evaluate(self, stack: Stack, context: Context) -> list[Result]:
        return _over(stack.of_type(*self.types), lambda each: self.on(each, context))


@dataclass(frozen=True)
class RelatedRule:
    """A rule over each resource of some types and the stack around it."""

    id: str
    each: tuple[str, ...]
    reads: tuple[str, ...]
    decide: Callable[[Resource, Stack, Context], Results]
    scope: str = "stack"

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.each + self.reads))

    def evaluate(self, stack: Stack, context: Context) -> list[Result]:
        def results(each: Resource) -> Iterable[Result]:
            return guarded(each, self.decide(each, stack, context))

        return _over(stack.of_type(*self.each), results)


@dataclass(frozen=True)
class StackRule:
    """A rule over the whole stack."""

    id: str
    types: tuple[str, ...]
    decide: Callable[[Stack, Context], Results]
    scope: str = "stack"

    def evaluate(self, stack: Stack, context: Context) -> list[Result]:
        results: list[Result] = []
        try:
            results.extend(self.decide(stack, context))
        except UnknownValue as unknown:
            results.append(Undecided(stack.name, unknown.path))
        return results or [NotApplicable("the stack has nothing it speaks of")]


def _over(resources: list[Resource], decide: Callable[[Resource], Iterable[Result]]) -> list[Result]:
    results = [result for each in resources for result in decide(each)]
    return results or [NotApplicable("the stack has no such resource")]


def resource_rule(id_: str, *types: str) -> Callable[[Callable[[Resource, Context], Results]], ResourceRule]:
    """Make a function of one resource the rule of a catalogue id."""
    return lambda decide: ResourceRule(id_, types, decide)


def related_rule(
    id_: str, each: tuple[str, ...], reads: tuple[str, ...] = ()
) -> Callable[[Callable[[Resource, Stack, Context], Results]], RelatedRule]:
    """Make a function of one resource and its stack the rule of a catalogue id."""
    return lambda decide: RelatedRule(id_, each, reads, decide)


def stack_rule(id_: str, *types: str) -> Callable[[Callable[[Stack, Context], Results]], StackRule]:
    """Make a function of the whole stack the rule of a catalogue id."""
    return lambda decide: StackRule(id_, types, decide)


def rule_of(entry: Entry) -> Rule:
    """The rule behind a catalogue entry, found by its area and name. Raises CatalogueError."""
    try:
        rule: Rule = importlib.import_module(entry.module).rule
    except (ImportError, AttributeError) as error:
        where = entry.module.replace(".", "/")
        raise CatalogueError(
            f"catalogue.yaml: {entry.id}: no rule in {where}.py ({error}). Write it."
        ) from error
    if rule.id != entry.id or rule.scope != entry.scope:
        raise CatalogueError(
            f"catalogue.yaml: {entry.id}: {entry.module} holds {rule.id} of scope {rule.scope}. Make them agree."
        )
    return rule
