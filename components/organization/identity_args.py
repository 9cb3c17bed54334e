"""The identity catalogue turned into the arguments of `IdentityCenter`."""

from collections.abc import Mapping

import pulumi

from components.catalogue.identity import Identity

from .identity_center import AssignmentArgs, IdentityCenterArgs, PermissionSetArgs


def identity_center_args(
    identity: Identity, region: str, account_ids: Mapping[str, pulumi.Input[str]]
) -> IdentityCenterArgs:
    """Arguments for every group, set and assignment of the catalogue."""
    return IdentityCenterArgs(
        region=region,
        groups=identity.groups,
        permission_sets=[
            PermissionSetArgs(
                name=row.key,
                description=row.description,
                session=row.session,
                managed=row.managed,
                boundary=row.boundary,
                allow=row.allow,
                database_users=row.database_users,
            )
            for row in identity.permission_sets.values()
        ],
        assignments=[
            AssignmentArgs(row.group, row.permission_set, row.account) for row in identity.assignments
        ],
        account_ids=account_ids,
    )
