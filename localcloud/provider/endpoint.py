"""Where the emulated AWS is: an explicit address, `AWS_ENDPOINT_URL`, or the running world."""

import os

from localcloud.errors import UserError
from localcloud.provider.errors import ProviderError


def find(explicit: str | None = None) -> str:
    """Base URL of the emulated AWS. Raises ProviderError when none is known."""
    found = explicit or os.environ.get("AWS_ENDPOINT_URL") or _of_world()
    if not found:
        raise ProviderError(
            "no emulated AWS is running. Start it with `python -m localcloud start`, "
            "or set AWS_ENDPOINT_URL to the address of one"
        )
    return found.rstrip("/")


def _of_world() -> str | None:
    from localcloud.aws.client import World  # late: the provider also runs without the emulator's package

    try:
        return World.current().endpoint
    except UserError:
        return None
