"""Two people, one record: a form carries the version that its writer saw, and a writer who was overtaken is told so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from clockstop.errors import UserError


class EditedMeanwhile(UserError):
    """Somebody else wrote to the same record after it was shown. Nothing is saved, and what was typed stands in the form."""


def check_version(kept: Any, version: int | None, what: str, *, who: str = "by_name", when: str = "at") -> None:
    """Raise `EditedMeanwhile` unless the record is at the version that its writer saw (0: there was none; None: whatever stands).

    `who` and `when` name the record's columns that say by whom and when it was written last.
    """
    if version is None or version == (kept.version if kept else 0):
        return
    raise edited_meanwhile(getattr(kept, who) if kept else "Somebody", what, getattr(kept, when) if kept else None)


def edited_meanwhile(who: str, what: str, at: datetime | None = None) -> EditedMeanwhile:
    """What a writer is told whose page was overtaken: by whom, when, and what to do."""
    said = f" ({timezone.localtime(at):%d/%m/%Y at %H:%M})" if at else ""
    return EditedMeanwhile(
        f"{who} has changed {what} since you opened the page{said}.",
        where="Both are shown: what stands now, and what you wrote, which is not saved yet.",
        do="Look at what stands now, and save again if yours should take its place.",
    )


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Two new records of one thing at once: the second writer is told so, where only the database's own rule could see it."""
    try:
        yield
    except IntegrityError as error:
        raise edited_meanwhile("Somebody", what) from error
