"""Both stacks' audit, registered once for the whole folder."""

import pytest

from components.audit.central import CentralAudit, CentralAuditArgs
from components.audit.regional import RegionalAudit, RegionalAuditArgs

from .recording import HOME_KEY_ARN, ORGANIZATION_ID, Estate, accounts, record, settings


@pytest.fixture(scope="session")
def home() -> Estate:
    """What prod-primary registers."""
    return record(_build_home)


@pytest.fixture(scope="session")
def standby() -> Estate:
    """What prod-standby registers."""
    return record(_build_standby)


@pytest.fixture(scope="session")
def rehearsal() -> Estate:
    """What a primary stack outside production registers."""
    return record(lambda: _build_home(environment="test", auditLock='{"mode": "GOVERNANCE", "days": 1}'))


def _build_home(**changed: str) -> None:
    of = settings(**changed)
    door = accounts(of)
    regional = RegionalAudit("audit", RegionalAuditArgs(of, door, ORGANIZATION_ID))
    CentralAudit("central-audit", CentralAuditArgs(of, door, regional))


def _build_standby() -> None:
    of = settings("prod-standby")
    RegionalAudit("audit", RegionalAuditArgs(of, accounts(of), ORGANIZATION_ID, HOME_KEY_ARN))
