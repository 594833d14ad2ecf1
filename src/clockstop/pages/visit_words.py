"""A visit to the emergency department in the words of its page: sentences to read out, 4 and 12 hours, a drawing of its hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from clockstop.answers.visits import Visit
from clockstop.contracts.emergency_codes import ATTENDANCE_OUTCOME
from clockstop.nhsuk.presenters import lower_first, minutes_in_words, weekday
from clockstop.pages.day_drawing import Block, Flag, Lane, draw_day
from clockstop.pages.drawing_shapes import Drawing
from clockstop.rules.emergency_clock import FOUR_HOURS, TWELVE_HOURS
from clockstop.rules.local_time import local_at, minute_of
from clockstop.rules.rule_sentences import RULES

TITLE = "What happened in this visit?"
_CAME = {
    "ambulance": "by ambulance",
    "walk_in": "on foot, or by own or public transport",
    "police": "with the police or the prison service",
    "other": "another way",
}
# The stages of a visit: what each is called, by the step that ends it.
_STAGES = {
    "First assessment": "To assessment",
    "Seen for treatment": "To being seen",
    "Decision to admit": "To the decision",
    "Clinically ready to proceed": "To being ready",
}


@dataclass(frozen=True)
class Result:
    """How the visit stands against a limit, in a sentence that can be read out."""

    title: str
    answer: str
    words: str
    rule: str

    @property
    def sentence(self) -> str:
        """What the rule says."""
        return RULES[self.rule].sentence


def day_and_time(at: datetime) -> str:
    """The local time in full: Sunday 9 August 2026 at 14:58."""
    return f"{weekday(at.date())} at {at:%H:%M}"


def time_after(at: datetime, before: datetime | None) -> str:
    """The time of day, with its day where that is another than before."""
    return f"{at:%H:%M}" if before is not None and at.date() == before.date() else f"{at:%H:%M} on {weekday(at.date())}"


def sentences(visit: Visit) -> tuple[str, ...]:
    """The visit as it can be read out."""
    return (*_came(visit), *_clock(visit), *(result.words for result in results(visit)))


def _came(visit: Visit) -> Iterator[str]:
    if visit.began_at is None:
        return
    how = _CAME.get(visit.arrival_mode, "")
    said = f"The patient came {how + ' ' if how else ''}on {day_and_time(visit.began_at)}"
    if visit.handed_over_at is not None:
        after = "" if visit.handover_minutes is None else f", after {minutes_in_words(visit.handover_minutes)}"
        said += f" and was handed over at {time_after(visit.handed_over_at, visit.began_at)}{after}"
    yield f"{said}."


def _clock(visit: Visit) -> Iterator[str]:
    if visit.clock_start_at is None:
        return
    said = f"The clock started at {time_after(visit.clock_start_at, visit.began_at)}"
    if visit.clock_end_at is not None:
        said += f" and stopped at {time_after(visit.clock_end_at, visit.clock_start_at)}"
        outcome = ATTENDANCE_OUTCOME.get(visit.outcome, "")
        said += f": {lower_first(outcome)}" if outcome else ""
    yield f"{said}."


def results(visit: Visit) -> tuple[Result, ...]:
    """The visit against 4 hours, 12 hours from arrival and 12 hours from the decision to admit."""
    return (
        Result("4 hours", *_against(visit, FOUR_HOURS, "4 hours"), "UEC-0.1-ELAPSED"),
        Result("12 hours from arrival", *_against(visit, TWELVE_HOURS, "12 hours from arrival"), "UEC-1.3-ARRIVAL"),
        Result("12 hours from the decision to admit", *_from_decision(visit), "UEC-1.3-DECISION"),
    )


def _against(visit: Visit, limit: int, name: str) -> tuple[str, str]:
    """The answer and the sentence: exactly at a limit is within it."""
    said = _outside(visit, limit) or _unknown(visit, name)
    if said is not None:
        return said
    return _so_far(visit, limit, name) if visit.is_still_here else _in_all(visit.minutes or 0, limit, name)


def _unknown(visit: Visit, name: str) -> tuple[str, str] | None:
    if visit.is_closed_as_fault:
        return "Not known", f"No departure was recorded within 24 hours, so nobody knows how the visit stands against {name}."
    if visit.has_left_since:
        return (
            "Not known",
            f"The patient was there at the last refresh and has left since; the end, and so {name}, is not known here.",
        )
    if visit.minutes is None:
        return "Not known", f"The times of the visit do not say how long it took, so nothing is known against {name}."
    return None


def _so_far(visit: Visit, limit: int, name: str) -> tuple[str, str]:
    took = visit.minutes or 0
    ends = time_after(local_at((visit.clock_start_minute or 0) + limit), visit.at)
    so_far = f"At {visit.at:%H:%M} the patient had been there for {minutes_in_words(took)}"
    if took > limit:
        return "Over", f"{so_far}: {minutes_in_words(took - limit)} over {name}, which came at {ends}."
    return "Not yet", f"{so_far}: {name} come at {ends}."


def _in_all(took: int, limit: int, name: str) -> tuple[str, str]:
    if took > limit:
        return "Over", f"It took {minutes_in_words(took)}: {minutes_in_words(took - limit)} over {name}."
    within = "within" if limit == FOUR_HOURS else "not over"
    return within.capitalize(), f"It took {minutes_in_words(took)}: {within} {name}."


def _outside(visit: Visit, limit: int) -> tuple[str, str] | None:
    """Where the 4-hour standard does not count the visit."""
    if limit != FOUR_HOURS or visit.is_in_standard:
        return None
    took = "" if visit.minutes is None else f" It took {minutes_in_words(visit.minutes)}{' so far' if visit.is_still_here else ''}."
    if visit.is_sdec:
        return "Not counted", f"Same day emergency care stands outside the 4-hour standard.{took}"
    if not visit.is_unplanned:
        return "Not counted", f"A planned attendance stands outside the 4-hour standard.{took}"
    return "Not counted", f"The type of department is not one of the 4-hour standard.{took}"


def _from_decision(visit: Visit) -> tuple[str, str]:
    """12 hours from the decision until an admitted patient leaves for a bed, or up to now."""
    name = "12 hours from the decision to admit"
    if visit.decision_to_admit_at is None:
        if visit.is_admitted:
            return (
                "Not known",
                f"The patient was admitted and no decision to admit was recorded, so nothing is known against {name}.",
            )
        return "Does not apply", f"No decision to admit {'has been' if visit.is_still_here else 'was'} recorded."
    decided = f"A decision to admit was made at {time_after(visit.decision_to_admit_at, visit.clock_start_at)}"
    if not (visit.is_still_here or visit.is_admitted or visit.has_left_since):
        return "Does not apply", f"{decided}, and the patient was not admitted here."
    if visit.minutes_from_decision is None or visit.has_left_since:
        return "Not known", f"{decided}; how long the patient waited for a bed after it is not known."
    return _waited(visit, visit.minutes_from_decision - TWELVE_HOURS, decided, name)


def _waited(visit: Visit, over: int, decided: str, name: str) -> tuple[str, str]:
    took = minutes_in_words(over + TWELVE_HOURS)
    waited = f"{took} before {visit.at:%H:%M}" if visit.is_still_here else f"{took} before the patient left for a bed"
    if over > 0:
        return "Over", f"{decided}, {waited}: {minutes_in_words(over)} over {name}."
    if visit.is_still_here:
        ends = local_at(minute_of(visit.at.replace(second=0, microsecond=0)) - over)
        return "Not yet", f"{decided}, {waited}: {name} come at {time_after(ends, visit.at)}."
    return "Not over", f"{decided}, {waited}: not over {name}."


def minutes_said(minutes: int | None) -> str:
    """A step's minutes from the start of the clock: "14 min before", "+1 h 25 min"."""
    if minutes is None:
        return ""
    if minutes < 0:
        return f"{minutes_in_words(-minutes)} before"
    return f"+{minutes_in_words(minutes)}" if minutes else "0 min"


def drawing(visit: Visit) -> Drawing | None:
    """The hours of the visit; none where the clock has no start or no length. Hours go on evenly where the clocks change."""
    if visit.clock_start_at is None or visit.minutes is None:
        return None
    start = visit.clock_start_at.hour * 60 + visit.clock_start_at.minute
    lanes = [*_ambulance(visit, start), _department(visit, start), *_specialties(visit, start)]
    said = " ".join(sentences(visit))
    return draw_day(lanes, description=f"{said} The table below has every step.")


def _ambulance(visit: Visit, start: int) -> Iterator[Lane]:
    came = next((step.minutes for step in visit.steps if step.title == "The ambulance came"), None)
    handed = next((step.minutes for step in visit.steps if step.title.startswith("Handed over")), None)
    if came is not None and handed is not None and handed >= came:
        took = minutes_in_words(handed - came)
        yield Lane("Ambulance", f"handed over in {took}", (Block(start + came, start + handed, took, "between"),))


def _department(visit: Visit, start: int) -> Lane:
    """The time in the department by its stages, with 4 and 12 hours where they were reached or are near."""
    blocks, last, total = [], 0, visit.minutes or 0
    for step in visit.steps:
        if step.title in _STAGES and step.minutes is not None and last < step.minutes <= total:
            blocks.append(Block(start + last, start + step.minutes, _STAGES[step.title], _looks(len(blocks))))
            last = step.minutes
    if last < total or not blocks:
        words = "so far" if visit.is_still_here else "To leaving"
        blocks.append(Block(start + last, start + total, words, _looks(len(blocks))))
    flags = [Flag(start + limit, f"{limit // 60} hours") for limit in (FOUR_HOURS, TWELVE_HOURS) if total > limit - FOUR_HOURS]
    return Lane("In the department", minutes_in_words(total), tuple(blocks), tuple(flags))


def _looks(number: int):
    return "used again" if number % 2 else "used"


def _specialties(visit: Visit, start: int) -> Iterator[Lane]:
    asked = [step for step in visit.steps if step.title == "Specialty asked"]
    for step, response in zip(asked, visit.responses, strict=False):
        if step.minutes is None:
            continue
        until = (visit.minutes or 0) if response.minutes is None else step.minutes + response.minutes
        took = "not yet there" if response.minutes is None else f"came in {minutes_in_words(response.minutes)}"
        block = Block(start + step.minutes, start + max(until, step.minutes), took, "between" if response.came_at else "lost")
        yield Lane("Specialty", took, (block,))
