"""Encryption of secret values, as Pulumi's passphrase provider does it.

The key comes from the passphrase and a salt (PBKDF2, SHA-256, 1,000,000 iterations, 32 bytes); a value is
sealed with AES-256-GCM and written `v1:<nonce>:<ciphertext and tag>`, both base64. The salt string carries a
sealed `pulumi` with which a passphrase is recognised: `v1:<salt>:v1:<nonce>:<ciphertext>`. Source of the
format: pulumi/pulumi pkg/secrets/passphrase and sdk/go/common/resource/config/crypt.go.

It does not do cloud key services: locally a stack whose file names one (`secretsprovider: awskms://...`) is
handled with a passphrase, and the file is left as it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from localcloud import home
from localcloud.errors import UserError

_ITERATIONS = 1_000_000
_KEY_BYTES = 32
_SALT_BYTES = 8
_NONCE_BYTES = 12
_CANARY = "pulumi"


class SecretsManager(Protocol):
    """What the engine needs to keep secrets out of the state file."""

    def encrypt(self, plaintext: str) -> str: ...

    def decrypt(self, ciphertext: str) -> str: ...

    def state(self) -> dict[str, Any]:
        """The `secrets_providers` block of a deployment."""
        ...


class WrongPassphraseError(Exception):
    """The passphrase does not open the salt's sealed word."""


class PassphraseSecrets:
    """One salt opened with one passphrase.

    A plaintext that was decrypted or encrypted before gets the same ciphertext again, so that an unchanged
    secret does not change the state file.
    """

    def __init__(self, salt: str, passphrase: str) -> None:
        """`salt` in its written form; raises WrongPassphraseError, or ValueError when it is malformed."""
        version, _, rest = salt.partition(":")
        encoded, _, canary = rest.partition(":")
        if version != "v1" or not canary:
            raise ValueError("the encryption salt is not of the form v1:<salt>:v1:<nonce>:<text>")
        self.salt = salt
        self._ciphertexts: dict[str, str] = {}
        self._key = AESGCM(_derive(passphrase, _decode(encoded)))
        try:
            opened = self.decrypt(canary)
        except InvalidTag as error:
            raise WrongPassphraseError from error
        if opened != _CANARY:
            raise WrongPassphraseError
        self._ciphertexts.clear()

    @classmethod
    def create(cls, passphrase: str) -> PassphraseSecrets:
        """A manager with a new random salt."""
        made = cls.__new__(cls)
        salt = os.urandom(_SALT_BYTES)
        made._key = AESGCM(_derive(passphrase, salt))
        made._ciphertexts = {}
        made.salt = f"v1:{base64.b64encode(salt).decode()}:{made.encrypt(_CANARY)}"
        made._ciphertexts.clear()
        return made

    def encrypt(self, plaintext: str) -> str:
        known = self._ciphertexts.get(plaintext)
        if known is None:
            nonce = os.urandom(_NONCE_BYTES)
            sealed = self._key.encrypt(nonce, plaintext.encode(), None)
            known = f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"
            self._ciphertexts[plaintext] = known
        return known

    def decrypt(self, ciphertext: str) -> str:
        """Raises ValueError when malformed, InvalidTag when sealed with another key."""
        version, _, rest = ciphertext.partition(":")
        nonce, _, sealed = rest.partition(":")
        if version != "v1" or not sealed:
            raise ValueError("a sealed value is not of the form v1:<nonce>:<text>")
        plaintext = self._key.decrypt(_decode(nonce), _decode(sealed), None).decode()
        self._ciphertexts.setdefault(plaintext, ciphertext)
        return plaintext

    def state(self) -> dict[str, Any]:
        return {"type": "passphrase", "state": {"salt": self.salt}}


class _Succession:
    """Seals with `current`, opens what `current` or `earlier` sealed."""

    def __init__(self, current: PassphraseSecrets, earlier: PassphraseSecrets) -> None:
        self._current, self._earlier = current, earlier

    def encrypt(self, plaintext: str) -> str:
        return self._current.encrypt(plaintext)

    def decrypt(self, ciphertext: str) -> str:
        try:
            return self._current.decrypt(ciphertext)
        except InvalidTag:
            return self._earlier.decrypt(ciphertext)

    def state(self) -> dict[str, Any]:
        return self._current.state()


def passphrase() -> tuple[str, str]:
    """The passphrase to use, and where it came from (for messages)."""
    if "PULUMI_CONFIG_PASSPHRASE" in os.environ:
        return os.environ["PULUMI_CONFIG_PASSPHRASE"], "PULUMI_CONFIG_PASSPHRASE"
    named = os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if named:
        try:
            return Path(named).read_text().strip(), f"PULUMI_CONFIG_PASSPHRASE_FILE ({named})"
        except OSError as error:
            raise UserError(
                "PULUMI_CONFIG_PASSPHRASE_FILE",
                f"cannot read {named} ({error.strerror})",
                "Name a readable file",
            ) from error
    return home.local_passphrase(), str(home.passphrase_file())


def open_salt(salt: str, where: str) -> PassphraseSecrets:
    """Opens `salt`, which stands in `where` (a file, for messages). Raises UserError."""
    phrase, source = passphrase()
    try:
        return PassphraseSecrets(salt, phrase)
    except WrongPassphraseError:
        raise UserError(
            where,
            f"incorrect passphrase: the one from {source} does not open its secrets",
            "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, to the"
            " passphrase it was encrypted with; nothing was changed",
        ) from None
    except (ValueError, binascii.Error) as error:
        raise UserError(
            where, f"malformed encryption salt ({error})", "Restore the salt it was written with"
        ) from error


def secrets_for_stack(
    file_salt: str | None, file: str, deployment: dict[str, Any] | None, state: str
) -> SecretsManager:
    """The manager for a stack: the stack file's salt, else the one in its state, else a new one.

    `file` and `state` name where the two stand. A new salt is not written to the stack file: the state keeps
    it. A state that was written with another salt than the file's stays readable; what is saved next is
    sealed anew.
    """
    if not file_salt:
        return secrets_of_state(deployment, state) or PassphraseSecrets.create(passphrase()[0])
    current = open_salt(file_salt, file)
    provider = (deployment or {}).get("secrets_providers") or {}
    if (provider.get("state") or {}).get("salt", file_salt) == file_salt:
        return current
    earlier = secrets_of_state(deployment, state)
    return _Succession(current, earlier) if earlier else current


def secrets_of_state(deployment: dict[str, Any] | None, where: str) -> PassphraseSecrets | None:
    """The manager that the state in `where` was written with; None when it names none."""
    provider = (deployment or {}).get("secrets_providers") or {}
    if not provider.get("type"):
        return None
    if provider["type"] != "passphrase":
        raise UserError(
            where,
            f"its secrets are encrypted by the provider '{provider['type']}', which is not available here",
            "Where it is reachable, run `pulumi stack export --show-secrets`, and import the result here",
        )
    return open_salt(str((provider.get("state") or {}).get("salt", "")), where)


def _derive(phrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", phrase.encode(), salt, _ITERATIONS, _KEY_BYTES)


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
