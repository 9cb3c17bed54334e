"""One emulated AWS and one provider for the folder; an organization with an audit account."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud.aws import control
from localcloud.aws.client import World
from localcloud.provider.server import serve
from tests.localcloud.provider.driver import REGION, Driver

ROLE = "arn:aws:iam::{}:role/OrganizationAccountAccessRole"


@dataclass
class Stage:
    """Where the tests play: the world, the provider, its instances and the accounts."""

    world: World
    port: int
    management: Driver
    audit: Driver
    audit_account: str
    organization: str
    root: str
    journal: Path
    _sessions: dict[tuple[bool, str], boto3.Session] = field(default_factory=dict)

    def client(self, service: str, *, audit: bool = True, region: str = REGION) -> Any:
        """boto3 client of somebody else who works in the account."""
        if (audit, region) not in self._sessions:  # a session reads the API models once: that takes the time
            account = self.audit_account if audit else None
            self._sessions[audit, region] = self.world.session(account, region)
        return self._sessions[audit, region].client(service)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Started once; every test uses names of its own."""
    before = os.environ.get("LOCALCLOUD_HOME")
    home = tmp_path_factory.mktemp("localcloud")
    os.environ["LOCALCLOUD_HOME"] = str(home)
    server = None
    try:
        control.start(with_provider=False)
        world = World.current()
        journal = home / "undelivered.json"
        server, port = serve(endpoint=world.endpoint, journal=journal)
        client = world.session().client("organizations")
        organization = client.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        root = client.list_roots()["Roots"][0]["Id"]
        client.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        status = client.create_account(Email="audit@example.com", AccountName="audit")["CreateAccountStatus"]
        account = status["AccountId"]
        management = Driver(port, defaultTags={"tags": {"owner": "platform"}}).configure()
        audit = Driver(
            port,
            defaultTags={"tags": {"owner": "platform"}},
            allowedAccountIds=[account],
            assumeRoles=[{"roleArn": ROLE.format(account)}],
        ).configure()
        yield Stage(world, port, management, audit, account, organization, root, journal)
    finally:
        if server is not None:
            server.stop(0)
        control.stop()
        os.environ.pop("LOCALCLOUD_HOME")
        if before is not None:
            os.environ["LOCALCLOUD_HOME"] = before


_numbers = itertools.count(1)


@pytest.fixture
def unique() -> str:
    """A name part that no other test uses."""
    return f"{os.getpid()}-{next(_numbers)}"
