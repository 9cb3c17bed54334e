"""Assets and archives in their map form (gRPC and checkpoint share it), and their content hashes.

A hash is what makes a changed file a change of the resource: the engine computes it when the program
registers the resource. A URI asset is never fetched: its hash stays as given.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

from localcloud.engine.errors import EngineError
from localcloud.engine.values import (
    ARCHIVE_SIGNATURE,
    ASSET_SIGNATURE,
    SIGNATURE,
    Archive,
    Asset,
    Output,
    Secret,
    Value,
)

_BLOCK = 512  # of a tar
_NAME = 100  # bytes of a name in a tar header, before a prefix is needed


def asset_from_map(raw: dict[str, Any]) -> Asset:
    """The asset in `raw`, the fields beside its signature."""
    return Asset(
        text=_text(raw, "text"),
        path=_text(raw, "path"),
        uri=_text(raw, "uri"),
        sha256=str(raw.get("hash") or ""),
    )


def asset_to_map(asset: Asset) -> dict[str, Any]:
    """The fields of `asset` beside its signature; empty ones are left out."""
    fields: dict[str, Any] = {"hash": asset.sha256, "path": asset.path, "uri": asset.uri}
    named = {key: item for key, item in fields.items() if item}
    if asset.text is not None:
        named["text"] = asset.text
    return named


def archive_from_map(raw: dict[str, Any]) -> Archive:
    """The archive in `raw`, the fields beside its signature."""
    members = raw.get("assets")
    assets = None if members is None else {name: _member_from(item) for name, item in members.items()}
    return Archive(
        assets=assets, path=_text(raw, "path"), uri=_text(raw, "uri"), sha256=str(raw.get("hash") or "")
    )


def archive_to_map(archive: Archive) -> dict[str, Any]:
    """The fields of `archive` beside its signature; members carry their own signatures."""
    fields: dict[str, Any] = {"hash": archive.sha256, "path": archive.path, "uri": archive.uri}
    named = {key: item for key, item in fields.items() if item}
    if archive.assets is not None:
        named["assets"] = {name: _member_to(item) for name, item in archive.assets.items()}
    return named


def with_hashes(value: Value, base: str) -> Value:
    """`value` with the content hash of each asset and archive filled in; paths are relative to `base`."""
    if isinstance(value, dict):
        return {key: with_hashes(item, base) for key, item in value.items()}
    if isinstance(value, list):
        return [with_hashes(item, base) for item in value]
    if isinstance(value, Secret):
        return Secret(with_hashes(value.value, base))
    if isinstance(value, Output):
        return Output(with_hashes(value.value, base), value.known, value.secret, value.dependencies)
    if isinstance(value, Asset):
        return _hashed_asset(value, base)
    if isinstance(value, Archive):
        return _hashed_archive(value, base)
    return value


def _text(raw: dict[str, Any], key: str) -> str | None:
    item = raw.get(key)
    return None if item is None or (item == "" and key != "text") else str(item)


def _member_from(item: Any) -> Asset | Archive:
    if isinstance(item, Asset | Archive):
        return item
    raw = {key: field for key, field in item.items() if key != SIGNATURE}
    return archive_from_map(raw) if item.get(SIGNATURE) == ARCHIVE_SIGNATURE else asset_from_map(raw)


def _member_to(item: Asset | Archive) -> dict[str, Any]:
    if isinstance(item, Archive):
        return {SIGNATURE: ARCHIVE_SIGNATURE, **archive_to_map(item)}
    return {SIGNATURE: ASSET_SIGNATURE, **asset_to_map(item)}


def _hashed_asset(asset: Asset, base: str) -> Asset:
    if asset.sha256:
        return asset
    if asset.text is not None:
        digest = hashlib.sha256(asset.text.encode()).hexdigest()
    elif asset.path is not None:
        digest = _file_digest(os.path.join(base, asset.path))
    else:
        return asset
    return Asset(asset.text, asset.path, asset.uri, digest)


def _hashed_archive(archive: Archive, base: str) -> Archive:
    assets = None
    if archive.assets is not None:
        assets = {
            name: _hashed_archive(item, base) if isinstance(item, Archive) else _hashed_asset(item, base)
            for name, item in archive.assets.items()
        }
    if archive.sha256 or archive.uri is not None:
        return Archive(assets, archive.path, archive.uri, archive.sha256)
    root = os.path.join(base, archive.path or "")
    if assets is None and os.path.isfile(root):
        return Archive(assets, archive.path, archive.uri, _file_digest(root))
    digest = hashlib.sha256()
    for name, content in sorted(_members(Archive(assets, archive.path), base)):
        digest.update(_tar_header(name, len(content)))
        digest.update(content)
        digest.update(bytes(-len(content) % _BLOCK))
    digest.update(bytes(2 * _BLOCK))
    return Archive(assets, archive.path, archive.uri, digest.hexdigest())


def _members(item: Asset | Archive, base: str, name: str = "") -> list[tuple[str, bytes]]:
    """(name, content) of each file of an archive, archives inside it included."""
    if isinstance(item, Asset):
        if item.text is not None:
            return [(name, item.text.encode())]
        return [(name, _content(os.path.join(base, item.path)))] if item.path is not None else []
    if item.assets is not None:
        inside = ((f"{name}/{key}" if name else key, each) for key, each in item.assets.items())
        return [member for key, each in inside for member in _members(each, base, key)]
    root = os.path.join(base, item.path or "")
    if not os.path.isdir(root):
        raise EngineError(f"archive path {item.path} does not exist")
    found = []
    for folder, _, files in os.walk(root):
        for file in files:
            path = os.path.join(folder, file)
            relative = os.path.relpath(path, root).replace(os.sep, "/")
            found.append((f"{name}/{relative}" if name else relative, _content(path)))
    return found


def _tar_header(name: str, size: int) -> bytes:
    """The header block of a file as Go writes it for an archive: mode 0600, no owner, no times.

    The digest of an archive is that of such a tar (sdk/go/common/resource/archive of pulumi/pulumi), so that
    states written here and by the genuine engine agree. Names beyond 255 bytes are cut.
    """
    prefix, encoded = b"", name.encode()
    if len(encoded) > _NAME:
        at = encoded.find(b"/", len(encoded) - _NAME - 1)
        prefix, encoded = encoded[:at], encoded[at + 1 :]
    fields = (
        encoded[:_NAME].ljust(_NAME, b"\0"),
        b"0000600\0" + b"0000000\0" * 2,
        f"{size:011o}\0".encode() + b"00000000000\0",
        b" " * 8,
        b"0" + bytes(100),
        b"ustar\x0000" + bytes(64),
        b"0000000\0" * 2,
        prefix[:155].ljust(155, b"\0"),
        bytes(12),
    )
    header = b"".join(fields)
    return header[:148] + f"{sum(header):06o}\0 ".encode() + header[156:]


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise EngineError(f"asset {path} cannot be read ({error.strerror})") from error


def _file_digest(path: str) -> str:
    return hashlib.sha256(_content(path)).hexdigest()
