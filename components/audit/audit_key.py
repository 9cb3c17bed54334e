"""Who may use the audit key: the CMK under which every log of the organization is stored. Creates no resource."""

from collections.abc import Sequence

from components.keys.key_policy import ENCRYPT, ENCRYPT_AND_DECRYPT, KeyUse, key_policy


def audit_key_policy(
    account_id: str,
    region: str,
    organization_id: str,
    security_account_id: str,
    trail_arn: str,
    management_account_id: str,
) -> str:
    """Policy of the audit key, primary or replica, in one Region.

    The log services may encrypt, each for its own source alone. Only principals of the audit account may decrypt, and
    only through S3, so a copied ciphertext is useless elsewhere.
    """
    return key_policy(
        account_id,
        [
            *_trail(trail_arn, management_account_id),
            KeyUse(
                "ConfigEncrypts",
                {"Service": "config.amazonaws.com"},
                ("kms:Decrypt", "kms:GenerateDataKey"),
                {"StringEquals": {"aws:SourceOrgID": organization_id}},
            ),
            _findings_encrypt(
                "GuardDutyEncrypts",
                "guardduty.amazonaws.com",
                security_account_id,
                [f"arn:aws:guardduty:{region}:{security_account_id}:detector/*"],
            ),
            _findings_encrypt(
                "MacieEncrypts",
                "macie.amazonaws.com",
                security_account_id,
                [
                    f"arn:aws:macie2:{region}:{security_account_id}:classification-job/*",
                    f"arn:aws:macie2:{region}:{security_account_id}:export-configuration:*",
                ],
            ),
            KeyUse(
                "ReadersAndReplicationThroughS3",
                {"AWS": f"arn:aws:iam::{account_id}:root"},
                ENCRYPT_AND_DECRYPT,
                {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
            ),
        ],
    )


def _trail(trail_arn: str, management_account_id: str) -> list[KeyUse]:
    """The trail encrypts what it delivers, and decrypts the bucket key to learn at creation that it may."""
    service = {"Service": "cloudtrail.amazonaws.com"}
    organization_trails = f"arn:aws:cloudtrail:*:{management_account_id}:trail/*"
    return [
        KeyUse(
            "TrailEncrypts",
            service,
            ("kms:GenerateDataKey*",),
            {
                "StringEquals": {"aws:SourceArn": trail_arn},
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": organization_trails},
            },
        ),
        KeyUse(
            "TrailChecksKey",
            service,
            ("kms:Decrypt", "kms:DescribeKey"),
            {"StringEquals": {"aws:SourceArn": trail_arn}},
        ),
    ]


def _findings_encrypt(sid: str, service: str, account_id: str, source_arns: Sequence[str]) -> KeyUse:
    return KeyUse(
        sid,
        {"Service": service},
        ENCRYPT,
        {
            "ArnLike": {"aws:SourceArn": list(source_arns)},
            "StringEquals": {"aws:SourceAccount": account_id},
        },
    )
