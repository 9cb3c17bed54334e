"""Everything the emulated AWS adds to moto: one module per service or concern.

`install_all()` imports every module in this package, in name order, and calls its `install()` if it has one,
before the server takes its first request (or, for the services in `DEFERRED`, the first request of that service).
There are two ways to change behaviour:

**Through the front door** (preferred; no moto internals). Decorate functions at module level; importing the
module registers them, so no `install()` is needed:

    from localcloud.aws.calls import ApiError, Call, Store, after, before, operation

    class Detector: ...
    DETECTORS: Store[dict[str, Detector]] = Store(dict)          # one dict per account and Region

    @operation("guardduty", "CreatePublishingDestination")       # add an operation, or replace moto's
    def create_destination(call: Call) -> dict[str, Any]:
        if call.params["DetectorId"] not in DETECTORS.of(call):
            raise ApiError("BadRequestException", "The request is rejected because ...")
        return {"DestinationId": "..."}                          # names of the API model, CamelCase as in boto3

    @before("s3", "PutObjectRetention")                          # refuse, else moto answers
    def no_shortening(call: Call) -> None: ...

    @after("s3", "PutObject")                                    # observe a success
    def replicate(call: Call, reply: Reply) -> None: ...

Names of services and operations are botocore's. `call.params` are the parsed input members, `call.account`,
`call.region`, `call.principal` the caller; the answer is serialized from the API model. **A whole new service**
(one moto has no backend for) needs nothing else: `@operation` for each of its operations; any operation left out
answers with the typed error `NotImplemented`. An `@operation` that only changes some cases ends with
`return call.forward()`, which is moto's answer.

**Inside moto** (when its own state or internal calls must change). Define `install()` and patch there, at moto's
class or dictionary, e.g. `moto.rds.models.X.y = ...`. Keep import of the moto service inside `install()` only if it
is slow; say in a comment which moto version and defect the patch answers.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading

DEFERRED: dict[str, tuple[str, ...]] = {"rds": ("rds", "rds_global")}
"""Service → modules that are installed at its first call, because what they import of moto takes a second to load."""

_lock = threading.Lock()
_pending = dict(DEFERRED)


def install_all() -> list[str]:
    """Import and install every module of this package that is not deferred; returns their names."""
    later = {name for names in DEFERRED.values() for name in names}
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in later)
    for name in names:
        _install(name)
    return names


def ensure(service: str) -> None:
    """Install what was deferred to the first call of this service."""
    if service not in _pending:
        return
    with _lock:
        for name in _pending.get(service, ()):
            _install(name)
        _pending.pop(service, None)


def _install(name: str) -> None:
    module = importlib.import_module(f"{__name__}.{name}")
    install = getattr(module, "install", None)
    if install is not None:
        install()
