"""S3: a bucket's notification to EventBridge, which moto 5.2.5 keeps but leaves out when asked for."""

from __future__ import annotations

from localcloud.aws.buckets import find_bucket
from localcloud.aws.calls import Call, Reply, operation

_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
_OPEN = b'<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
_MARK, _END = b"<EventBridgeConfiguration/>", b"</NotificationConfiguration>"


@operation("s3", "GetBucketNotificationConfiguration")
def get_notification(call: Call) -> Reply:
    """moto's answer with the EventBridge element added when it is on."""
    reply = call.forward()
    bucket = find_bucket(call.params["Bucket"])
    settings = bucket.notification_configuration if bucket is not None else None
    if not reply.ok or settings is None or settings.event_bridge is None:
        return reply
    if _END in reply.body:
        return Reply(reply.status, reply.headers, reply.body.replace(_END, _MARK + _END))
    return Reply(reply.status, reply.headers, _HEAD + _OPEN + _MARK + _END)
