"""A whole emulated service as one class: the state of an account in a Region, and a method per operation.

A service is a subclass of `RegionalState`. Its methods are named like the operations (`CreateDetector` ->
`create_detector`), take the request and return the response, both under the names that boto3 shows.
`serve` answers every operation of the service from it, so that moto's own state of the service is never
mixed in; operations that have no method are refused by name. Enums, patterns and lengths are checked from
botocore's model, as the real services do (types and required members are boto3's own part).
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self

from botocore import xform_name
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition

from localcloud.aws.calls import ApiError, Call, operation

Request = Mapping[str, Any]
Response = dict[str, Any]


class RegionalState:
    """What one account holds of one service in one Region. Subclasses declare the service's facts."""

    #: botocore's name of the service
    service: ClassVar[str]
    #: the service's name in an ARN, when it is not `service`
    arn_service: ClassVar[str] = ""
    #: error code the service answers malformed input with
    invalid_input: ClassVar[str] = "ValidationException"

    _states: ClassVar[dict[tuple[str, str], Any]]
    _lock: ClassVar[threading.RLock]

    def __init_subclass__(cls) -> None:
        cls._states = {}
        cls._lock = threading.RLock()

    def __init__(self, account_id: str, region: str) -> None:
        self.account_id = account_id
        self.region = region
        self.partition: str = get_partition(region)

    @classmethod
    def at(cls, account_id: str, region: str) -> Self:
        """The state of an account and Region, made on first use."""
        with cls._lock:
            found: Self = cls._states.setdefault((account_id, region), cls(account_id, region))
            return found

    def elsewhere(self, account_id: str | None = None, region: str | None = None) -> Self:
        """The same service's state of another account or Region."""
        return type(self).at(account_id or self.account_id, region or self.region)

    def everywhere(self) -> list[Self]:
        """The same service's states that were used so far, of every account and Region."""
        return list(self._states.values())

    def invalid(self, message: str) -> ApiError:
        """The service's own error for input that it refuses."""
        return ApiError(self.invalid_input, message)

    def arn(self, resource: str) -> str:
        """The ARN of a resource of this service in this account and Region."""
        name = self.arn_service or self.service
        return f"arn:{self.partition}:{name}:{self.region}:{self.account_id}:{resource}"


def serve(state_type: type[RegionalState]) -> None:
    """Answers every operation of the service from `state_type`."""
    for name in get_service_model(state_type.service).operation_names:
        method = xform_name(name)
        implemented = callable(getattr(state_type, method, None))
        answer = _answer(state_type, name, method) if implemented else _refuse
        operation(state_type.service, name)(answer)


def _answer(state_type: type[RegionalState], name: str, method: str) -> Callable[[Call], Response]:
    def answer(call: Call) -> Response:
        shape = get_service_model(state_type.service).operation_model(name).input_shape
        problem = next(violations(shape, call.params), None) if shape else None
        if problem:
            raise ApiError(state_type.invalid_input, f"1 validation error detected: {problem}")
        with state_type._lock:
            response: Response = getattr(state_type.at(call.account, call.region), method)(call.params)
        return response

    return answer


def _refuse(call: Call) -> Response:
    raise ApiError("NotImplemented", f"{call.service}:{call.operation} is not emulated", 501)


def violations(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """The constraints of a botocore shape that a value breaks, worded as AWS words them."""
    if value is None:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from violations(member, value[name], f"{path}.{name}" if path else name)
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from violations(shape.member, item, f"{path}.{index + 1}.member")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from violations(shape.value, item, f"{path}.{key}")
    elif shape.type_name == "string":
        yield from _string_violations(shape, str(value), path)


def _string_violations(shape: Any, value: str, path: str) -> Iterator[str]:
    lead = f"Value '{value}' at '{path}' failed to satisfy constraint: Member must"
    if shape.enum and value not in shape.enum:
        yield f"{lead} satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = _compiled(shape.metadata.get("pattern", ""))
    if pattern and not pattern.fullmatch(value):
        yield f"{lead} satisfy regular expression pattern: {pattern.pattern}"
    if len(value) < shape.metadata.get("min", 0):
        yield f"{lead} have length greater than or equal to {shape.metadata['min']}"
    if len(value) > shape.metadata.get("max", len(value)):
        yield f"{lead} have length less than or equal to {shape.metadata['max']}"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern) if pattern else None
    except re.error:  # a few patterns of the models are Java's own dialect
        return None
