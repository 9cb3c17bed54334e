"""The state passes the checks with which the Pulumi CLI refuses a state, whatever has happened to the stack.

The rules are those of `VerifyIntegrity` in pulumi/pulumi, `sdk/go/common/snapshot/integrity.go`, which `stack import`
and every operation on a file backend apply. The CLI is not run here. One rule is stricter: a parent's type must be
part of the URN of its child, of which the CLI only warns.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .lab.provider import Fault, LabProvider
from .lab.stack import LAB_PASSPHRASE, Stack

Deployment = dict[str, Any]

ESTATE = """
shared = Lab("shared", region="{region}")
box = Box("box")
a = Thing("a", zone="{zone}", opts=O(parent=box, provider=shared))
b = Thing("b", of=a.arn, pw=pulumi.Output.secret("w0rd"), opts=O(parent=a, provider=shared))
c = Exclusive("c", zone="{zone}", of=b.arn, opts=O(depends_on=[box]))
pulumi.export("arn", c.arn)
"""


def estate(zone: str = "x", region: str = "here") -> str:
    return ESTATE.format(zone=zone, region=region)


def deployment(stack: Stack) -> Deployment:
    """The deployment as the file backend holds it, the form that `stack export` prints."""
    found: Deployment = json.loads(stack.backend.path(stack.ref).read_text())["checkpoint"]["latest"]
    return found


def violations(state: Deployment) -> list[str]:
    """Every reason for which the CLI would refuse the state."""
    manifest = state["manifest"]
    found = [] if manifest["magic"] == hashlib.sha256(manifest["version"].encode()).hexdigest() else ["magic"]
    seen: dict[str, list[bool]] = {}
    providers: set[str] = set()
    for entry in state.get("resources", []):
        urn = entry["urn"]
        if not entry["custom"] and entry.get("id"):
            found.append(f"{urn}: an id without custom")
        if entry["type"].startswith("pulumi:providers:"):
            providers.add(f"{urn}::{entry['id']}")
        if (
            entry.get("provider")
            and entry["provider"] not in providers
            and not entry.get("pendingReplacement")
        ):
            found.append(f"{urn}: unknown provider {entry['provider']}")
        found += [f"{urn}: {other} is missing or comes later" for other in _named(entry) if other not in seen]
        if urn.split("::")[2] != _qualified(entry):
            found.append(f"{urn}: not of its parent {entry.get('parent')}")
        seen.setdefault(urn, []).append(bool(entry.get("delete")))
    found += [f"{urn}: twice" for urn, deleted in seen.items() if deleted.count(False) > 1]
    return found


def _named(entry: dict[str, Any]) -> set[str]:
    properties = (entry.get("propertyDependencies") or {}).values()
    several = [entry.get("dependencies") or [], *(urns or [] for urns in properties)]
    one = [entry[key] for key in ("parent", "deletedWith") if entry.get(key)]
    return {*one, *(urn for urns in several for urn in urns)}


def _qualified(entry: dict[str, Any]) -> str:
    above = entry["parent"].split("::")[2] if entry.get("parent") else "pulumi:pulumi:Stack"
    return entry["type"] if above == "pulumi:pulumi:Stack" else f"{above}${entry['type']}"


def test_after_everything_went_well(stack: Stack) -> None:
    stack.up(estate())
    assert len(deployment(stack)["resources"]) >= 6
    assert violations(deployment(stack)) == []


@pytest.mark.parametrize("fault", ["Create a", "Create b", "Create c"])
def test_after_a_failed_creation(fault: str, stack: Stack, lab: LabProvider) -> None:
    lab.faults[fault] = Fault("no room")
    assert not stack.up(estate()).ok
    assert violations(deployment(stack)) == []


@pytest.mark.parametrize("fault", ["Create a", "Create c", "Delete a", "Delete b", "Delete c", "Update b"])
def test_after_a_replacement_that_stopped_halfway(fault: str, stack: Stack, lab: LabProvider) -> None:
    stack.up(estate())
    lab.faults[fault] = Fault("no room")
    stack.up(estate(zone="y"))
    assert violations(deployment(stack)) == []


@pytest.mark.parametrize("fault", ["", "Create a", "Delete b"])
def test_after_the_replacement_of_a_provider(fault: str, stack: Stack, lab: LabProvider) -> None:
    stack.up(estate())
    lab.faults[fault] = Fault("no room")
    stack.up(estate(region="there"))
    assert violations(deployment(stack)) == []


def test_after_a_refresh_that_found_objects_gone(stack: Stack, lab: LabProvider) -> None:
    stack.up(estate())
    lab.lose("a")
    lab.lose("b")
    stack.refresh()
    assert violations(deployment(stack)) == []


def test_after_a_destruction_that_stopped_halfway(stack: Stack, lab: LabProvider) -> None:
    stack.up(estate())
    lab.faults["Delete a"] = Fault("in use")
    assert not stack.destroy().ok
    assert violations(deployment(stack)) == []


def test_secrets_open_with_the_passphrase_and_the_state_alone(stack: Stack) -> None:
    """Decrypted here from the description of the format: PBKDF2-SHA256, 1,000,000 rounds, AES-256-GCM."""
    stack.up(estate())
    state = deployment(stack)
    assert state["secrets_providers"]["type"] == "passphrase"
    version, salt, check = state["secrets_providers"]["state"]["salt"].split(":", 2)
    assert version == "v1"
    key = hashlib.pbkdf2_hmac("sha256", LAB_PASSPHRASE.encode(), base64.b64decode(salt), 1_000_000, 32)

    def opened(sealed: str) -> str:
        _, nonce, text = sealed.split(":")
        return AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(text), None).decode()

    assert opened(check) == "pulumi"
    (entry,) = (entry for entry in state["resources"] if entry["urn"].endswith("::b"))
    assert opened(entry["inputs"]["pw"]["ciphertext"]) == '"w0rd"'
    assert entry["inputs"]["pw"].keys() == {"4dabf18193072939515e22adb298388d", "ciphertext"}
