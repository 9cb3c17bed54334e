"""S3 settings of a whole account."""

from localcloud.provider.model import Call, Change, ResourceType
from localcloud.provider.wire import Props

_SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _put(call: Call) -> str:
    account = call.id or call.inputs.get("accountId") or call.account
    wanted = {name: bool(call.inputs.get(name)) for name in _SWITCHES}
    value = call.parameter("put_public_access_block", "PublicAccessBlockConfiguration", wanted)
    call.api("put_public_access_block", AccountId=account, PublicAccessBlockConfiguration=value)
    return str(account)


def _read(call: Call) -> Props:
    return call.properties(
        call.api("get_public_access_block", AccountId=call.id)["PublicAccessBlockConfiguration"]
    )


def _delete(call: Call) -> None:
    call.api("delete_public_access_block", AccountId=call.id)


TYPES = [
    ResourceType(
        "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        "s3control",
        create=_put,
        read=_read,
        delete=_delete,
        changes=(Change(_SWITCHES, _put),),
        id_parts=("accountId",),
        replace=frozenset({"accountId"}),
        defaults=dict.fromkeys(_SWITCHES, False),
        kept=frozenset({"accountId"}),
    )
]
