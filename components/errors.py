"""The one error a wrong input to the program raises.

Owns the wording rule (subject, problem, remedy). It is a ``pulumi.RunError``, so the language host prints the
message and stops without a traceback. It deliberately does not cover failures of AWS: those come from the provider.
"""

import difflib
from collections.abc import Iterable

import pulumi


class ConfigError(pulumi.RunError):
    """A setting, catalogue row or guardrail that cannot be used, found before any resource is registered."""

    def __init__(self, subject: str, problem: str, remedy: str) -> None:
        """Args: the file and key at fault; what is wrong with it; what the reader should do."""
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{subject}: {problem}. {remedy}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy sentence for an unknown word: the nearest known word if one is near, else the whole list."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(words)}."
