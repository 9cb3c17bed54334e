"""Which stage and route of an HTTP API a request means, by API Gateway's rules of precedence."""

from __future__ import annotations

from typing import Any


def stage_of(api: Any, path: str) -> tuple[str | None, str]:
    first, _, rest = path.lstrip("/").partition("/")
    if first in api.stages and first != "$default":
        return first, f"/{rest}"
    return ("$default" if "$default" in api.stages else None), path


def route_of(api: Any, method: str, path: str) -> tuple[Any, dict[str, str]] | None:
    """The most specific route: exact path, then fewest variables, then greedy, then `$default`; method before ANY."""
    best: tuple[tuple[int, int, int], Any, dict[str, str]] | None = None
    default = None
    for route in api.routes.values():
        if route.route_key == "$default":
            default = route
            continue
        verb, _, template = route.route_key.partition(" ")
        if verb not in (method, "ANY"):
            continue
        parameters = _match(template, path)
        if parameters is not None:
            rank = (int("+}" in template), len(parameters), int(verb == "ANY"))
            if best is None or rank < best[0]:
                best = (rank, route, parameters)
    if best is not None:
        return best[1], best[2]
    return (default, {}) if default is not None else None


def _match(template: str, path: str) -> dict[str, str] | None:
    wanted, given = template.strip("/").split("/"), path.strip("/").split("/")
    found: dict[str, str] = {}
    for index, part in enumerate(wanted):
        if part.startswith("{") and part.endswith("+}"):
            rest = "/".join(given[index:])
            return {**found, part[1:-2]: rest} if rest else None
        if index >= len(given):
            return None
        if part.startswith("{") and part.endswith("}"):
            if not given[index]:
                return None
            found[part[1:-1]] = given[index]
        elif part != given[index]:
            return None
    return found if len(wanted) == len(given) else None
