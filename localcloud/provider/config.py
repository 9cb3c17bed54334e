"""Provider configuration: from flat strings to a configured `Instance`.

Pulumi hands every setting over as a string; nested ones are JSON inside it, under camelCase names. Unknown
settings are refused, `skip*` and network settings are accepted without effect, and an account outside
`allowedAccountIds` fails closed.
"""

import json
import os
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pulumi_aws import provider as sdk_provider

from localcloud.provider.errors import ProviderError, explain
from localcloud.provider.sdk import Block, Scalar
from localcloud.provider.sessions import Instance, Role, gateway
from localcloud.provider.validation import Problem, check_block
from localcloud.provider.wire import UNKNOWN, Props, has_unknown

_BLOCK = Block(sdk_provider.ProviderArgs, True)
_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL", "__internal"})


def parse(settings: Props) -> Props:
    """Settings with their JSON decoded. A value that is not JSON stays a string."""
    result = {}
    for name, value in settings.items():
        if name in _OF_THE_ENGINE or value is None:
            continue
        kind = _BLOCK.properties.get(name)
        is_text = isinstance(kind, Scalar) and kind.python is str
        result[name] = _decoded(value) if isinstance(value, str) and not is_text else value
    return result


def check(settings: Props) -> list[Problem]:
    """What is wrong with the settings: unknown names (nested too), wrong types."""
    values = parse(settings)
    _, problems = check_block(values, _BLOCK)
    for name, kind in _BLOCK.properties.items():
        value = values.get(name)
        if isinstance(value, str) and not isinstance(kind, Scalar):
            problems = [problem for problem in problems if problem[0] != name]
            problems.append((name, "expected JSON of an object or a list, got a plain string"))
    return problems


def changed(old: Props, new: Props) -> list[str]:
    """Names of the settings that differ in meaning, sorted."""
    before, after = parse(old), parse(new)
    names = sorted(set(before) | set(after))
    return [name for name in names if before.get(name) != after.get(name) or has_unknown(after.get(name))]


def configure(settings: Props, endpoint: str) -> Instance:
    """The instance that the settings describe, its account verified. Raises ProviderError."""
    values = parse(settings)
    region = values.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region or region is UNKNOWN:
        raise ProviderError("region: no Region is configured. Set `region` on the provider, or `aws:region`")
    door = gateway(endpoint)
    roles = _roles(values)
    credentials = door.assume(roles, str(region))
    account, arn, user = _identity(Instance(door, str(region), "", credentials))
    if roles and account != roles[-1].arn.split(":")[4]:
        door.forget()
        credentials = door.assume(roles, str(region))
        account, arn, user = _identity(Instance(door, str(region), "", credentials))
    _refuse_foreign(values, account)
    default_tags = (values.get("defaultTags") or {}).get("tags") or {}
    ignored = values.get("ignoreTags") or {}
    return Instance(
        door,
        str(region),
        account,
        credentials,
        default_tags={key: str(value) for key, value in default_tags.items()},
        ignored_tags=frozenset(ignored.get("keys") or ()),
        ignored_prefixes=("aws:", *(ignored.get("keyPrefixes") or ())),
        caller_arn=arn,
        caller_id=user,
    )


def _roles(values: Props) -> list[Role]:
    chain = values.get("assumeRoles") or []
    roles = []
    for number, link in enumerate(chain, 1):
        arn = link.get("roleArn") if isinstance(link, dict) else None
        if not arn:
            spelled = ", ".join(sorted(link)) if isinstance(link, dict) else type(link).__name__
            raise ProviderError(
                f"IAM Role ARN not set in assume role {number} of {len(chain)} (given: {spelled or 'nothing'}). "
                "Use aws.ProviderAssumeRoleArgs(role_arn=...); the keys of a dict go out unchanged"
            )
        roles.append(
            Role(
                str(arn),
                str(link.get("sessionName") or "localcloud"),
                link.get("externalId"),
                _seconds(link.get("duration")),
            )
        )
    return roles


def _seconds(duration: Any) -> int:
    """Seconds of a Go duration such as `1h30m`; one hour when none is given."""
    if not duration:
        return 3600
    seconds, digits = 0, ""
    for letter in str(duration):
        if letter.isdigit():
            digits += letter
        else:
            seconds += int(digits or 0) * {"h": 3600, "m": 60, "s": 1}.get(letter, 0)
            digits = ""
    return seconds or 3600


def _identity(instance: Instance) -> tuple[str, str, str]:
    try:
        answer = instance.client("sts", instance.region).get_caller_identity()
    except (ClientError, BotoCoreError) as error:
        raise ProviderError(explain(error, f"emulated AWS at {instance.gateway.endpoint}")) from error
    return str(answer["Account"]), str(answer["Arn"]), str(answer["UserId"])


def _refuse_foreign(values: Props, account: str) -> None:
    allowed = [str(item) for item in values.get("allowedAccountIds") or []]
    if allowed and account not in allowed:
        raise ProviderError(
            f"AWS account ID not allowed: {account} (allowedAccountIds: {', '.join(allowed)}). "
            "Correct the role that the provider assumes, or its allowedAccountIds"
        )
    if account in [str(item) for item in values.get("forbiddenAccountIds") or []]:
        raise ProviderError(f"AWS account ID not allowed: {account} is in forbiddenAccountIds")


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
