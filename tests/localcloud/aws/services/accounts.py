"""Accounts of a test's own, and the assertion that a call is refused by its AWS error code."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud.aws.client import MANAGEMENT_KEY, MEMBER_ROLE, World
from tests.localcloud.aws.conftest import HOME

#: reading the API models takes most of the time of a client: one session reads each of them once
SESSION = boto3.Session(region_name=HOME)


def client(world: World, account: str | None, service: str, region: str = HOME) -> Any:
    """A boto3 client inside an account (None: the management account)."""
    keys = _keys(world, account)
    return SESSION.client(service, region_name=region, endpoint_url=world.endpoint, **keys)


@functools.cache
def _keys(world: World, account: str | None) -> dict[str, str]:
    if account is None:
        return _named(MANAGEMENT_KEY, "localcloud", "localcloud")
    sts = SESSION.client("sts", endpoint_url=world.endpoint, **_keys(world, None))
    role = f"arn:aws:iam::{account}:role/{MEMBER_ROLE}"
    made = sts.assume_role(RoleArn=role, RoleSessionName="services")["Credentials"]
    return _named(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


def _named(key: str, secret: str, token: str) -> dict[str, str]:
    return {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}


def new_account(world: World, name: str) -> str:
    """The id of a new account of the world's organization."""
    answer = (
        world.session()
        .client("organizations")
        .create_account(AccountName=name, Email=f"{name}-{uuid.uuid4().hex[:8]}@example.com")
    )
    account_id: str = answer["CreateAccountStatus"]["AccountId"]
    return account_id


def refused(code: str, call: Callable[..., Any], **params: Any) -> str:
    """Asserts that a call is refused with a code; returns the message."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    assert caught.value.response["Error"]["Code"] == code
    message: str = caught.value.response["Error"]["Message"]
    return message
