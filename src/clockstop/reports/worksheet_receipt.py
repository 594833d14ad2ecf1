"""What became of a worksheet: how many rows were read, recorded and set aside, and why."""

from dataclasses import dataclass

REASONS = {
    "not_filled": "No outcome is filled in yet.",
    "unknown_outcome": "The outcome is none of the list.",
    "unknown_sample": "No sample of that name was drawn on this installation.",
    "not_in_sample": "The clock is not in the sample.",
    "date_unreadable": "The day cannot be read.",
    "given_twice": "The worksheet has the clock twice, with different outcomes.",
    "repeated": "The worksheet has the clock twice, with the same outcome; it counts once.",
    "already_recorded": "The same outcome was recorded before; it counts once.",
    "changed_twice": "Another outcome was recorded from this sample before.",
    "answered_meanwhile": "Somebody gave an outcome at the desk after the sample was drawn.",
    "incomplete": "The outcome lacks what it needs.",
}


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A row that was not recorded: where it stands, the code of `REASONS`, and what to do."""

    source_row: int
    code: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What became of a worksheet: `read == kept + len(aside)`. `drawn` is by sample, `still_open` those without any outcome."""

    file_name: str
    read: int
    kept: int
    outcomes: dict[str, int]
    aside: tuple[Aside, ...]
    drawn: dict[str, int]
    still_open: dict[str, int]
