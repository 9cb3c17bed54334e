"""Components of one account can be published as a package: their schema can be inferred from their annotations."""

import importlib
import inspect
import pkgutil

import pulumi
from pulumi.provider.experimental.analyzer import Analyzer

import components
from components.accounts import Accounts


def component_classes() -> list[type[pulumi.ComponentResource]]:
    found: dict[str, type[pulumi.ComponentResource]] = {}
    for module in pkgutil.walk_packages(components.__path__, "components."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(member, pulumi.ComponentResource) and member.__module__.startswith("components."):
                found[member.__name__] = member
    return list(found.values())


def spans_accounts(component: type[pulumi.ComponentResource]) -> bool:
    """Whether its arguments carry the provider door: such a component assembles others inside this program."""
    args = inspect.get_annotations(component.__init__)["args"]
    return Accounts in inspect.get_annotations(args).values()


def test_the_schema_of_every_component_of_one_account_can_be_inferred() -> None:
    hostable = [component for component in component_classes() if not spans_accounts(component)]
    assert len(hostable) > 25
    schema = Analyzer("payments").analyze(hostable)
    assert set(schema["component_definitions"]) == {component.__name__ for component in hostable}


def test_only_the_assemblies_span_accounts() -> None:
    assert {component.__name__ for component in component_classes() if spans_accounts(component)} == {
        "CentralAudit",
        "Recorders",
        "RegionalAudit",
        "RegionalDetection",
    }


def test_every_component_is_described() -> None:
    assert [component.__name__ for component in component_classes() if not component.__doc__] == []
