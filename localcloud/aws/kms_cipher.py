"""Ciphertexts of the emulated KMS: AES-256-GCM under the key's material, with the key's id in front and the encryption
context authenticated. In place of moto 5.2.5's format, which has room for 36 characters of key id, while the id of a
multi-Region key has 40."""

from __future__ import annotations

import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from moto.kms.exceptions import AccessDeniedException, InvalidCiphertextException, NotFoundException

from localcloud.aws.calls import ApiError

_FORMAT = b"\x01LC"


def _join(key_id: str, nonce: bytes, sealed: bytes) -> bytes:
    return _FORMAT + bytes([len(key_id)]) + key_id.encode() + nonce + sealed


def _split(blob: bytes) -> tuple[str, bytes, bytes]:
    if not blob.startswith(_FORMAT) or len(blob) < 4 + blob[3] + 12 + 16:
        raise ValueError("not a ciphertext of this emulator")
    end = 4 + blob[3]
    return blob[4:end].decode(), blob[end : end + 12], blob[end + 12 :]


def key_of(ciphertext: bytes) -> str:
    """Id of the key that made a ciphertext. Raises ValueError for anything else."""
    return _split(ciphertext)[0]


def _context(context: dict[str, str] | None) -> bytes:
    return json.dumps(context or {}, sort_keys=True).encode()


def encrypt(
    master_keys: dict[str, Any], key_id: str, plaintext: bytes, encryption_context: dict[str, str]
) -> bytes:
    """In place of moto's, whose format has room for 36 characters of key id only."""
    if key_id not in master_keys:
        raise NotFoundException(f"keyId {key_id} is not found.")
    if not 1 <= len(plaintext) <= 4096:
        raise ApiError(
            "ValidationException", "Value at 'plaintext' failed: length must be between 1 and 4096"
        )
    nonce = os.urandom(12)
    sealed = AESGCM(master_keys[key_id].key_material).encrypt(nonce, plaintext, _context(encryption_context))
    return _join(key_id, nonce, sealed)


def decrypt(
    master_keys: dict[str, Any], ciphertext_blob: bytes, encryption_context: dict[str, str]
) -> tuple[bytes, str]:
    """Plaintext and id of the key that made it."""
    try:
        key_id, nonce, sealed = _split(ciphertext_blob)
        if key_id not in master_keys:
            raise AccessDeniedException("The ciphertext refers to a key that does not exist in this region.")
        material = master_keys[key_id].key_material
        return AESGCM(material).decrypt(nonce, sealed, _context(encryption_context)), key_id
    except (ValueError, InvalidTag):
        raise InvalidCiphertextException from None
