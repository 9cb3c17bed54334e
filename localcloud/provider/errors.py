"""Errors of the provider and how an AWS error becomes one that names the resource and a remedy."""

from typing import Any

from botocore import exceptions as botocore_exceptions
from botocore.exceptions import BotoCoreError, ClientError

GONE = ("NotFound", "NoSuch", "NotExist", "DoesNotExist", "NonExistent", "NotRegistered")
"""Fragments of AWS error codes that say "there is no such object"."""

EXISTS = (
    "AlreadyExist",
    "AlreadyOwnedByYou",
    "Duplicate",
    "NameExists",
    "ResourceConflict",
    "AlreadyEnabled",
)
"""Fragments of AWS error codes that say "this object is there already"."""

TRANSIENT = (
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "ConcurrentModification",
    "ConcurrentModificationException",
    "FinalizingOrganizationException",
    "ServiceUnavailable",
    "SlowDown",
)
"""Error codes worth a second attempt: throttling and eventual consistency, nothing else."""

REMEDIES = {
    "BucketAlreadyExists": "Bucket names are global: choose another `bucket`.",
    "BucketAlreadyOwnedByYou": "Import it, or choose another `bucket`.",
    "BucketNotEmpty": "Empty the bucket, or set `forceDestroy` and update before deleting it.",
    "DeleteConflict": "Detach or delete what still refers to it first.",
    "DeleteConflictException": "Detach or delete what still refers to it first.",
    "EntityAlreadyExists": "Import it (`pulumi import`), or choose another name.",
    "MalformedPolicyDocument": "Correct the policy document: every statement needs Effect, Action and, "
    "in a resource policy, Principal.",
    "MalformedPolicyDocumentException": "Correct the policy document.",
    "AWSOrganizationsNotInUseException": "Create the organization (aws:organizations/organization:Organization) "
    "first and depend on it.",
    "AccessDeniedException": "Check the account this provider assumes its role in.",
    "InvalidClientTokenId": "Check the credentials and the assumed role of the provider.",
}
"""What a person can do about an error, by AWS error code."""


_OFFLINE = (botocore_exceptions.HTTPClientError, botocore_exceptions.ConnectionError)


class ProviderError(Exception):
    """A failure to report to the engine as it stands: the text is meant for the user."""


class PartialFailureError(ProviderError):
    """The object exists, but a later step of its creation or update failed.

    `reasons` are shown by the engine; `physical_id` and `state` are what is kept.
    """

    def __init__(self, physical_id: str, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.physical_id = physical_id
        self.reasons = reasons
        self.state: dict[str, Any] = {}


def code_of(error: Exception) -> str:
    """AWS error code of a botocore error, or "" when it has none."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def is_gone(error: Exception, extra: tuple[str, ...] = ()) -> bool:
    """Whether the error says that the object does not exist (`extra`: codes or `code: text` of one type)."""
    return _says(error, GONE, extra)


def already_exists(error: Exception) -> bool:
    """Whether the error says that an object of this name exists already."""
    return _says(error, EXISTS, ())


def _says(error: Exception, fragments: tuple[str, ...], extra: tuple[str, ...]) -> bool:
    code = code_of(error)
    if not code:
        return False
    if any(fragment in code for fragment in fragments):
        return True
    for one in extra:
        wanted, _, text = one.partition(": ")
        if code == wanted and text in str(error):
            return True
    return False


def explain(error: Exception, subject: str) -> str:
    """`subject: OPERATION: CODE: message. remedy`, from whatever went wrong."""
    if isinstance(error, ClientError):
        code = code_of(error)
        message = str(error.response.get("Error", {}).get("Message", "")).rstrip(". ")
        text = f"{subject}: {error.operation_name}: {code}: {message}."
        remedy = REMEDIES.get(code)
        return f"{text} {remedy}" if remedy else text
    if isinstance(error, BotoCoreError):
        text = f"{subject}: {str(error).rstrip('.')}."
        offline = isinstance(error, _OFFLINE)
        return f"{text} Is the emulated AWS running? See `localcloud status`." if offline else text
    return f"{subject}: {error}"
