"""S3 replication settings, returned as they were put.

moto 5.2.5 answers GetBucketReplication with every filter emptied, delete markers disabled and the source selection
left out, so that a change of any of them could not be seen.
"""

from __future__ import annotations

from typing import Any

from localcloud.aws.calls import Call, Reply, after, operation
from localcloud.aws.services.s3_object_lock import bucket_of


@after("s3", "PutBucketReplication")
def keep(call: Call, _reply: Reply) -> None:
    bucket_of(call.params["Bucket"]).replication_as_put = call.params["ReplicationConfiguration"]


@operation("s3", "GetBucketReplication")
def answer(call: Call) -> dict[str, Any] | Reply:
    bucket = bucket_of(call.params["Bucket"])
    put = getattr(bucket, "replication_as_put", None)
    if not bucket.replication or put is None:
        return call.forward()
    named = zip(put["Rules"], bucket.replication["Rule"], strict=True)
    rules = [{**rule, "ID": stored["ID"], "Priority": rule.get("Priority", 0)} for rule, stored in named]
    return {"ReplicationConfiguration": {**put, "Rules": rules}}
