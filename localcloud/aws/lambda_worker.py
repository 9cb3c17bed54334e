"""The inside of a Lambda execution environment: a program of its own, started by `lambda_runner`.

Imports nothing of localcloud. Speaks JSON lines: invocations come on standard input, answers go to the descriptor
named on the command line; what the handler prints goes to standard output (the log). Ends when its input closes.

Errors are shaped as the managed Python runtimes shape them (errorType, errorMessage, stackTrace, requestId).
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
import traceback
from typing import Any

ALLOWANCE_MB = 256
"""Memory that the interpreter and its libraries may use beside the function's own limit. AWS counts resident pages of
the whole environment; a process limit counts reserved data pages, which are more."""


class Context:
    """The second argument of a handler, with the members AWS documents."""

    client_context = None
    identity = None

    def __init__(self, request: dict[str, Any]) -> None:
        self.aws_request_id = request["id"]
        self.invoked_function_arn = request["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = time.monotonic() + request["seconds"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def limit_memory(megabytes: int) -> None:
    """Best effort: a system without the limit runs without it."""
    try:
        import resource

        size = (megabytes + ALLOWANCE_MB) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    except (ImportError, ValueError, OSError):
        return


def error(kind: str, message: str, request: str = "", trace: list[str] | None = None) -> dict[str, Any]:
    return {"errorMessage": message, "errorType": kind, "requestId": request, "stackTrace": trace or []}


class NoHandlerError(Exception):
    """The module has no function of that name."""


def load(name: str) -> Any:
    """The handler `module.function` (the module may be a path with slashes)."""
    module_name, _, function = name.rpartition(".")
    module = importlib.import_module(module_name.replace("/", "."))
    if not hasattr(module, function):
        raise NoHandlerError(f"Handler '{function}' missing on module '{module_name}'")
    return getattr(module, function)


def start(name: str) -> tuple[Any, dict[str, Any] | None]:
    """(handler, None) or (None, the error of the init phase)."""
    try:
        return load(name), None
    except NoHandlerError as problem:
        return None, error("Runtime.HandlerNotFound", str(problem))
    except ImportError as problem:
        module = name.rpartition(".")[0]
        return None, error("Runtime.ImportModuleError", f"Unable to import module '{module}': {problem}")
    except SyntaxError as problem:
        return None, error(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{name.rpartition('.')[0]}': {problem}"
        )
    except Exception as problem:  # noqa: BLE001 - the function's own code
        return None, error(
            type(problem).__name__, str(problem), trace=traceback.format_tb(problem.__traceback__)
        )


def run(handler: Any, request: dict[str, Any]) -> dict[str, Any]:
    """One invocation: {"payload": JSON text} or {"error": ...}; `fatal` when the environment must not be reused."""
    identifier = request["id"]
    try:
        result = handler(request["event"], Context(request))
    except MemoryError:
        message = f"RequestId: {identifier} Error: Runtime exited with error: signal: killed"
        return {"error": error("Runtime.OutOfMemory", message, identifier), "fatal": True}
    except SystemExit as problem:
        message = f"RequestId: {identifier} Error: Runtime exited with error: exit status {problem.code or 0}"
        return {"error": error("Runtime.ExitError", message, identifier), "fatal": True}
    except Exception as problem:  # noqa: BLE001 - the function's own code
        trace = traceback.format_tb(problem.__traceback__)[1:]
        traceback.print_exc(file=sys.stdout)
        return {"error": error(type(problem).__name__, str(problem), identifier, trace)}
    try:
        return {"payload": json.dumps(result)}
    except (TypeError, ValueError) as problem:
        return {"error": error("Runtime.MarshalError", f"Unable to marshal response: {problem}", identifier)}


def end_with_parent(parent: int) -> None:
    """A handler that never returns must not outlive the emulator."""
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(0)


def main() -> None:
    answers = os.fdopen(int(sys.argv[1]), "w", buffering=1)
    requests = os.fdopen(os.dup(0), "r")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=end_with_parent, args=(int(sys.argv[2]),), daemon=True).start()
    sys.path[:0] = [os.getcwd()]
    sys.path.extend(json.loads(sys.argv[3]))
    limit_memory(int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]))
    handler, broken = start(os.environ["_HANDLER"])
    answers.write(json.dumps({"ready": broken is None, "error": broken}) + "\n")
    for line in requests:
        request = json.loads(line)
        answer = {"error": broken, "fatal": True} if broken else run(handler, request)
        sys.stdout.flush()
        sys.stderr.flush()
        answers.write(json.dumps(answer) + "\n")
        if answer.get("fatal"):
            break
    os._exit(0)


if __name__ == "__main__":
    main()
