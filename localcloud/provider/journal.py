"""Creations that the engine may not know of: it, or this provider, may die between the object and the state.

A Create is noted before AWS is called, when its object exists, and when it has been answered. The engine proves that
it knows the object by naming it later (Check with its inputs, Diff, Read, Update, Delete with its id); then the note
goes. Until then a Create of the same URN, type and inputs repeats the attempt instead of making a second object, and
one of other inputs may adopt the object when AWS says that it exists. An *answered* creation is repeated only when
the engine says that it does not know how it ended: another backend may rightly use the same URN.
"""

import hashlib
import json
import secrets
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from localcloud.provider.wire import Props


@dataclass(frozen=True)
class Creation:
    """One attempt to create: its name, what is created from which inputs, and how far it came."""

    urn: str
    type: str
    inputs: str
    attempt: str
    id: str = ""
    answered: bool = False


class Journal:
    """JSON lines, the last one of a URN counts. Not synced to disk: what it speaks of lives in memory, too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._open = _read(path)

    def begin(self, urn: str, token: str, inputs: Props, *, in_doubt: bool) -> Creation:
        """Note an attempt: the unfinished one of the same inputs again, else a new one.

        `in_doubt`: the engine does not know how its last creation of this URN ended.
        """
        digest = _digest(inputs)
        with self._lock:
            last = self._open.get(urn)
            if last and (last.type, last.inputs) == (token, digest) and (in_doubt or not last.answered):
                return last
            return self._note(Creation(urn, token, digest, secrets.token_hex(8)))

    def adoptable(self, urn: str, token: str, *, in_doubt: bool) -> str:
        """Id of the object of this URN and type that the engine does not know; "" if there is none."""
        with self._lock:
            last = self._open.get(urn)
        known = last is None or last.type != token or (last.answered and not in_doubt)
        return "" if last is None or known else last.id

    def made(self, creation: Creation, physical_id: str) -> Creation:
        """Note that the object exists."""
        with self._lock:
            return self._note(replace(creation, id=physical_id))

    def answered(self, creation: Creation) -> None:
        """Note that the engine was there to take the answer."""
        with self._lock:
            self._note(replace(creation, answered=True))

    def known(self, urn: str, physical_id: str) -> None:
        """The engine has named the object."""
        last = self._open.get(urn)
        if last is not None and last.id == physical_id:
            self.forget(urn)

    def known_by_inputs(self, urn: str, inputs: Props) -> None:
        """The engine has named the inputs that the object was made from."""
        last = self._open.get(urn)
        if last is not None and last.id and last.inputs == _digest(inputs):
            self.forget(urn)

    def forget(self, urn: str) -> None:
        """The creation is over: the engine knows the object, or it was refused, or is gone."""
        with self._lock:
            if self._open.pop(urn, None) is not None:
                self._write({"urn": urn})

    def _note(self, creation: Creation) -> Creation:
        self._open[creation.urn] = creation
        self._write(asdict(creation))
        return creation

    def _write(self, line: Props) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(line))  # in this order, so that a line cut off by a kill ends here


def _read(path: Path) -> dict[str, Creation]:
    """The open creations; a last line that was cut off by a kill is passed over."""
    found: dict[str, Creation] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if "attempt" in line:
            found[line["urn"]] = Creation(**line)
        else:
            found.pop(line["urn"], None)
    return found


def _digest(inputs: Props) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=repr).encode()).hexdigest()
