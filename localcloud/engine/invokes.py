"""Functions of providers that a program calls."""

from __future__ import annotations

from pulumi.runtime.proto import provider_pb2, resource_pb2

from localcloud.engine import urns, wire
from localcloud.engine.default_providers import DefaultProviders, ProviderRequest
from localcloud.engine.errors import EngineError
from localcloud.engine.run import Run
from localcloud.engine.transforms import Transforms
from localcloud.engine.values import Properties


class Invoker:
    """Calls functions, transforms applied, with the provider that the call names or the default one."""

    def __init__(self, run: Run, defaults: DefaultProviders, transforms: Transforms) -> None:
        self._run = run
        self._defaults = defaults
        self._transforms = transforms

    async def invoke(
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> tuple[Properties | None, list[provider_pb2.CheckFailure]]:
        """The result, None when nothing can be known of it yet, and what the provider refuses."""
        arguments, options = await self._transforms.apply_to_invoke(
            request.tok,
            wire.from_struct(request.args),
            resource_pb2.TransformInvokeOptions(
                provider=request.provider,
                version=request.version,
                plugin_download_url=request.pluginDownloadURL,
                plugin_checksums=request.pluginChecksums,
            ),
        )
        reference = options.provider
        if not reference:
            asked = ProviderRequest(
                urns.package_of(request.tok), options.version, options.plugin_download_url
            )
            reference = await self._defaults.reference(asked, request.tok)
        provider = self._run.registry.get(reference)
        if provider is None:
            raise EngineError(f"unknown provider '{reference}'")
        result, failures = await provider.invoke(request.tok, arguments, self._run.dry_run)
        return result, [
            provider_pb2.CheckFailure(property=each.property, reason=each.reason) for each in failures
        ]
