"""Tags: the provider's default tags, the resource's own, and the tagging API of each service."""

from collections.abc import Mapping
from typing import Any

from localcloud.provider import translate
from localcloud.provider.model import Call, TagApi
from localcloud.provider.sessions import Instance
from localcloud.provider.wire import UNKNOWN, Props, has_unknown


def merged(instance: Instance, tags: Any) -> Any:
    """`tagsAll`: default tags overridden by the resource's tags, without ignored ones."""
    if tags is UNKNOWN or has_unknown(tags):
        return UNKNOWN
    return _without_ignored(instance, {**instance.default_tags, **(tags or {})})


def split(
    instance: Instance, live: Mapping[str, str], recorded: Props
) -> tuple[dict[str, str], dict[str, str]]:
    """(`tags`, `tagsAll`) of an object: its own tags are those that the default tags do not explain."""
    everything = _without_ignored(instance, dict(live))
    explicit = recorded.get("tags")
    explicit = explicit if isinstance(explicit, dict) else {}
    own = {
        key: value
        for key, value in everything.items()
        if key in explicit or instance.default_tags.get(key) != value
    }
    return own, everything


def read(call: Call, api: TagApi) -> dict[str, str]:
    """All tags of the object."""
    answer = call.api(str(api.list), api.service, **_key(call, api, str(api.list)))
    member = next((name for name in answer if "tag" in name.casefold()), None)
    return translate.tags_from_api(answer[member]) if member else {}


def update(call: Call, api: TagApi) -> None:
    """Bring the object's tags from the recorded to the wanted ones."""
    before = call.old.get("tagsAll") or {}
    wanted = call.tags
    surplus = sorted(set(before) - set(wanted))
    fresh = {key: value for key, value in wanted.items() if before.get(key) != value}
    if surplus:
        members = call.parameters(api.remove, api.service)
        name = next(
            member for member in members if "tag" in member.casefold() and "arn" not in member.casefold()
        )
        given: Any = surplus
        if members[name].member.type_name == "structure":
            given = [{"Key": key} for key in surplus]
        call.api(api.remove, api.service, **_key(call, api, api.remove), **{name: given})
    if fresh:
        members = call.parameters(api.add, api.service)
        name = next(member for member in members if member.casefold() in ("tags", "taglist", "tagslist"))
        tags = translate.tags_to_api(fresh, members[name])
        call.api(api.add, api.service, **_key(call, api, api.add), **{name: tags})


def _key(call: Call, api: TagApi, operation: str) -> dict[str, Any]:
    """The parameters that name the object; each operation takes those of them that it has."""
    members = call.parameters(operation, api.service)
    return {name: call.value(source) for name, source in api.key.items() if name in members}


def _without_ignored(instance: Instance, tags: dict[str, str]) -> dict[str, str]:
    return {
        key: value
        for key, value in tags.items()
        if key not in instance.ignored_tags and not key.startswith(instance.ignored_prefixes or ("aws:",))
    }
