"""Generates ``components/outputs.schema.json`` from the classes of `outputs.py`.

Run ``python -m components.outputs_schema`` after changing the contract; a test fails while the file is out of date.
"""

import ast
import inspect
import json
import textwrap
import types
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pulumi

from .outputs import CONTRACT, CONTRACT_VERSION, StackOutputs, camel

FILE = Path(__file__).with_name("outputs.schema.json")
_SCALARS: dict[Any, str] = {str: "string", int: "integer", bool: "boolean"}


def schema() -> dict[str, Any]:
    """The JSON schema of one stack's outputs."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{CONTRACT} {CONTRACT_VERSION}",
        **_object(StackOutputs),
    }


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=2) + "\n"


def _object(cls: Any) -> dict[str, Any]:
    # pulumi.Input names Output and its parameter by strings that only its own module can resolve.
    hints, docs = get_type_hints(cls, localns={"Output": pulumi.Output, "T": Any}), _field_docs(cls)
    properties = {
        camel(field.name): {"description": docs[field.name], **_type(hints[field.name])}
        for field in fields(cls)
    }
    return {
        "description": inspect.getdoc(cls),
        "type": "object",
        "required": [
            camel(field.name) for field in fields(cls) if type(None) not in get_args(hints[field.name])
        ],
        "properties": properties,
    }


def _type(hint: Any) -> dict[str, Any]:
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if is_dataclass(hint):
        return {key: value for key, value in _object(hint).items() if key != "description"}
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union(args)
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(args[1])}
    if origin is Sequence:
        return {"type": "array", "items": _type(args[0])}
    raise TypeError(f"the contract has no JSON form for {hint}")


def _union(arms: Sequence[Any]) -> dict[str, Any]:
    """`Input[T]` is T, an awaitable of T or an output of T: for a reader all are T. None means it may be absent."""
    known = [
        arm for arm in arms if get_origin(arm) not in (Awaitable, pulumi.Output) and arm is not type(None)
    ]
    return _type(known[0])


def _field_docs(cls: Any) -> dict[str, str]:
    """The docstring line below each field."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    docs: dict[str, str] = {}
    for statement, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(after, ast.Expr):
            assert isinstance(statement.target, ast.Name)
            docs[statement.target.id] = str(ast.literal_eval(after.value))
    return docs


if __name__ == "__main__":
    FILE.write_text(text())
