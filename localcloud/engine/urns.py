"""URNs: `urn:pulumi:<stack>::<project>::<qualified type>::<name>`.

A qualified type holds the types of the parents (`parent$child`), never their names, and leaves out the
stack resource.
"""

from __future__ import annotations

from localcloud.engine.state import PROVIDER_TYPE_PREFIX, ROOT_STACK_TYPE


def create(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """The URN of a resource with this parent URN (or none)."""
    qualified = type_
    if parent and qualified_type(parent) != ROOT_STACK_TYPE:
        qualified = f"{qualified_type(parent)}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def with_qualified(stack: str, project: str, parent_type: str, type_: str, name: str) -> str:
    """The URN of a child of something whose qualified type is known, but which need not exist."""
    qualified = type_ if parent_type in ("", ROOT_STACK_TYPE) else f"{parent_type}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def qualified_type(urn: str) -> str:
    """The types from the outermost parent to the resource, joined by `$`."""
    parts = urn.split("::", 3)
    return parts[2] if len(parts) == 4 else ""


def type_of(urn: str) -> str:
    """The resource's own type."""
    return qualified_type(urn).rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    """The logical name; it may itself hold `::`."""
    parts = urn.split("::", 3)
    return parts[3] if len(parts) == 4 else ""


def package_of(type_: str) -> str:
    """The package of a type or function token (`aws:s3/bucket:Bucket` -> `aws`)."""
    return type_.split(":", 1)[0]


def is_provider_type(type_: str) -> bool:
    """Whether resources of this type are provider instances."""
    return type_.startswith(PROVIDER_TYPE_PREFIX)


def is_default_provider(urn: str) -> bool:
    """Whether this is a provider that the engine made by itself."""
    name = name_of(urn)
    return is_provider_type(type_of(urn)) and (name == "default" or name.startswith("default_"))


def is_valid(urn: str) -> bool:
    """Whether this has the form of a URN."""
    return urn.startswith("urn:pulumi:") and len(urn.split("::", 3)) == 4
