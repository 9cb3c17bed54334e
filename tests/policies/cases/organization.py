"""ORG: guardrails, accounts and who administers what."""

from tests.policies.cases import fails, holds, no_matter, waits
from tests.policies.documents import DEPLOY, deny, document
from tests.policies.estate import estate, guardrail
from tests.policies.world import Item, World

GOOD = estate()
EMPTY = World({})
ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"
TRAIL = "cloudtrail:StopLogging"


def exempting(action: str, *who: str, key: str = "aws:PrincipalArn") -> World:
    content = document(deny(action, Condition={"ArnNotLike": {key: list(who)}}))
    return GOOD.adding(*guardrail("more", content, "organization"))


def many(count: int) -> World:
    return GOOD.adding(
        *(
            item
            for n in range(count)
            for item in guardrail(f"extra-{n}", document(deny("a:b")), "organization")
        )
    )


WIDE = GOOD.change(
    "org-integrity", content=document(deny("organizations:LeaveOrganization", Sid="x" * 11000))
)
THIRD_REGION = {"StringNotEquals": {"aws:RequestedRegion": ["us-east-2", "us-west-2", "eu-west-1"]}}
REGIONS = GOOD.change(
    "region-deny",
    content=document({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": THIRD_REGION}),
)
NARROW = GOOD.change(
    "org-integrity", content=document(deny("organizations:LeaveOrganization", Resource="arn:aws:x"))
)

CASES = [
    holds("ORG-01", "within quotas", GOOD),
    holds("ORG-01", "nine of ours and one of AWS at the root", many(4)),
    fails("ORG-01", "an eleventh at the root", many(5), "extra-4-at-organization", "targetId", "11 policies"),
    fails("ORG-01", "too large", WIDE, "org-integrity", "content", "characters"),
    fails(
        "ORG-01",
        "an RCP of SCP size",
        GOOD.adding(
            *guardrail(
                "rcp", document(deny("s3:*", Sid="y" * 6000)), "organization", kind="RESOURCE_CONTROL_POLICY"
            )
        ),
        "rcp",
        "content",
        "characters",
    ),
    no_matter("ORG-01", "no policies", EMPTY),
    waits(
        "ORG-01", "a document not known yet", GOOD.unknown("audit-trail", "content"), "audit-trail", "content"
    ),
    waits(
        "ORG-01",
        "a node not known yet",
        GOOD.unknown("audit-trail-at-organization", "targetId"),
        "audit-trail-at-organization",
        "targetId",
    ),
    holds("ORG-02", "by path", GOOD),
    fails(
        "ORG-02",
        "a name anyone can take",
        exempting("ec2:RunInstances", "arn:aws:iam::*:role/Deploy*"),
        "more",
        "content",
        "role/Deploy*",
    ),
    fails(
        "ORG-02",
        "a longer path",
        exempting("ec2:RunInstances", "arn:aws:iam::*:role/platform/*"),
        "more",
        "content",
        "role/platform/*",
    ),
    fails(
        "ORG-02",
        "by tag",
        exempting("ec2:RunInstances", "x", key="aws:PrincipalTag/team"),
        "more",
        "content",
        "aws:principaltag/team",
    ),
    fails("ORG-02", "the deploy role may stop the trail", exempting(TRAIL, DEPLOY), "more", "content", TRAIL),
    no_matter("ORG-02", "a tag policy", EMPTY.adding(*guardrail("tags", "{}", kind="TAG_POLICY"))),
    waits(
        "ORG-02", "a document not known yet", GOOD.unknown("audit-trail", "content"), "audit-trail", "content"
    ),
    holds("ORG-03", "all attached", GOOD),
    holds("ORG-03", "all attached, before they exist", GOOD, preview=True),
    holds(
        "ORG-03",
        "at every unit below the root instead",
        GOOD.without("root-user-at-organization").adding(
            *(
                Item(ATTACHMENT, f"r-{n}", refs={"policyId": "root-user", "targetId": n})
                for n in ("security-unit", "workloads-unit")
            )
        ),
    ),
    fails(
        "ORG-03",
        "detached",
        GOOD.without("audit-trail-at-organization"),
        "audit-trail",
        "PolicyAttachment",
        "missing",
    ),
    fails(
        "ORG-03",
        "attached at one unit",
        GOOD.option("region-deny-at-organization", refs={"policyId": "region-deny", "targetId": "prod-unit"}),
        "region-deny",
        "PolicyAttachment",
        "do not reach all",
    ),
    fails(
        "ORG-03",
        "removed",
        GOOD.without("root-user", "root-user-at-organization"),
        "organization",
        "guardrail",
        "use of the root user",
    ),
    fails(
        "ORG-03",
        "an action dropped",
        GOOD.change("audit-trail", content=document(deny("cloudtrail:DeleteTrail"))),
        "organization",
        "guardrail",
        "stopping or thinning the trail",
    ),
    fails("ORG-03", "bound to one resource", NARROW, "organization", "guardrail", "leaving the organization"),
    fails(
        "ORG-03",
        "the audit unit left out",
        GOOD.option(
            "audit-bucket-at-security-unit", refs={"policyId": "audit-bucket", "targetId": "prod-unit"}
        ),
        "audit-bucket",
        "PolicyAttachment",
        "do not reach all",
    ),
    no_matter("ORG-03", "no organization", EMPTY),
    waits(
        "ORG-03",
        "a node not known yet",
        GOOD.unknown("root-user-at-organization", "targetId"),
        "root-user",
        "PolicyAttachment.targetId",
    ),
    holds("ORG-04", "the two Regions", GOOD),
    fails("ORG-04", "a third Region", REGIONS, "region-deny", "content", "eu-west-1"),
    fails(
        "ORG-04",
        "a provider elsewhere",
        GOOD.change("payments", region="eu-west-1"),
        "payments",
        "region",
        "eu-west-1",
    ),
    no_matter("ORG-04", "no provider", EMPTY),
    waits("ORG-04", "a Region not known yet", GOOD.unknown("payments", "region"), "payments", "region"),
    holds("ORG-05", "tagged and apart", GOOD),
    fails(
        "ORG-05",
        "no scope",
        GOOD.change("payments-account", tags={"owner": "a", "data-class": "b"}),
        "payments-account",
        "tags.pci-scope",
        "not set",
    ),
    fails(
        "ORG-05",
        "production among the rest",
        GOOD.option("payments-account", refs={"parentId": "nonprod-unit"}),
        "payments-account",
        "parentId",
        "NonProd for env=prod",
    ),
    no_matter("ORG-05", "no account", EMPTY),
    waits(
        "ORG-05",
        "tags not known yet",
        GOOD.unknown("payments-account", "tags"),
        "payments-account",
        "tags.owner",
    ),
    holds("ORG-06", "the security account", GOOD),
    holds("ORG-06", "the security account, before it exists", GOOD, preview=True),
    fails(
        "ORG-06",
        "the management account",
        GOOD.change("guardduty-admin", adminAccountId="123456789012"),
        "guardduty-admin",
        "adminAccountId",
        "the management account",
    ),
    fails(
        "ORG-06",
        "nobody",
        GOOD.without("macie-admin"),
        "organization",
        "macie.amazonaws.com",
        "no delegated administrator",
    ),
    no_matter("ORG-06", "no organization", EMPTY),
    waits(
        "ORG-06",
        "an account of unknown origin",
        GOOD.unknown("guardduty-admin", "adminAccountId"),
        "guardduty-admin",
        "adminAccountId",
    ),
]
