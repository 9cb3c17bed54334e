"""How the engine's parts tell each other that something failed. None of these reaches a person as is."""

from __future__ import annotations

from localcloud.engine.values import Properties


class EngineError(Exception):
    """An operation cannot go on; the message is for the person."""


class BailError(EngineError):
    """An operation cannot go on, and why has already been said through the sink."""


class ProviderError(EngineError):
    """A provider refused a call; the message is the provider's."""


class InitFailedError(ProviderError):
    """The object exists, but did not become ready: its state must be kept."""

    def __init__(self, identity: str, properties: Properties, inputs: Properties, reasons: list[str]) -> None:
        self.id = identity
        self.properties = properties
        self.inputs = inputs
        self.reasons = reasons
        listed = "".join(f"\n\t* {reason}" for reason in reasons)
        count = f"{len(reasons)} error" + ("s" if len(reasons) != 1 else "")
        super().__init__(f"resource partially created but read or update failed: {count} occurred:{listed}")


class DiffUnavailableError(ProviderError):
    """A diff cannot be had in this preview, since the provider's own settings are not known yet."""


class ProtectedError(EngineError):
    """A protected resource would be deleted. Stops its own deletion only."""


class ShutdownError(EngineError):
    """The run ended while a call of the program was waiting for it."""


class RegistrationFailedError(EngineError):
    """A registration got no state, though the run goes on: its step failed, or one it needs did."""

    def __init__(self, urn: str, *, skipped: bool) -> None:
        super().__init__(f"registration of {urn} {'was skipped' if skipped else 'failed'}")
        self.urn = urn
        self.skipped = skipped
