"""Identity Center's instance, with the identity store id in AWS's form.

moto 5.2.5 (`moto/ssoadmin/models.py`, `Instance`) draws the id from all letters; the API model of `identitystore`
accepts ``d-`` and ten hexadecimal digits, so every call that named the store was refused.
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random
from moto.ssoadmin.models import Instance


def install() -> None:
    """Draw the identity store id from hexadecimal digits."""
    original = Instance.__init__

    def with_store_id(self: Any, account_id: str, region: str) -> None:
        original(self, account_id, region)
        self.identity_store_id = f"d-{mock_random.get_random_hex(10)}"

    Instance.__init__ = with_store_id  # type: ignore[method-assign]  # the patch is the point
