"""Accounts of a test's own, and the assertion that a call is refused by its AWS error code."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.session import Session

from localcloud.aws.client import World
from tests.localcloud.aws.conftest import HOME

#: reading the API models takes most of the time of a client: they are read once
MODELS = Loader()


def client(world: World, account: str | None, service: str, region: str = HOME) -> Any:
    """A boto3 client inside an account (None: the management account)."""
    keys = _keys(world, account)
    core = Session()
    core.register_component("data_loader", MODELS)
    session = boto3.Session(botocore_session=core, region_name=region)
    return session.client(service, endpoint_url=world.endpoint, **keys)


@functools.cache
def _keys(world: World, account: str | None) -> dict[str, str]:
    found = world.session(account, HOME).get_credentials().get_frozen_credentials()
    return {
        "aws_access_key_id": found.access_key,
        "aws_secret_access_key": found.secret_key,
        "aws_session_token": found.token,
    }


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
