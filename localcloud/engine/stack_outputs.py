"""Outputs of other stacks, for stack references: from the same backend, with each stack's own secrets."""

from __future__ import annotations

from localcloud.engine import journal
from localcloud.engine.backend import FileBackend, StackRef
from localcloud.engine.errors import ProviderError
from localcloud.engine.secrets import secrets_of_state
from localcloud.engine.state import Snapshot, snapshot_from_deployment
from localcloud.engine.values import Properties
from localcloud.errors import UserError


class StackOutputs:
    """Reads stacks by `organization/project/stack`, `project/stack` left out where it is the current one."""

    def __init__(self, backend: FileBackend, project: str) -> None:
        self._backend = backend
        self._project = project

    def of(self, name: str) -> Properties:
        """The stack's outputs; secrets stay secret. Raises ProviderError when there is no such stack."""
        return self._snapshot(name).stack_outputs()

    def resources_of(self, name: str) -> Properties:
        """Type and outputs of each resource of the stack, by URN."""
        return {
            state.urn: {"type": state.type, "outputs": state.outputs}
            for state in self._snapshot(name).resources
            if not state.delete
        }

    def _snapshot(self, name: str) -> Snapshot:
        try:
            reference = StackRef.parse(name, self._project)
            deployment = journal.load(self._backend, reference)
            if deployment is None:
                raise ProviderError(f"unknown stack '{name}'")
            secrets = secrets_of_state(deployment, f"state of stack {reference}")
        except UserError as error:
            raise ProviderError(str(error)) from error
        if secrets is None:
            return Snapshot()
        return snapshot_from_deployment(deployment, secrets)
