"""Sessions inside the emulated accounts: endpoint, assumed roles, cached boto3 clients.

One `Instance` is one configured provider: an account, a Region, default tags. Credentials start from the
emulator's test credentials, which belong to the management account, and follow the chain of roles. There
is no way from here to the real AWS: without an endpoint nothing is called.
"""

import functools
import threading
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.provider.attempt import watch
from localcloud.provider.errors import TRANSIENT, ProviderError, code_of

_ATTEMPTS = 6
_CLIENTS = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=120,
    max_pool_connections=64,
    user_agent_extra="localcloud-provider",
    s3={"addressing_style": "path"},
)
_BUILD_LOCK = threading.RLock()  # botocore's loaders are not safe to share while they build a client
_loader = botocore.session.Session()


@dataclass(frozen=True)
class Credentials:
    """An access key triple of the emulator."""

    key: str = "test"
    secret: str = "test"  # noqa: S105 the emulator's public test credential
    token: str | None = None


@dataclass(frozen=True)
class Role:
    """One link of the assume-role chain."""

    arn: str
    session_name: str = "localcloud"
    external_id: str | None = None
    duration_seconds: int = 3600


class Gateway:
    """The emulated AWS behind one endpoint: clients and assumed credentials, each made once."""

    def __init__(self, endpoint: str) -> None:
        host = urllib.parse.urlparse(endpoint).hostname or ""
        if not host:
            raise ProviderError(
                f"the endpoint {endpoint!r} is not a URL. Give the address of the emulated AWS, e.g. http://127.0.0.1:4566"
            )
        if host.endswith(("amazonaws.com", "amazonaws.com.cn", "api.aws")):
            raise ProviderError(
                f"the endpoint {endpoint!r} is the real AWS. This provider only works against the emulated one"
            )
        self.endpoint = endpoint
        self._clients: dict[tuple[str, str, Credentials], Any] = {}
        self._assumed: dict[tuple[Role, Credentials], Credentials] = {}

    def client(self, service: str, region: str, credentials: Credentials) -> Any:
        """boto3 client for a service, cached."""
        key = (service, region, credentials)
        found = self._clients.get(key)
        if found is None:
            with _BUILD_LOCK:
                found = self._clients.get(key) or self._build(service, region, credentials)
                self._clients[key] = found
        return found

    def _build(self, service: str, region: str, credentials: Credentials) -> Any:
        session = boto3.session.Session(
            aws_access_key_id=credentials.key,
            aws_secret_access_key=credentials.secret,
            aws_session_token=credentials.token,
            region_name=region,
            botocore_session=_private_session(),
        )
        client = session.client(service, endpoint_url=self.endpoint, config=_CLIENTS)
        client.meta.events.register("request-created", self._stay_on_endpoint)
        watch(client.meta.events)
        return client

    def _stay_on_endpoint(self, request: Any, **_: Any) -> None:
        """Undo host prefixes (`123456789012.host`, `sync-host`): the loopback name has no wildcard."""
        wanted = urllib.parse.urlparse(self.endpoint)
        actual = urllib.parse.urlparse(request.url)
        if actual.netloc != wanted.netloc:
            request.url = actual._replace(scheme=wanted.scheme, netloc=wanted.netloc).geturl()

    def assume(self, roles: Sequence[Role], region: str) -> Credentials:
        """Credentials at the end of a chain of roles."""
        credentials = Credentials()
        for number, role in enumerate(roles, 1):
            known = self._assumed.get((role, credentials))
            if known is None:
                known = self._assume_one(role, credentials, region, f"{number} of {len(roles)}")
                self._assumed[(role, credentials)] = known
            credentials = known
        return credentials

    def forget(self) -> None:
        """Drop the assumed credentials: an emulator that began anew at the same address knows none of them."""
        self._assumed.clear()

    def _assume_one(self, role: Role, credentials: Credentials, region: str, which: str) -> Credentials:
        try:
            answer = self.client("sts", region, credentials).assume_role(
                RoleArn=role.arn,
                RoleSessionName=role.session_name,
                DurationSeconds=role.duration_seconds,
                **({"ExternalId": role.external_id} if role.external_id else {}),
            )["Credentials"]
        except (ClientError, BotoCoreError) as error:
            raise ProviderError(
                f"cannot assume IAM Role ({role.arn}) in assume role {which}: {error}. "
                "Check that the account exists and that the role trusts the caller"
            ) from error
        return Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])


@functools.cache
def gateway(endpoint: str) -> Gateway:
    """The gateway of an endpoint; clients are shared by all provider instances."""
    return Gateway(endpoint)


@dataclass(frozen=True)
class Instance:
    """A configured provider."""

    gateway: Gateway
    region: str
    account: str
    credentials: Credentials
    default_tags: Mapping[str, str] = field(default_factory=dict)
    ignored_tags: frozenset[str] = frozenset()
    ignored_prefixes: tuple[str, ...] = ()
    caller_arn: str = ""
    caller_id: str = ""

    def client(self, service: str, region: str) -> Any:
        """boto3 client inside this provider's account."""
        return self.gateway.client(service, region, self.credentials)

    def call(self, client: Any, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """One API call; None parameters left out, throttling and eventual consistency tried again."""
        given = {name: value for name, value in params.items() if value is not None}
        for attempt in range(_ATTEMPTS):
            try:
                return dict(getattr(client, operation)(**given))
            except ClientError as error:
                if code_of(error) not in TRANSIENT or attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(0.1 * 2**attempt)
        raise AssertionError("the loop returns or raises")

    def input_shape(self, service: str, operation: str) -> Mapping[str, Any]:
        """Parameters of an operation by name, from botocore's model."""
        return input_shape(service, operation)


@functools.cache
def _model(service: str) -> Any:
    with _BUILD_LOCK:
        model = _loader.get_service_model(service)
        return {botocore.xform_name(name): model.operation_model(name) for name in model.operation_names}


def input_shape(service: str, operation: str) -> Mapping[str, Any]:
    """Parameters of an operation by name, from botocore's model."""
    shape = _model(service)[operation].input_shape
    return shape.members if shape is not None else {}


def _private_session() -> Any:
    """A botocore session that reads neither the environment's credentials nor ~/.aws."""
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    session.set_config_variable("config_file", "/dev/null")
    session.set_config_variable("credentials_file", "/dev/null")
    # One loader for all: it keeps the parsed service models, which are large (a client of EC2 alone holds 100 MB).
    session.register_component("data_loader", _loader.get_component("data_loader"))
    return session
