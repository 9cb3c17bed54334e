"""Providers that the engine makes by itself, for resources that name none: one per package and version.

Settings come from the stack's configuration (`aws:region` -> `region`). A version that the resource does not
give is that of the SDK package installed beside the program.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.engine import registry
from localcloud.engine.errors import EngineError
from localcloud.engine.goal import Goal
from localcloud.engine.state import PROVIDER_TYPE_PREFIX, ResourceState
from localcloud.engine.values import Properties, Secret

_DENY = "pulumi:disable-default-providers"
_FORBIDDEN = re.compile(r"[^A-Za-z0-9_.-]")

Register = Callable[[Goal], Awaitable[ResourceState]]


@dataclass(frozen=True)
class ProviderRequest:
    """What a resource or function says of the provider it needs."""

    package: str
    version: str = ""
    download_url: str = ""

    @property
    def default_name(self) -> str:
        """The name of the default provider for this request."""
        name = "default"
        if self.version:
            name += "_" + re.sub(r"[.\-+]", "_", self.version)
        if self.download_url:
            name += f"_{self.download_url}"
        parts = (_FORBIDDEN.sub("_", part) for part in name.split("/"))
        return "/".join(part for part in parts if part)


class DefaultProviders:
    """Registers each default provider at its first use, and answers with its reference."""

    def __init__(
        self, config: dict[str, str], secret_keys: list[str], site_packages: list[Path], register: Register
    ) -> None:
        self._config = config
        self._secret_keys = set(secret_keys)
        self._site_packages = site_packages
        self._register = register
        self._references: dict[ProviderRequest, asyncio.Task[str]] = {}

    async def reference(self, request: ProviderRequest, wanted_by: str) -> str:
        """The reference of the default provider. Raises EngineError when the stack disables it."""
        request = self.complete(request)
        if self._denied(request.package):
            raise EngineError(
                f"Default provider for '{request.package}' disabled. '{wanted_by}' must use an explicit provider."
            )
        if request not in self._references:
            self._references[request] = asyncio.ensure_future(self._make(request))
        return await asyncio.shield(self._references[request])

    def complete(self, request: ProviderRequest) -> ProviderRequest:
        """The request with what the installed SDK package says about the provider filled in."""
        if request.version and request.download_url:
            return request
        plugin = self._installed(request.package)
        return ProviderRequest(
            request.package,
            request.version or str(plugin.get("version") or "").removeprefix("v"),
            request.download_url or str(plugin.get("server") or ""),
        )

    def _installed(self, package: str) -> dict[str, Any]:
        for folder in self._site_packages:
            file = folder / f"pulumi_{package.replace('-', '_')}" / "pulumi-plugin.json"
            if file.is_file():
                loaded: dict[str, Any] = json.loads(file.read_text())
                return loaded
        return {}

    async def _make(self, request: ProviderRequest) -> str:
        inputs = self._settings(request.package)
        apply_request(inputs, request)
        goal = Goal(
            type=f"{PROVIDER_TYPE_PREFIX}{request.package}",
            name=request.default_name,
            custom=True,
            properties=inputs,
        )
        return (await self._register(goal)).reference

    def _settings(self, package: str) -> Properties:
        prefix = f"{package}:"
        found: Properties = {}
        for key, text in self._config.items():
            if key.startswith(prefix):
                found[key.removeprefix(prefix)] = Secret(text) if key in self._secret_keys else text
        return found

    def _denied(self, package: str) -> bool:
        text = self._config.get(_DENY, "")
        if package == "pulumi" or not text:
            return False
        try:
            listed = json.loads(text)
        except ValueError as error:
            raise EngineError(f"failed to parse {_DENY}: {error}") from error
        return any(str(each).strip() in ("*", package) for each in listed)


def apply_request(inputs: Properties, request: ProviderRequest) -> None:
    """Note version and download address among a provider's inputs, as the state records them."""
    if request.version:
        registry.mark_internal(inputs)
        inputs["version"] = request.version
    if request.download_url:
        registry.mark_internal(inputs, "pluginDownloadURL", request.download_url)


def site_packages(python: Path) -> list[Path]:
    """Where the interpreter of a virtual environment has its packages."""
    return sorted(python.parent.parent.glob("lib/python*/site-packages"))
