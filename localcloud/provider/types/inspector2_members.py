"""Inspector: accounts taken in one by one. Source: `aws_inspector2_member_association` of terraform-provider-aws."""

from localcloud.provider.model import Op, ResourceType

MEMBER_ASSOCIATION = ResourceType(
    token="aws:inspector2/memberAssociation:MemberAssociation",
    service="inspector2",
    create=Op("associate_member"),
    read=Op("get_member", answer="member"),
    delete=Op("disassociate_member"),
    id_parts=("accountId",),
    replace=frozenset({"accountId"}),
    volatile=frozenset({"updatedAt"}),
    gone=("AccessDeniedException: is not the delegated administrator",),
)

TYPES = [MEMBER_ASSOCIATION]
