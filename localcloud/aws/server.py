"""The daemon `aws`: the emulated AWS as one process on the loopback interface.

`python -m localcloud.aws.server --port 0 --home DIR` prints its port on the first line and serves until it is told
to stop (SIGTERM) or its world is gone from disk. Account data lives in memory: a world lasts as long as its process.
Started by `control`; not meant to be reached from another machine.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

from moto.core import config as moto_config
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from localcloud import home
from localcloud.aws import identity, lifecycle, services, state_pages
from localcloud.aws.gateway import Gateway
from localcloud.aws.journal import Journal

LOG = logging.getLogger("localcloud.aws")

ADDRESS = "127.0.0.1"
WATCH_SECONDS = 5.0
"""How often the daemon looks whether its world still exists on disk."""


class QuietHandler(MotoRequestHandler):
    """No line per request; answers leave at once (no Nagle delay on the loopback interface)."""

    disable_nagle_algorithm = True

    def log_request(self, *_: Any, **__: Any) -> None:
        """The journal and the error log say what matters."""


def build(world_id: str) -> Gateway:
    """The application with everything installed; moto is told to run state machines and to check nothing else."""
    moto_config.default_user_config["stepfunctions"] = {"execute_state_machine": True}
    moto_config.default_user_config["iam"] = {"load_aws_managed_policies": True}
    identity.install()
    services.install_all()
    journal = Journal(home.world() / "data" / "api-journal.jsonl")
    return Gateway(journal, state_pages.pages(world_id))


def listen(port: int, application: Gateway) -> BaseWSGIServer:
    """Bind the port (0: a free one). Raises OSError when it is taken."""
    server = make_server(ADDRESS, port, application, threaded=True, request_handler=QuietHandler)
    os.environ["MOTO_PORT"] = str(server.port)  # moto's interpreter and Lambdas call back to this port
    os.environ["AWS_ENDPOINT_URL"] = f"http://{ADDRESS}:{server.port}"
    return server


def world_on_disk() -> str:
    """The id of the world that LOCALCLOUD_HOME holds now; empty when there is none."""
    try:
        return str(json.loads((home.run_dir() / "world.json").read_text())["world"])
    except (OSError, ValueError, KeyError):
        return ""


def _leave_when_orphaned(world_id: str, stop: threading.Event) -> None:
    while not stop.wait(WATCH_SECONDS):
        if world_on_disk() != world_id:
            LOG.warning("the world %s is gone from %s; ending", world_id, home.run_dir())
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _warm_up() -> None:
    """Load in the background what moto would load at the first EC2 call (a second of catalogues)."""
    importlib.import_module("moto.ec2.models")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="localcloud.aws.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--home", type=Path, default=None)
    options = parser.parse_args(arguments)
    if options.home is not None:
        os.environ["LOCALCLOUD_HOME"] = str(options.home)
    logging.basicConfig(
        stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING
    )
    warnings.filterwarnings(
        "ignore", message=".*does not match an error shape.*"
    )  # AccessDenied is in no model
    for name in [n for n in os.environ if n.startswith("AWS_") or n == "MOTO_ACCOUNT_ID"]:
        del os.environ[name]  # a developer's own AWS settings must not leak into the emulation
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[variable] = "localcloud"  # opens nothing: the emulator's calls to itself
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    world_id = world_on_disk()
    stop = threading.Event()
    server = listen(options.port, build(world_id))
    lifecycle.serve_started(server.port)
    threading.Thread(target=_leave_when_orphaned, args=(world_id, stop), daemon=True).start()

    def leave(*_: object) -> None:
        stop.set()
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    print(server.port, flush=True)
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    try:
        server.serve_forever()
    finally:
        lifecycle.serve_ended()
        logging.shutdown()
        os._exit(0)  # at once: a background delivery that is being retried must not hold the process
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
