"""Assets and archives in their map form (gRPC and checkpoint share it), and their content hashes.

A hash is what makes a changed file a change of the resource: the engine computes it when the program
registers the resource. A URI asset is never fetched: its hash stays as given.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

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
    digest = hashlib.sha256()
    for name, content in sorted(_archive_members(Archive(assets, archive.path), base)):
        digest.update(f"{name}\0{content}\0".encode())
    return Archive(assets, archive.path, archive.uri, digest.hexdigest())


def _archive_members(archive: Archive, base: str) -> list[tuple[str, str]]:
    """(name, content digest) of each member, directories walked in sorted order."""
    if archive.assets is not None:
        return [(name, item.sha256) for name, item in archive.assets.items()]
    root = os.path.join(base, archive.path or "")
    if os.path.isfile(root):
        return [("", _file_digest(root))]
    if not os.path.isdir(root):
        raise FileNotFoundError(f"archive path {archive.path} does not exist")
    found = []
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            found.append((os.path.relpath(path, root), _file_digest(path)))
    return found


def _file_digest(path: str) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
