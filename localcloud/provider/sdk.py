"""What the pulumi_aws SDK declares about a resource type: inputs, outputs and their types.

The SDK is the only source: nothing about properties is written twice. Modules are imported when a type
is first used, because all of pulumi_aws is large.
"""

import collections.abc
import functools
import importlib
import inspect
import json
import threading
import types
import warnings
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pulumi import _types

_IMPORT_LOCK = threading.Lock()


@dataclass(frozen=True)
class Scalar:
    """A string, bool, int or float (`python`), or anything (`object`)."""

    python: type


@dataclass(frozen=True)
class ListOf:
    """A list whose elements have one type."""

    element: "Kind"


@dataclass(frozen=True)
class MapOf:
    """A map from strings to values of one type."""

    element: "Kind"


class Block:
    """A nested object, or the arguments of a resource: property name to type, and which are required."""

    def __init__(self, cls: type, input_side: bool) -> None:
        self._cls, self._input = cls, input_side

    @functools.cached_property
    def properties(self) -> dict[str, "Kind"]:
        """Type of each property under its Pulumi (camelCase) name."""
        with _IMPORT_LOCK:
            declared = (_types.input_type_types if self._input else _types.output_type_types)(self._cls)
        return {name: kind_of(hint, self._input) for name, hint in declared.items()}

    @functools.cached_property
    def required(self) -> frozenset[str]:
        """Names of the properties that must be given."""
        names = _types.input_type_py_to_pulumi_names(self._cls) if self._input else {}
        parameters = inspect.signature(self._cls).parameters
        return frozenset(
            names[name]
            for name, parameter in parameters.items()
            if name in names and parameter.default is inspect.Parameter.empty
        )

    @property
    def name(self) -> str:
        """Name of the SDK's class."""
        return self._cls.__name__


Kind = Scalar | ListOf | MapOf | Block


@dataclass(frozen=True)
class Declaration:
    """Inputs and outputs of one resource type."""

    inputs: Block
    outputs: dict[str, Kind]

    @functools.cached_property
    def computed(self) -> frozenset[str]:
        """Outputs that are no inputs: only AWS can say them."""
        return frozenset(self.outputs) - frozenset(self.inputs.properties)


def kind_of(hint: Any, input_side: bool) -> Kind:
    """Our type of an annotation, with Optional, Input and Output taken off."""
    while get_origin(hint) in (Union, types.UnionType):
        options = [
            option
            for option in get_args(hint)
            if option is not type(None)
            and get_origin(option) is not collections.abc.Awaitable
            and not str(option).startswith("pulumi.output.Output")
            and not getattr(option, "__name__", "").endswith("ArgsDict")
            and getattr(option, "__total__", None) is None
        ]
        strings = [option for option in options if option is str]
        hint = (strings or options or [object])[0]
    origin = get_origin(hint)
    if origin in (collections.abc.Sequence, list, tuple):
        return ListOf(kind_of((get_args(hint) or (object,))[0], input_side))
    if origin in (collections.abc.Mapping, dict):
        return MapOf(kind_of((get_args(hint) or (str, object))[1], input_side))
    if isinstance(hint, type):
        if _types.is_input_type(hint) or _types.is_output_type(hint):
            return Block(hint, input_side)
        if hint in (str, bool, int, float):
            return Scalar(hint)
        if issubclass(hint, str):
            return Scalar(str)
    return Scalar(object)


@functools.cache
def _classes() -> dict[str, tuple[str, str]]:
    """Token to (module, class name) of every resource the SDK has."""
    source = inspect.getsource(importlib.import_module("pulumi_aws"))
    blob = source.split('resource_modules="""', 1)[1].split('"""', 1)[0]
    return {
        token: (entry["fqn"], name) for entry in json.loads(blob) for token, name in entry["classes"].items()
    }


@functools.cache
def declaration(token: str) -> Declaration:
    """What the SDK declares for a token. Raises KeyError when the SDK has no such type."""
    module_name, class_name = _classes()[token]
    with _IMPORT_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # importing a module warns of every deprecated alias in it
        resource = getattr(importlib.import_module(module_name), class_name)
        home = importlib.import_module(resource.__module__)
    arguments = [
        cls
        for name, cls in vars(home).items()
        if isinstance(cls, type)
        and cls.__module__ == home.__name__
        and not name.startswith("_")
        and _types.is_input_type(cls)
    ]
    outputs = {name: kind_of(hint, False) for name, hint in _types.resource_types(resource).items()}
    names = _types.resource_py_to_pulumi_names(resource)
    outputs.update({pulumi: Scalar(object) for pulumi in names.values() if pulumi not in outputs})
    return Declaration(Block(arguments[0], True), outputs)
