"""The one error that localcloud shows to a person instead of a traceback."""

from __future__ import annotations


class UserError(Exception):
    """A problem that the person at the keyboard can solve.

    `subject` is the file and key, the resource or the flag; `problem` what is wrong with it; `remedy` what
    to do about it. None of the three ends in a full stop: `str()` puts them together.
    """

    def __init__(self, subject: str, problem: str, remedy: str) -> None:
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{subject}: {problem}. {remedy}.")
