"""Secrets are sealed and opened as Pulumi's passphrase provider does it."""

from pathlib import Path

import pytest

from localcloud.engine import secrets
from localcloud.engine.secrets import PassphraseSecrets, WrongPassphraseError, open_salt, secrets_for_stack
from localcloud.errors import UserError

# Written by the genuine CLI 3.260.0 with the passphrase `conformance`.
GENUINE_SALT = "v1:QJ/MUnss90I=:v1:UUnJLoXuqKG1wyti:yPI4Eio+cMFmpqiLi+4p+fi9fpAOQA=="
GENUINE_SECRET = "v1:Yrqc9THPZmgte8Ia:dLFXZjQa/lF4K7wUR0F6CmUdCkxcKQwnGy11WnuG"


@pytest.fixture(scope="module")
def genuine() -> PassphraseSecrets:
    return PassphraseSecrets(GENUINE_SALT, "conformance")


def test_opens_what_the_genuine_cli_sealed(genuine: PassphraseSecrets) -> None:
    assert genuine.decrypt(GENUINE_SECRET) == "hunter2-s3cr3t"


def test_an_unchanged_secret_keeps_its_ciphertext(genuine: PassphraseSecrets) -> None:
    assert genuine.encrypt(genuine.decrypt(GENUINE_SECRET)) == GENUINE_SECRET


def test_names_itself_in_the_state_as_the_genuine_cli_does(genuine: PassphraseSecrets) -> None:
    assert genuine.state() == {"type": "passphrase", "state": {"salt": GENUINE_SALT}}


def test_a_new_salt_is_opened_by_its_passphrase_alone() -> None:
    made = PassphraseSecrets.create("right")
    sealed = made.encrypt("ünïcode")
    assert PassphraseSecrets(made.salt, "right").decrypt(sealed) == "ünïcode"
    with pytest.raises(WrongPassphraseError):
        PassphraseSecrets(made.salt, "wrong")


def test_a_wrong_passphrase_names_the_file_and_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    with pytest.raises(UserError, match=r"Pulumi\.dev\.yaml: incorrect passphrase.*PULUMI_CONFIG_PASSPHRASE"):
        open_salt(GENUINE_SALT, "Pulumi.dev.yaml")


@pytest.mark.parametrize("salt", ["", "v2:a:b", "v1:!!:v1:x:y", "v1:QJ/MUnss90I="])
def test_a_malformed_salt_is_told_from_a_wrong_passphrase(salt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "any")
    with pytest.raises(UserError, match="malformed encryption salt"):
        open_salt(salt, "Pulumi.dev.yaml")


def test_the_passphrase_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "phrase").write_text("conformance\n")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "phrase"))
    assert secrets.passphrase()[0] == "conformance"


def test_without_a_passphrase_one_is_made_and_kept_for_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path))
    made = secrets.passphrase()[0]
    assert len(made) > 20
    assert secrets.passphrase()[0] == made
    assert (tmp_path / "passphrase").stat().st_mode & 0o777 == 0o600


class TestWhichSalt:
    """Stack file first, then the state, then a new one."""

    @pytest.fixture(autouse=True)
    def _passphrase(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "conformance")

    def test_of_the_state_when_the_file_has_none(self) -> None:
        state = {"secrets_providers": {"type": "passphrase", "state": {"salt": GENUINE_SALT}}}
        assert secrets_for_stack(None, "f", state, "s").decrypt(GENUINE_SECRET) == "hunter2-s3cr3t"

    def test_a_new_one_when_there_is_none(self) -> None:
        manager = secrets_for_stack(None, "f", {}, "s")
        assert manager.state()["state"]["salt"] != GENUINE_SALT

    def test_a_state_sealed_with_another_salt_stays_readable_and_is_sealed_anew(self) -> None:
        newer = PassphraseSecrets.create("conformance")
        state = {"secrets_providers": {"type": "passphrase", "state": {"salt": GENUINE_SALT}}}
        manager = secrets_for_stack(newer.salt, "f", state, "s")
        assert manager.decrypt(GENUINE_SECRET) == "hunter2-s3cr3t"
        assert newer.decrypt(manager.encrypt("hunter2-s3cr3t")) == "hunter2-s3cr3t"

    def test_a_state_of_a_cloud_key_service_is_refused_by_name(self) -> None:
        with pytest.raises(UserError, match=r"encrypted by the provider 'cloud'.*--show-secrets"):
            secrets_for_stack(None, "f", {"secrets_providers": {"type": "cloud", "state": {}}}, "s")
