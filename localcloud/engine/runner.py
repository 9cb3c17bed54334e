"""Runs a Pulumi program in its own interpreter. Started by the engine as a script, never imported by it.

    python runner.py --monitor ADDR --engine ADDR --project P --stack S --organization O --root DIR
                     --parallel N --dry-run true|false PROGRAM

The configuration comes in PULUMI_CONFIG and PULUMI_CONFIG_SECRET_KEYS, as with the genuine language host.
It needs the Pulumi SDK of the program's environment and nothing of localcloud. Exit code 32 says that the
program failed and that the person has been told why.
"""

import argparse
import asyncio
import logging
import os
import runpy
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

TOLD = 32
_PARENT_CHECK_SECONDS = 1.0
_BATCH_SECONDS = 0.1


def main() -> int:
    """Run the program; the exit code."""
    arguments = _arguments()
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    try:
        import pulumi
        import pulumi.runtime
    except ImportError:
        traceback.print_exc()
        print(
            "It looks like the Pulumi SDK has not been installed in the program's environment: run "
            f"'{sys.executable} -m pip install -r requirements.txt'",
            file=sys.stderr,
        )
        return 1
    pulumi.runtime.set_all_config(
        pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env()
    )
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=arguments.project,
            stack=arguments.stack,
            monitor=arguments.monitor,
            engine=_quiet_engine(arguments.engine),
            parallel=arguments.parallel,
            dry_run=arguments.dry_run == "true",
            organization=arguments.organization,
            root_directory=arguments.root,
        )
    )
    sys.argv = [arguments.program]
    sys.path[0] = os.getcwd()
    # A program that fails leaves futures behind that nobody waits for; asyncio would warn of each.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    _await_outputs_in_batches()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(arguments.parallel, 1) + 4))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run(arguments.program)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return TOLD
    except Exception as error:  # noqa: BLE001 - whatever a program raises is shown to its author
        pulumi.log.error("Program failed with an unhandled exception:\n" + _trace(error))
        return TOLD
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _end_with(parent: int) -> None:
    """End when the engine is gone: nobody would hear of what the program still does."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_SECONDS)
    os._exit(TOLD)


def _await_outputs_in_batches() -> None:
    """Let the SDK see finished outputs a batch at a time.

    It waits for the first of all outputs still open, again and again, and touches every one of them each
    time: a cost that grows with the square of the program, and most of what a large program takes. A
    failure still ends the wait at once; nothing else about the order or the result changes.
    """
    import pulumi.runtime.stack as stack

    class Batches:
        def __getattr__(self, name: str) -> Any:
            return getattr(asyncio, name)

        @staticmethod
        async def wait(tasks: Any, return_when: str) -> Any:
            done, waiting = await asyncio.wait(
                tasks, timeout=_BATCH_SECONDS, return_when=asyncio.FIRST_EXCEPTION
            )
            return (done, waiting) if done else await asyncio.wait(tasks, return_when=return_when)

    setattr(stack, "asyncio", Batches())  # noqa: B010 - a module attribute the type checker knows as a module


def _quiet_engine(address: str) -> Any:
    """The engine's service, spared the SDK's debug messages: four per resource, which it would drop."""
    import grpc
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

    stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    class Engine:
        def Log(self, request: Any, *arguments: Any) -> Any:
            if request.severity == engine_pb2.DEBUG:
                return empty_pb2.Empty()
            return stub.Log(request, *arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(stub, name)

    return Engine()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("monitor", "engine", "project", "stack", "organization", "root", "dry-run"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("program")
    return parser.parse_args()


def _run(program: str) -> None:
    runpy.run_path(program, run_name="__main__")


def _trace(error: BaseException) -> str:
    """The traceback from the first frame of the program on, without this runner's and runpy's."""
    frames = traceback.extract_tb(error.__traceback__)
    here = os.getcwd() + os.sep
    own = next(
        (
            at
            for at, frame in enumerate(frames)
            if os.path.abspath(frame.filename).startswith(here) and "site-packages" not in frame.filename
        ),
        0,
    )
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames[own:])]
    return "".join([*lines, *traceback.format_exception_only(error)])


if __name__ == "__main__":
    sys.exit(main())
