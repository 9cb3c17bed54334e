"""Telling a person what a provider found wrong with the inputs of a resource."""

from __future__ import annotations

from collections.abc import Sequence

from localcloud.engine.provider_answers import CheckFailure
from localcloud.engine.run import Run
from localcloud.engine.state import ResourceState
from localcloud.engine.values import has_secret, has_unknown


def report_failures(run: Run, state: ResourceState, failures: Sequence[CheckFailure]) -> bool:
    """Say each failure; whether there was any. A secret value is never shown."""
    for failure in failures:
        if failure.property:
            value = state.inputs.get(failure.property)
            if has_secret(value):
                shown = "[secret]"
            elif has_unknown(value):
                shown = "output<unknown>"
            else:
                shown = repr(value)
            message = (
                f"{state.type} resource '{state.name}': property {failure.property} value {shown} has a problem: "
                f"{failure.reason}"
            )
        else:
            message = f"{state.type} resource '{state.name}' has a problem: {failure.reason}"
        run.say("error", message, state.urn)
    return bool(failures)
