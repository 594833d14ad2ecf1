"""What a clock did at each event, and the periods that came of it: the parts of which every lane of a timeline is made."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from clockstop.rules.rtt_bands import breach_date
from clockstop.rules.rule_sentences import RULES


@dataclass(frozen=True)
class Turn:
    """One event and what it did to the clock. `days_waited` is the wait of the open clock at the end of that day."""

    event_date: date
    event_sequence: int
    event_type: str
    event_title: str
    rule: str
    sentence: str
    does: str
    days_waited: int | None
    flags: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True)
class Clock:
    """One clock period. `days_waited` to its end, or to the as-of day while it runs; None where it was nullified.

    `end_words` says how it ended, where its lane has words for that.
    """

    period_number: int
    start_date: date | None
    end_date: date | None
    end_status: str
    is_nullified: bool
    days_waited: int | None
    breach_date: date | None
    start_rule: str
    end_rule: str
    start_sentence: str
    end_sentence: str
    responsibility_passed_date: date | None = None
    end_words: str = ""

    def has_passed(self, as_of: date) -> bool:
        """Whether another provider answers for the wait at the end of the day, and counts it (RTT-R33)."""
        passed = self.responsibility_passed_date
        return passed is not None and passed <= as_of and (self.end_date is None or passed <= self.end_date)

    def runs_on(self, day: date) -> bool:
        """Whether it runs at the end of the day."""
        return self.start_date is not None and self.start_date <= day and (self.end_date is None or self.end_date > day)


def turn_of(row: dict[str, Any], title: str) -> Turn:
    """The turn of a row of a trace."""
    started = row["clock_start_date"]
    return Turn(
        event_date=row["event_date"],
        event_sequence=row["event_sequence"],
        event_type=row["event_type"],
        event_title=title,
        rule=row["rule"],
        sentence=sentence_of(row["rule"]),
        does=row["does"],
        # A wait that restarts on a day to come is one of no days until then (DM-R03).
        days_waited=max((row["event_date"] - started).days, 0) if started else None,
        flags=tuple(row["raised"]),
        status=row.get("referral_to_treatment_period_status") or "",
    )


def rtt_clock_of(row: dict[str, Any], as_of: date) -> Clock:
    """The clock of a row of rtt_clocks."""
    start = row["start_date"]
    return clock_of(row, as_of, breach=breach_date(start) if start is not None else None)


def clock_of(row: dict[str, Any], as_of: date, *, breach: date | None, days: int | None = None, end_words: str = "") -> Clock:
    """The clock of a row of periods; `days` where its wait is not the days that it ran."""
    start, end = row["start_date"], row["end_date"]
    ran = ((end or as_of) - start).days if start is not None else None
    return Clock(
        period_number=row["period_number"],
        start_date=start,
        end_date=end,
        end_status=row["end_status"] or "",
        is_nullified=bool(row["is_nullified"]),
        days_waited=None if row["is_nullified"] else ran if days is None else days,
        breach_date=breach,
        start_rule=row["start_rule"] or "",
        end_rule=row["end_rule"] or "",
        start_sentence=sentence_of(row["start_rule"]),
        end_sentence=sentence_of(row["end_rule"]),
        responsibility_passed_date=row.get("responsibility_passed_date"),
        end_words=end_words,
    )


def sentence_of(rule: str | None) -> str:
    """What the rule says; empty where there is none."""
    return RULES[rule].sentence if rule in RULES else ""
