"""The words, signs and colours in which a display speaks of steps; Pulumi's own where it has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """How one operation is written. `planned`, `doing` and `done` are for a row; `counted` for the summary."""

    sign: str
    colour: str
    planned: str
    doing: str
    done: str
    counted: str


OPERATIONS = {
    "same": Words(" ", "", "", "", "", "unchanged"),
    "create": Words("+", "green", "create", "creating", "created", "created"),
    "update": Words("~", "yellow", "update", "updating", "updated", "updated"),
    "delete": Words("-", "red", "delete", "deleting", "deleted", "deleted"),
    "replace": Words("+-", "magenta", "replace", "replacing", "replaced", "replaced"),
    "create-replacement": Words(
        "++", "green", "create replacement", "creating replacement", "created replacement", "created"
    ),
    "delete-replaced": Words(
        "--", "red", "delete original", "deleting original", "deleted original", "deleted"
    ),
    "read": Words(">", "cyan", "read", "reading", "read", "read"),
    "read-replacement": Words(
        ">>", "cyan", "read replacement", "reading replacement", "read replacement", "read"
    ),
    "refresh": Words("~", "yellow", "refresh", "refreshing", "refreshed", "refreshed"),
    "import": Words("=", "blue", "import", "importing", "imported", "imported"),
    "import-replacement": Words(
        "=>", "blue", "import replacement", "importing replacement", "imported replacement", "imported"
    ),
    "discard": Words("<", "red", "discard", "discarding", "discarded", "discarded"),
    "discard-replaced": Words(
        "<<", "red", "discard original", "discarding original", "discarded original", "discarded"
    ),
    "remove-pending-replace": Words(
        "~", "yellow", "complete replacement", "completing", "completed", "completed"
    ),
}
"""By the operation's name in the protocol; the order is that of the summary."""

SEVERITY_COLOURS = {"error": "red", "warning": "yellow", "info": "", "debug": "bright_black"}
ENFORCEMENT_COLOURS = {"mandatory": "red", "advisory": "yellow", "remediate": "cyan"}

_CODES = {
    "red": 31,
    "green": 32,
    "yellow": 33,
    "blue": 34,
    "magenta": 35,
    "cyan": 36,
    "bright_black": 90,
    "bold": 1,
}


@dataclass(frozen=True)
class Paint:
    """Writes text in a colour, or plainly when `on` is False."""

    on: bool

    def __call__(self, colour: str, text: str) -> str:
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.on and colour else text


def short_type(token: str) -> str:
    """`aws:s3/bucket:Bucket` as `aws:s3:Bucket`: the file name in a module tells nothing new."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    folder, slash, file = module.rpartition("/")
    same = slash and file.replace("-", "").lower() == name.lower()
    return f"{package}:{folder}:{name}" if same else token


def resource_name(urn: str) -> str:
    """The logical name in a URN."""
    return urn.split("::", 3)[-1]


def resource_type(urn: str) -> str:
    """The resource's own type in a URN, without those of its parents."""
    parts = urn.split("::", 3)
    return parts[2].rpartition("$")[2] if len(parts) == 4 else ""
