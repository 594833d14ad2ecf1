"""What every register does with what a person wrote: the words without needless blanks, and who wrote them when."""

from typing import Any

from django.db import models
from django.utils import timezone

from clockstop.errors import UserError
from clockstop.registers.core.place import Place


class NotKept(UserError):
    """What was written cannot be kept."""


def checked(text: str, most: int, what: str, *, may_be_empty: bool = False, keeps_lines: bool = False) -> str:
    """The text without needless blanks; refused where it is empty, though it must not be, or too long."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()] if keeps_lines else [" ".join(text.split())]
    text = "\n".join(lines)
    if not text and not may_be_empty:
        raise NotKept(f"The {what} is empty.", do=f"Write the {what}.")
    if len(text) > most:
        raise NotKept(f"The {what} has {len(text):,} characters; it may have {most:,}.", do="Make it shorter.")
    return text


def signed(by) -> dict[str, Any]:
    """Who writes, and when."""
    return {"at": timezone.now(), "by": by, "by_name": by.get_username()}


def sign(kept: models.Model, by) -> None:
    """Save a record with who wrote it, and when."""
    for name, value in signed(by).items():
        setattr(kept, name, value)
    kept.save()


def place_of(kept) -> Place:
    """The place of a record."""
    return Place(trust=kept.trust, division=kept.division, service=kept.service, site=kept.site)
