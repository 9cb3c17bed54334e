"""Reading S3 settings that may not be there."""

from botocore.exceptions import ClientError

from localcloud.provider.errors import code_of, is_gone
from localcloud.provider.model import Call
from localcloud.provider.wire import Props


def answer_of(call: Call, operation: str) -> Props:
    """A bucket setting, {} when the bucket has none. A missing bucket is still an error."""
    try:
        answer: Props = call.api(operation, Bucket=call.id)
    except ClientError as error:
        if code_of(error) != "NoSuchBucket" and is_gone(error):
            return {}
        raise
    return answer
