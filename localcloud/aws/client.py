"""How the rest of localcloud talks to the emulated AWS: where it is, and sessions inside its accounts.

`World.current().session("audit", "us-east-2").client("s3")` is a boto3 client inside the audit account. Any other AWS
client gets the same through the environment that `exports` prints.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

import boto3

from localcloud.errors import UserError

MANAGEMENT = "123456789012"
"""The emulator's management account: requests with a key it does not know belong to it."""
DEFAULT_REGION = "us-east-2"
MEMBER_ROLE = "OrganizationAccountAccessRole"
"""The role AWS Organizations creates in every account it makes."""
MANAGEMENT_KEY = "AKIALOCALCLOUDMANAGE"


@dataclass(frozen=True)
class Credentials:
    """Keys that open one account of the emulator and nothing else."""

    access_key: str
    secret_key: str
    token: str


class AccountSession(boto3.Session):  # type: ignore[misc]  # boto3 is untyped
    """A boto3 session whose clients go to the emulated AWS unless told otherwise."""

    def __init__(self, endpoint: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._localcloud_endpoint = endpoint

    def client(self, service_name: str, *arguments: Any, **settings: Any) -> Any:
        settings.setdefault("endpoint_url", endpoint_for(service_name, self._localcloud_endpoint))
        return super().client(service_name, *arguments, **settings)

    def resource(self, service_name: str, *arguments: Any, **settings: Any) -> Any:
        settings.setdefault("endpoint_url", endpoint_for(service_name, self._localcloud_endpoint))
        return super().resource(service_name, *arguments, **settings)


def endpoint_for(service: str, endpoint: str) -> str:
    """The endpoint of one service.

    S3 Control puts the account id before the host name, which is no address of this machine. In
    `http://account@127.0.0.1:PORT` the id lands in the user part of the URL, which no one looks up.
    """
    return endpoint.replace("http://", "http://account@", 1) if service == "s3control" else endpoint


@dataclass(frozen=True)
class World:
    """The running emulated world."""

    endpoint: str

    @classmethod
    def current(cls) -> World:
        """The world of LOCALCLOUD_HOME. Raises UserError when it is not running."""
        from localcloud.aws import control

        endpoint = control.running_endpoint()
        if endpoint is None:
            raise UserError(
                "the emulated AWS", "it is not running", "Start it with `python -m localcloud start`"
            )
        return cls(endpoint)

    def accounts(self) -> dict[str, str]:
        """Name → id of the active accounts, live."""
        from localcloud.aws import control

        return dict(control.status()["accounts"])

    def account_id(self, account: str | None) -> str:
        """The id of an account given by name or id (None: management). Raises UserError for an unknown one."""
        if account is None or account == MANAGEMENT:
            return MANAGEMENT
        known = self.accounts()
        if account in known:
            return known[account]
        if account in known.values():
            return account
        names = ", ".join(f"{name} ({number})" for name, number in known.items())
        raise UserError(f"account {account!r}", "there is no such account", f"Name one of: {names}")

    def session(self, account: str | None = None, region: str | None = None) -> AccountSession:
        """A boto3 session inside an account (name or id; None: management)."""
        keys = self.credentials(account)
        return self._session(keys, region or DEFAULT_REGION)

    def credentials(self, account: str | None) -> Credentials:
        """Keys of an account: the caller's own for management, else by assuming the account's access role."""
        number = self.account_id(account)
        own = Credentials(MANAGEMENT_KEY, "localcloud", "localcloud")
        if number == MANAGEMENT:
            return own
        made = (
            self._session(own, DEFAULT_REGION)
            .client("sts")
            .assume_role(RoleArn=f"arn:aws:iam::{number}:role/{MEMBER_ROLE}", RoleSessionName="localcloud")[
                "Credentials"
            ]
        )
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    def exports(self, account: str, region: str | None) -> str:
        """Lines for a POSIX shell to evaluate."""
        keys = self.credentials(account)
        place = region or DEFAULT_REGION
        variables = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_S3_CONTROL": endpoint_for("s3control", self.endpoint),
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_SESSION_TOKEN": keys.token,
            "AWS_REGION": place,
            "AWS_DEFAULT_REGION": place,
        }
        return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())

    def _session(self, keys: Credentials, region: str) -> AccountSession:
        return AccountSession(
            self.endpoint,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.token,
            region_name=region,
        )


def session(account: str | None = None, region: str | None = None) -> AccountSession:
    """`World.current().session(...)`."""
    return World.current().session(account, region)
