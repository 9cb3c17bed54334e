"""start, stop, status, env, provider: the emulated AWS and its resource provider."""

from __future__ import annotations

import argparse
import json
from typing import Any

EXIT_OK = 0


def start(_arguments: argparse.Namespace) -> int:
    """Starts what does not run yet."""
    from localcloud.aws import control

    started = control.start()
    for notice in started.notices:
        print(notice)
    print("The emulated AWS was running already" if started.already_running else "Started the emulated AWS")
    print(f"  endpoint  {started.endpoint}")
    if started.provider_port is not None:
        print(f"  provider  127.0.0.1:{started.provider_port}")
        print(f"  for the pulumi CLI: export PULUMI_DEBUG_PROVIDERS=aws:{started.provider_port}")
    return EXIT_OK


def stop(_arguments: argparse.Namespace) -> int:
    """Ends both processes; the emulated account data end with them."""
    from localcloud.aws import control

    print("Stopped the emulated AWS" if control.stop() else "The emulated AWS was not running")
    return EXIT_OK


def status(arguments: argparse.Namespace) -> int:
    """What runs, which accounts there are, and what is recorded only."""
    from localcloud.aws import control

    page = control.status()
    if arguments.json:
        print(json.dumps(page, indent=2))
        return EXIT_OK
    if not page["running"]:
        print("The emulated AWS is not running (`localcloud start`)")
    else:
        print(f"Emulated AWS, world {page['world']}")
        print(f"  endpoint   {page['endpoint']}")
        print(f"  provider   {_port(page['provider'])}")
        _print_map("accounts", page["accounts"])
        _print_map("databases", page["databases"])
        _print_map("api", page["api"])
    _print_recorded_only(page["recordedOnly"])
    return EXIT_OK


def env(arguments: argparse.Namespace) -> int:
    """Shell exports with which any AWS client works inside an account."""
    from localcloud.aws import control

    print(control.env(arguments.account, arguments.region))
    return EXIT_OK


def provider(arguments: argparse.Namespace) -> int:
    """Serves the resource provider in the foreground; the first line is its port."""
    from localcloud.provider import server

    given = []
    if arguments.port is not None:
        given += ["--port", str(arguments.port)]
    if arguments.endpoint:
        given += ["--endpoint", arguments.endpoint]
    return server.main(given)


def _port(port: int | None) -> str:
    return "not running" if port is None else f"127.0.0.1:{port}"


def _print_map(title: str, entries: dict[str, Any]) -> None:
    if not entries:
        return
    print(f"  {title}")
    width = max(len(name) for name in entries)
    for name, value in entries.items():
        print(f"    {name.ljust(width)}  {value if isinstance(value, str) else json.dumps(value)}")


def _print_recorded_only(entries: Any) -> None:
    print("Recorded only (accepted and read back, but without effect):")
    if isinstance(entries, dict):
        for name, reason in entries.items():
            print(f"  {name}: {reason if isinstance(reason, str) else json.dumps(reason)}")
        return
    for entry in entries:
        print(f"  {entry if isinstance(entry, str) else ': '.join(str(part) for part in entry.values())}")
