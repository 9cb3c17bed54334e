"""Process that serves the provider: `python -m localcloud.provider.server [--port N] [--home DIR] [--endpoint URL]`.

Prints its port on the first line, listens on loopback only, ends on SIGTERM or SIGINT.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc as rpc

from localcloud import home
from localcloud.provider.servicer import Provider

_WORKERS = 64
_OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),
]


def serve(port: int = 0, endpoint: str | None = None, journal: Path | None = None) -> tuple[grpc.Server, int]:
    """A started server and its port. Raises OSError when the port is taken."""
    server = grpc.server(futures.ThreadPoolExecutor(_WORKERS), options=_OPTIONS)
    path = journal or home.world() / "data" / "undelivered.json"
    rpc.add_ResourceProviderServicer_to_server(Provider(path, endpoint), server)
    try:
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
    except RuntimeError as error:
        raise OSError(f"port {port} is in use. Choose another with --port, or 0 for a free one") from error
    server.start()
    return server, bound


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop; 0 after a signal, 255 when the port is taken."""
    parser = argparse.ArgumentParser(
        prog="localcloud provider", description="Serve the aws resource provider."
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--home", help="LOCALCLOUD_HOME to use")
    parser.add_argument("--endpoint", help="address of the emulated AWS (default: the running world)")
    given = parser.parse_args(arguments)
    if given.home:
        os.environ["LOCALCLOUD_HOME"] = given.home
    try:
        server, port = serve(given.port, given.endpoint)
    except OSError as error:
        remedy = "Choose another port, or leave it out for a free one."
        print(f"error: --port {given.port}: {error}. {remedy}", file=sys.stderr)
        return 255
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    print(port, flush=True)
    stopped.wait()
    server.stop(2).wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
