"""What every account has once, whatever runs in it."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

MINIMUM_PASSWORD_LENGTH = 14
PASSWORDS_REMEMBERED = 24
PASSWORD_DAYS = 90


@dataclass(frozen=True)
class AccountBaselineArgs:
    """One account."""

    account_id: pulumi.Input[str]
    """12 digits."""


class AccountBaseline(pulumi.ComponentResource):
    """Owns the account-wide settings: no public S3, and a strict password policy although no IAM user exists.

    The password policy is a backstop (PCI DSS 8.3.6, 8.3.7, 8.3.9): people sign in through Identity Center. Settings
    per Region are `RegionBaseline`.
    """

    def __init__(
        self, name: str, args: AccountBaselineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("payments:index:AccountBaseline", name, None, opts)
        aws.s3.AccountPublicAccessBlock(
            f"{name}-s3-public-access",
            account_id=args.account_id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.iam.AccountPasswordPolicy(
            f"{name}-passwords",
            minimum_password_length=MINIMUM_PASSWORD_LENGTH,
            require_lowercase_characters=True,
            require_uppercase_characters=True,
            require_numbers=True,
            require_symbols=True,
            allow_users_to_change_password=True,
            max_password_age=PASSWORD_DAYS,
            password_reuse_prevention=PASSWORDS_REMEMBERED,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
