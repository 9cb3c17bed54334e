"""The stack as a graph: resources by type and URN, who refers to whom, and which account each lives in.

A reference is followed by value (name, id or ARN) when the value is known and by the engine's property
dependencies when it is not, so relations hold at the first preview as they do on state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from policies.framework.resources import PROVIDER_TYPE, Resource
from policies.framework.values import UNKNOWN, UnknownValue, holds_unknown, texts

ACCOUNT_TYPE = "aws:organizations/account:Account"
ORGANIZATION_TYPE = "aws:organizations/organization:Organization"
IDENTIFYING = ("id", "arn", "bucket", "name", "keyId", "targetKeyId", "targetKeyArn", "bucketDomainName")
"""Output properties whose value another resource may carry to refer to this one."""
_UNCLEAR = "(unclear)"


@dataclass(frozen=True)
class AccountIdentity:
    """Which account a resource lives in, as far as it is known."""

    id: str | None
    """Twelve digits, None while the account does not exist yet."""
    source: str | None
    """URN of the Account resource that makes the account, None for an account known by its id alone."""
    provider: str
    """URN of the provider that reaches it."""


class Stack:
    """The resources of one stack. Immutable once built."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources: tuple[Resource, ...] = tuple(resources)
        self._name_cache: dict[str, dict[str, Resource]] = {}
        self._link_cache: dict[tuple[str, tuple[str, ...], str], Mapping[str, list[Resource]]] = {}

    @cached_property
    def name(self) -> str:
        """The stack's name, as its URNs spell it; "stack" when there are none."""
        for resource in self.resources:
            parts = resource.urn.split("::")[0].split(":")
            if len(parts) == 3 and parts[2]:
                return parts[2]
        return "stack"

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def _by_type(self) -> Mapping[str, list[Resource]]:
        index: dict[str, list[Resource]] = {}
        for resource in self.resources:
            index.setdefault(resource.type, []).append(resource)
        return index

    def of_type(self, *types: str) -> list[Resource]:
        """Every resource of the given types, in the order of the stack."""
        return [resource for type_ in types for resource in self._by_type.get(type_, ())]

    def target(self, resource: Resource, path: str, types: tuple[str, ...]) -> Resource | None:
        """The resource of one of the types that the property refers to; None when it is not in this stack.

        Raises UnknownValue when the value is unknown and the dependencies leave the answer open.
        """
        value = resource.known(path)
        if value is not UNKNOWN and not holds_unknown(value):
            named = self._named(texts(value), types)
            return named if named is not None else self._nameless(resource, path, types)
        candidates = [dep for dep in self._property_targets(resource, path) if dep.type in types]
        if len(candidates) == 1:
            return candidates[0]
        raise UnknownValue(path)

    def _nameless(self, resource: Resource, path: str, types: tuple[str, ...]) -> Resource | None:
        """The dependency behind a value, where the target's outputs say nothing that could be compared."""
        candidates = [dep for dep in self._property_targets(resource, path) if dep.type in types]
        return (
            candidates[0] if len(candidates) == 1 and candidates[0].known("id") in (None, UNKNOWN) else None
        )

    def referring(self, target: Resource, path: str, types: tuple[str, ...]) -> list[Resource]:
        """Every resource of the types whose property refers to the target.

        Raises UnknownValue when there is none but some reference cannot be followed yet.
        """
        links = self._links(path, types, target.type)
        found = links.get(target.urn, [])
        if not found and _UNCLEAR in links:
            raise UnknownValue(path)
        return found

    def _links(self, path: str, types: tuple[str, ...], target_type: str) -> Mapping[str, list[Resource]]:
        key = (path, types, target_type)
        if key not in self._link_cache:
            links: dict[str, list[Resource]] = {}
            for resource in self.of_type(*types):
                try:
                    target = self.target(resource, path, (target_type,))
                except UnknownValue:
                    links.setdefault(_UNCLEAR, []).append(resource)
                    continue
                if target is not None:
                    links.setdefault(target.urn, []).append(resource)
            self._link_cache[key] = links
        return self._link_cache[key]

    def _named(self, values: tuple[str, ...], types: tuple[str, ...]) -> Resource | None:
        for type_ in types:
            if type_ not in self._name_cache:
                self._name_cache[type_] = self._names_of(type_)
            for value in values:
                found = self._name_cache[type_].get(value) or self._name_cache[type_].get(_bucket_in(value))
                if found is not None:
                    return found
        return None

    def _names_of(self, type_: str) -> dict[str, Resource]:
        names: dict[str, Resource] = {}
        for resource in self.of_type(type_):
            for prop in IDENTIFYING:
                value = resource.known(prop)
                if isinstance(value, str) and value:
                    names.setdefault(value, resource)
        return names

    def _property_targets(self, resource: Resource, path: str) -> list[Resource]:
        urns = resource.property_dependencies.get(path.split(".")[0], ())
        return [self.by_urn[urn] for urn in urns if urn in self.by_urn]

    def account_of(self, resource: Resource) -> AccountIdentity | None:
        """The account the resource's provider acts in; None when the provider does not say.

        Raises UnknownValue when it says so only after the update and no Account resource stands behind it.
        """
        provider = resource.provider
        if provider is None:
            return None
        source = self._account_source(provider.urn)
        try:
            ids = provider.account_ids
        except UnknownValue:
            if source is None:
                raise
            ids = ()
        if len(ids) != 1 and source is None:
            return None
        return AccountIdentity(ids[0] if len(ids) == 1 else None, source, provider.urn)

    def _account_source(self, provider_urn: str) -> str | None:
        provider = self.by_urn.get(provider_urn)
        if provider is None or provider.type != PROVIDER_TYPE:
            return None
        for prop in ("allowedAccountIds", "assumeRoles"):
            accounts = {dep.urn for dep in self._property_targets(provider, prop) if dep.type == ACCOUNT_TYPE}
            if len(accounts) == 1:
                return accounts.pop()
        return None

    def account_resource(self, identity: AccountIdentity) -> Resource | None:
        """The Account resource behind an identity, when this stack makes it."""
        if identity.source:
            return self.by_urn.get(identity.source)
        return next(
            (a for a in self.of_type(ACCOUNT_TYPE) if identity.id and a.known("id") == identity.id), None
        )

    def management_account(self) -> AccountIdentity | None:
        """The account of the Organization resource; None when another stack holds the organization."""
        for organization in self.of_type(ORGANIZATION_TYPE):
            return self.account_of(organization)
        return None

    def same_account(self, one: AccountIdentity, other: AccountIdentity) -> bool:
        """Whether two identities are the same account. Raises UnknownValue when it cannot be told."""
        if one.provider == other.provider:
            return True
        if one.id and other.id:
            return one.id == other.id
        if one.source and other.source:
            return one.source == other.source
        if one.source or other.source:
            # One account is made by this update and has no id yet, the other exists already.
            return False
        raise UnknownValue("allowedAccountIds")


def _bucket_in(value: str) -> str:
    """The bucket that an S3 ARN names, with or without a path; "" for any other text."""
    return value[13:].split("/")[0] if value.startswith("arn:aws:s3:::") else ""
