"""ORG-06: security services are administered from a member account; the management account administers none."""

from policies.framework.context import Context
from policies.framework.graph import AccountIdentity, Stack
from policies.framework.resources import Resource
from policies.framework.results import Fail, Result
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ACCOUNT, DELEGATED_ADMINISTRATOR, ORGANIZATION, SERVICE_ADMINISTRATORS
from policies.framework.values import UNKNOWN, UnknownValue

SERVICES = {
    "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount": "guardduty.amazonaws.com",
    "aws:macie2/organizationAdminAccount:OrganizationAdminAccount": "macie.amazonaws.com",
    "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount": "securityhub.amazonaws.com",
    "aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount": "inspector2.amazonaws.com",
    "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount": "cloudtrail.amazonaws.com",
}


@stack_rule("ORG-06", ORGANIZATION, ACCOUNT, *SERVICE_ADMINISTRATORS)
def rule(stack: Stack, context: Context) -> Results:
    management = stack.management_account()
    administered = set()
    for appointment in stack.of_type(*SERVICE_ADMINISTRATORS):
        administered.add(_service(appointment))
        if management is not None:
            yield _is_member(stack, appointment, management)
    for organization in stack.of_type(ORGANIZATION):
        for service in context.settings.names("securityServices"):
            if service not in administered:
                expected = "an administrator in the security account"
                yield Fail(
                    organization.name, service, "no delegated administrator", expected, organization.urn
                )


def _service(appointment: Resource) -> str:
    if appointment.type == DELEGATED_ADMINISTRATOR:
        return str(appointment.known("servicePrincipal"))
    return SERVICES[appointment.type]


def _is_member(stack: Stack, appointment: Resource, management: AccountIdentity) -> Result:
    path = SERVICE_ADMINISTRATORS[appointment.type]
    account = appointment.known(path)
    if account is UNKNOWN:
        # unknown: an account that this update makes, which management never is; anything else stays open
        try:
            made = stack.target(appointment, path, (ACCOUNT,))
        except UnknownValue:
            made = None
        return appointment.passes() if made else appointment.undecided(path)
    if management.id is not None and account == management.id:
        return appointment.fails(path, f"{account}, the management account", "the security account")
    return appointment.passes()
