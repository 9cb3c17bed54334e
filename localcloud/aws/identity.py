"""Whose call is it: access key → account and principal ARN.

moto looks an access key up by walking every account and every AWS partition on each request; here the answer is
remembered, since a key never moves to another account.
"""

from __future__ import annotations

import threading

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam import models as iam

from localcloud.aws.patching import replace

_accounts: dict[str, str] = {}
_principals: dict[tuple[str, str], str] = {}
_lock = threading.Lock()


SERVICE_KEY_PREFIX = "LCKA"
"""Keys that the emulated services themselves use: this, the account's 12 digits, four zeros (20 characters)."""


def service_key(account: str) -> str:
    """The access key with which the emulated AWS acts in an account on its own behalf."""
    return f"{SERVICE_KEY_PREFIX}{account}0000"


def account_of(access_key: str) -> str:
    """Account of an access key; unknown keys belong to the management account, as in moto."""
    if access_key.startswith(SERVICE_KEY_PREFIX):
        return access_key[4:16]
    known = _accounts.get(access_key)
    if known:
        return known
    for account_id, account in list(iam.iam_backends.items()):
        if "aws" in dict.keys(account) and access_key in account["aws"].access_keys:
            with _lock:
                _accounts[access_key] = account_id
            return account_id
    return str(DEFAULT_ACCOUNT_ID)


def principal_arn(account: str, access_key: str) -> str:
    """ARN of the role session or user that owns the key (the account's root for an unknown key)."""
    if access_key.startswith(SERVICE_KEY_PREFIX):
        return f"arn:aws:sts::{account}:assumed-role/AWSServiceRole/emulator"
    known = _principals.get((account, access_key))
    if known:
        return known
    from moto.sts.models import sts_backends

    root = f"arn:aws:iam::{account}:root"
    role = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
    if role is not None:
        arn = str(role.arn)
    else:
        key = iam.iam_backends[account]["aws"].access_keys.get(access_key)
        user = getattr(key, "user_name", None)
        arn = f"arn:aws:iam::{account}:user/{user}" if user else root
    if arn != root:
        with _lock:
            _principals[(account, access_key)] = arn
    return arn


def role_credentials(role: str, region: str, session: str) -> tuple[str, str, str]:
    """Access key, secret and token of a role session, as the service that runs under the role obtains them."""
    from moto.sts.models import sts_backends

    account = role.split(":")[4]
    assumed = sts_backends[account]["aws"].assume_role(
        region_name=region,
        role_session_name=session,
        role_arn=role,
        policy="",
        duration=43_200,
        external_id="",
    )
    return assumed.access_key_id, assumed.secret_access_key, assumed.session_token


def install() -> None:
    """Make moto itself use the remembered lookup."""
    replace(iam, get_account_id_from=account_of)  # moto's responses import it at each call
