"""IAM: who may act, for how long, and with how much."""

from tests.policies.cases import decides_anyway, fails, holds, no_matter, waits
from tests.policies.documents import allow, document
from tests.policies.estate import estate
from tests.policies.world import Item, World

GOOD = estate()
EMPTY = World({})
ISSUER = "token.actions.githubusercontent.com"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
WORKLOAD_ROLE = Item(
    "aws:iam/role:Role", "handler", {"id": "handler", "name": "handler", "path": "/payments/"}
)
GRANT = Item(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "handler-administrator",
    {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    {"role": "handler"},
)


def trust(condition: dict[str, object]) -> World:
    statement = allow(
        {"Federated": "arn:aws:iam::1:oidc-provider/x"}, "sts:AssumeRoleWithWebIdentity", Condition=condition
    )
    return GOOD.change("deploy-role", assumeRolePolicy=document(statement))


def pinned(subject: str) -> dict[str, object]:
    return {"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject}}


CASES = [
    *(
        fails(
            "IAM-01",
            f"a {kind}",
            EMPTY.adding(Item(f"aws:iam/{kind[0].lower()}{kind[1:]}:{kind}", "someone")),
            "someone",
            "type",
            kind,
        )
        for kind in ("User", "AccessKey", "UserLoginProfile", "ServiceSpecificCredential")
    ),
    holds("IAM-01", "roles only", GOOD),
    no_matter("IAM-01", "roles only", GOOD),
    decides_anyway("IAM-01", "the type says it all", GOOD),
    holds("IAM-02", "deploy role and the management set", GOOD),
    holds("IAM-02", "deploy role and the management set, before they exist", GOOD, preview=True),
    fails(
        "IAM-02",
        "a policy of everything",
        GOOD.change("read-metrics", policy=document(EVERYTHING)),
        "read-metrics",
        "policy",
        "allows * on *",
    ),
    fails(
        "IAM-02",
        "everything, in lists",
        GOOD.change("read-metrics", policy=document({**EVERYTHING, "Action": ["*"], "Resource": ["*"]})),
        "read-metrics",
        "policy",
        "allows * on *",
    ),
    fails(
        "IAM-02",
        "a workload role as administrator",
        GOOD.adding(WORKLOAD_ROLE, GRANT),
        "handler-administrator",
        "policyArn",
        "AdministratorAccess",
    ),
    fails(
        "IAM-02",
        "a look-alike path",
        GOOD.change("deploy-role", path="/platform/deploy-extra/"),
        "deploy-administrator",
        "policyArn",
        "AdministratorAccess",
    ),
    fails(
        "IAM-02",
        "another set as administrator",
        GOOD.change("administer", name="everyone"),
        "administer-policy",
        "managedPolicyArn",
        "AdministratorAccess",
    ),
    fails(
        "IAM-02",
        "not a policy",
        GOOD.change("read-metrics", policy="[]"),
        "read-metrics",
        "policy",
        "not a JSON object",
    ),
    no_matter("IAM-02", "no grants", EMPTY),
    waits(
        "IAM-02", "a document not known yet", GOOD.unknown("read-metrics", "policy"), "read-metrics", "policy"
    ),
    holds("IAM-06", "repository and environment", GOOD),
    holds("IAM-06", "one branch", trust(pinned("repo:example/payments:ref:refs/heads/main"))),
    holds(
        "IAM-06",
        "pull requests for the plan role",
        trust(pinned("repo:example/payments:pull_request")).change("deploy-role", path="/platform/plan/"),
    ),
    fails(
        "IAM-06",
        "any subject",
        trust({"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}),
        "deploy-role",
        "assumeRolePolicy",
        "does not pin sub",
    ),
    fails(
        "IAM-06",
        "a pattern",
        trust(
            {
                "StringLike": {f"{ISSUER}:sub": "repo:example/payments:*"},
                "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"},
            }
        ),
        "deploy-role",
        "assumeRolePolicy",
        "does not pin sub",
    ),
    fails(
        "IAM-06",
        "a wildcard that equals",
        trust(pinned("repo:example/*:environment:production")),
        "deploy-role",
        "assumeRolePolicy",
        "repo:example/*",
    ),
    fails(
        "IAM-06",
        "any pull request",
        trust(pinned("repo:example/payments:pull_request")),
        "deploy-role",
        "assumeRolePolicy",
        "pull_request",
    ),
    fails(
        "IAM-06",
        "any audience",
        trust({"StringEquals": {f"{ISSUER}:sub": "repo:example/payments:environment:production"}}),
        "deploy-role",
        "assumeRolePolicy",
        "does not pin aud",
    ),
    no_matter("IAM-06", "no role", EMPTY),
    waits(
        "IAM-06",
        "a trust not known yet",
        GOOD.unknown("deploy-role", "assumeRolePolicy"),
        "deploy-role",
        "assumeRolePolicy",
    ),
    holds("IAM-08", "four hours and one", GOOD),
    holds("IAM-08", "four hours and one, before they exist", GOOD, preview=True),
    fails(
        "IAM-08",
        "a working day",
        GOOD.change("develop", sessionDuration="PT8H"),
        "develop",
        "sessionDuration",
        "PT8H",
    ),
    fails(
        "IAM-08",
        "an administrator for four hours",
        GOOD.change("administer", sessionDuration="PT4H"),
        "administer",
        "sessionDuration",
        "PT4H",
    ),
    fails(
        "IAM-08",
        "not a duration",
        GOOD.change("develop", sessionDuration="forever"),
        "develop",
        "sessionDuration",
        "forever",
    ),
    fails(
        "IAM-08",
        "power users without a boundary",
        GOOD.without("develop-boundary"),
        "develop",
        "PermissionsBoundaryAttachment",
        "missing",
    ),
    no_matter("IAM-08", "no permission set", EMPTY),
    waits(
        "IAM-08", "not known yet", GOOD.unknown("develop", "sessionDuration"), "develop", "sessionDuration"
    ),
]
