"""Errors that Clockstop raises on purpose.

ClockstopError
  UserError              says what is wrong, where, and what to do; shown without a traceback (exit code 2)
    UnreadableFile       a file cannot be read as what it claims to be
    MissingColumn        a file lacks a column that the dataset needs
    UnknownName          a trust, dataset, measure, snapshot or pathway that is not there
    NotAllowed           the person's scope does not reach it
    Busy                 another writer holds the store
"""


class ClockstopError(Exception):
    """The root of all errors that Clockstop raises on purpose."""


class UserError(ClockstopError):
    """Something that the person can put right; the text says what, where, and what to do."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what, self.where, self.do = what, where, do
        super().__init__("\n".join(part for part in (what, where, do) if part))


class UnreadableFile(UserError):
    """A file cannot be read as what it claims to be."""


class MissingColumn(UserError):
    """A file lacks a column that the dataset needs."""


class UnknownName(UserError):
    """A trust, dataset, measure, snapshot or pathway that is not there."""


class NotAllowed(UserError):
    """The person's scope does not reach what was asked for."""


class Busy(UserError):
    """Another writer holds the store."""
