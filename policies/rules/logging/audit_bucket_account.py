"""LOG-06: audit records are kept in the audit account, apart from what they record and from who rules everything."""

from policies.framework.buckets import audit_buckets
from policies.framework.context import Context
from policies.framework.graph import AccountIdentity, Stack
from policies.framework.resources import Resource
from policies.framework.results import Undecided
from policies.framework.rule import Results, stack_rule
from policies.framework.tokens import ACCOUNT, BUCKET_LOCKS, BUCKETS, ORGANIZATION, TRAIL
from policies.framework.values import UnknownValue, shown

AUDIT = "audit"
"""Value of the tag `data-class` on the account that may hold audit records."""
WORKLOAD_SERVICES = (
    "rds",
    "dynamodb",
    "sfn",
    "apigateway",
    "apigatewayv2",
    "ecs",
    "eks",
    "dsql",
    "elasticache",
)
"""Services that only workloads use; an account in which one of them lives is a workload account."""


@stack_rule("LOG-06", TRAIL, ORGANIZATION, ACCOUNT, *BUCKETS, *BUCKET_LOCKS)
def rule(stack: Stack, _context: Context) -> Results:
    for trail in stack.of_type(TRAIL):
        try:
            bucket = stack.target(trail, "s3BucketName", BUCKETS)
        except UnknownValue as unknown:
            yield trail.undecided(unknown.path)
            continue
        if bucket is None:
            found = shown(trail.known("s3BucketName"))
            yield trail.fails("s3BucketName", found, "a bucket that this stack makes in the audit account")
    for bucket in audit_buckets(stack):
        try:
            yield from _placement(stack, bucket)
        except UnknownValue as unknown:
            yield Undecided(bucket.name, unknown.path, bucket.urn)


def _placement(stack: Stack, bucket: Resource) -> Results:
    expected = "the audit account: an account tagged data-class=audit that runs nothing else"
    home = stack.account_of(bucket)
    if home is None:
        yield bucket.fails("provider.allowedAccountIds", "not set", expected)
        return
    management = stack.management_account()
    if management and stack.same_account(home, management):
        yield bucket.fails("account", "the management account", expected)
        return
    account = stack.account_resource(home)
    data_class = account.tag("data-class") if account else bucket.tag("data-class")
    workload = _workload_in(stack, home)
    if data_class != AUDIT:
        where = account.name if account else bucket.provider.name if bucket.provider else "an account"
        yield bucket.fails("account", f"{where}, tagged data-class={shown(data_class)}", expected)
    elif workload is not None:
        yield bucket.fails("account", f"one that also runs {workload.name} ({workload.type})", expected)
    else:
        yield bucket.passes()


def _workload_in(stack: Stack, home: AccountIdentity) -> Resource | None:
    for resource in stack.resources:
        service = resource.type.split(":")[1].split("/")[0] if resource.type.startswith("aws:") else ""
        if service in WORKLOAD_SERVICES:
            other = stack.account_of(resource)
            if other and stack.same_account(home, other):
                return resource
    return None
