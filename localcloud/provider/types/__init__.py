"""The resource table: one file per AWS service, each exporting `TYPES` and, for invokes, `FUNCTIONS`.

How to write a row
------------------
1. Copy the token from pulumi_aws (`aws:kms/alias:Alias`). The SDK declares the properties; the row never
   repeats them. `id_parts` names the properties that the physical id is made of.
2. A step is an `Op` where one AWS operation with (nearly) the same names does the job, else a function of
   `Call`: `call.inputs` (new), `call.old` (recorded inputs), `call.state` (recorded outputs), `call.id`,
   `call.value("bucket")` (from the id, inputs or state), `call.api("operation", Param=...)`,
   `call.properties(answer)` (AWS answer to Pulumi names), `call.pages(...)`, `call.account`, `call.region`.
   A service's own API client: `call.api("operation", "other-service", Param=...)`.
3. `create` returns the id, or properties out of which `id_parts` are taken. `read` returns *all* properties
   that AWS knows, the inputs among them, or None (a NotFound error means the same); it may rely on the id
   alone, because an import knows nothing else. The state's outputs are what `read` returned.
4. `changes` say which properties an update step covers; an `Op` there sends all its inputs, so put-style
   APIs need one line. `on_create=True` runs it after creation too: that is how sub-resources are made, and
   what fails there leaves a partial resource, not an orphan.
5. Say how values compare: `documents` (JSON), `unordered` (sets), `defaults` (Check writes them),
   `absent` (AWS's value for "not given"), `kept` (AWS chooses when not given), `local` (AWS never returns it).
   Empty, false and zero count as not given.
6. `replace` = ForceNew in terraform-provider-aws. `tags=TagApi(...)`: reads, writes and default tags follow.
7. Add the type to the table of `tests/localcloud/provider/`: inputs for its life cycle, one change per
   managed property made behind its back. The generic test does the rest (see its docstring).

Worked examples: `LogGroup` in cloudwatch_logs.py (all declarative), `Key` in kms.py (sub-resources).
"""

import functools
import importlib
import pkgutil

from localcloud.provider.model import Function, ResourceType


@functools.cache
def resource_types() -> dict[str, ResourceType]:
    """Every row by token."""
    rows: dict[str, ResourceType] = {}
    for module in _modules():
        for row in getattr(module, "TYPES", ()):
            if row.token in rows:
                raise AssertionError(f"{row.token} has two rows")
            rows[row.token] = row
    return rows


@functools.cache
def functions() -> dict[str, Function]:
    """Every invoke by token."""
    return {
        function.token: function for module in _modules() for function in getattr(module, "FUNCTIONS", ())
    }


def _modules() -> list[object]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
