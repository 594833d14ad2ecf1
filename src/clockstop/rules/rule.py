"""What a rule says, in one sentence for people."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule's id, what it says to a patient or a manager, and where it comes from."""

    id: str
    sentence: str
    source: str
