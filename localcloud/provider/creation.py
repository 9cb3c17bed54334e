"""One Create, such that a death of engine or provider in its middle is made good by the next Create of the same."""

from typing import Any

from botocore.exceptions import ClientError

from localcloud.provider import lifecycle
from localcloud.provider.attempt import attempt
from localcloud.provider.errors import PartialFailureError, already_exists
from localcloud.provider.journal import Journal
from localcloud.provider.model import Call
from localcloud.provider.reading import live_properties
from localcloud.provider.wire import Props

IN_DOUBT = "localcloud-in-doubt"
"""gRPC metadata of a Create whose URN has an unfinished creation in the state; the genuine engine sends none."""


def in_doubt(context: Any) -> bool:
    """Whether the engine says that it does not know how its last creation of the URN ended."""
    return any(key == IN_DOUBT for key, _ in context.invocation_metadata())


class Creating:
    """A Create with its note in the journal."""

    def __init__(self, journal: Journal, call: Call, *, in_doubt: bool) -> None:
        self._journal = journal
        self._call = call
        self._adoptable = journal.adoptable(call.urn, call.type.token, in_doubt=in_doubt)
        self._note = journal.begin(call.urn, call.type.token, call.inputs, in_doubt=in_doubt)

    def run(self) -> Props:
        """Create, or finish what was begun; the outputs."""
        call = self._call
        try:
            if self._note.id and self._is_gone():
                self._journal.forget(call.urn)
                self._note = self._journal.begin(call.urn, call.type.token, call.inputs, in_doubt=False)
            outputs = self._create()
            self._note = self._journal.made(self._note, call.id)
            return outputs
        except PartialFailureError as failure:
            self._note = self._journal.made(self._note, failure.physical_id)
            raise
        except Exception:
            self._journal.forget(self._call.urn)
            raise

    def answered(self) -> None:
        """The engine was there to take the answer."""
        self._journal.answered(self._note)

    def _create(self) -> Props:
        call = self._call
        try:
            with attempt(self._note.attempt):
                return lifecycle.create(call)
        except ClientError as error:
            if not already_exists(error) or not self._adoptable:
                raise
            call.id = self._adoptable
            if not lifecycle.adoptable(call):
                raise
            return lifecycle.update(call)

    def _is_gone(self) -> bool:
        """Whether somebody has deleted the object since: then it is made anew."""
        call = self._call
        probe = Call(call.type, call.instance, call.urn, inputs=call.inputs, physical_id=self._note.id)
        return live_properties(probe) is None
