"""A hospital stay in the words of its page: sentences to read out, what happened in order, and a drawing of its days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from clockstop.answers.stays import Stay, WardStay
from clockstop.nhsuk.presenters import count, day, lower_first
from clockstop.pages.day_drawing import DAY, Block, Flag, Lane, draw_days
from clockstop.pages.drawing_shapes import Drawing
from clockstop.pages.visit_words import day_and_time
from clockstop.rules.rule_sentences import RULES

TITLE = "What happened in this stay?"
COLOURS = {"red": "Red", "green": "Green", "unknown": "Not assessed"}
_LOOKS = {"red": "lost", "green": "used", "unknown": "between"}
MOST_LANES = 12


@dataclass(frozen=True)
class Line:
    """Something that happened in the stay, on a day or at a time of it, with the rule that speaks of it."""

    on: date
    at: datetime | None
    title: str
    more: str = ""
    rule: str = ""

    @property
    def sentence(self) -> str:
        """What the rule says."""
        return RULES[self.rule].sentence if self.rule in RULES else ""


def sentences(stay: Stay) -> tuple[str, ...]:
    """The stay as it can be read out."""
    method = f": {lower_first(stay.method)}" if stay.method else ""
    return (f"Admitted on {day_and_time(stay.started_at)}{method}.", *_ended(stay), *_ready(stay), *_returned(stay))


def _ended(stay: Stay) -> Iterator[str]:
    nights = count(stay.nights, "night")
    if stay.ended_at is None:
        last = stay.wards[-1] if stay.wards else None
        where = f", on {', '.join(one for one in (last.ward, last.place) if one)}" if last and last.ended_at is None else ""
        yield f"Still in hospital on {day_and_time(stay.at)}, after {nights}{where}."
        if stay.expected_date is not None:
            passed = " That day has passed." if stay.expected_date < stay.at.date() else ""
            yield f"Expected to leave on {day(stay.expected_date)}.{passed}"
    elif stay.has_died:
        yield f"The patient died on {day_and_time(stay.ended_at)}, after {nights}."
    else:
        how = f", {lower_first(stay.discharge_method)}" if stay.discharge_method else ""
        yield f"Discharged on {day_and_time(stay.ended_at)}, after {nights}{how}."


def _ready(stay: Stay) -> Iterator[str]:
    """When the patient was ready, and how long they stayed on: days to the discharge, or up to now."""
    if stay.has_died:
        return
    why = f", waiting for: {lower_first(stay.delay_reason)}" if stay.delay_reason else ""
    taken_back = f" A ready date was withdrawn {count(stay.withdrawals, 'time')}." if stay.withdrawals else ""
    if stay.ready_date is None:
        if stay.why_unmeasured:
            yield f"There is no valid discharge-ready date: {lower_first(stay.why_unmeasured)}.{taken_back}"
        return
    days = count(stay.delay_days or 0, "day")
    if stay.ended_at is None:
        yield f"Ready for discharge since {day(stay.ready_date)}, {days} so far{why}.{taken_back}"
    elif stay.delay_days:
        yield f"Ready for discharge on {day(stay.ready_date)}, and left {days} later{why}.{taken_back}"
    else:
        yield f"Ready for discharge on {day(stay.ready_date)}, and left on that day.{taken_back}"


def _returned(stay: Stay) -> Iterator[str]:
    if stay.readmitted_date is None:
        return
    later = count(stay.days_to_readmission or 0, "day")
    if stay.is_readmitted:
        yield f"Readmitted as an emergency on {day(stay.readmitted_date)}, {later} later."
    else:
        yield f"Next admitted on {day(stay.readmitted_date)}, {later} later, which does not count as a readmission."


def lines(stay: Stay) -> tuple[Line, ...]:
    """What happened in order; wards and rounds have tables of their own."""
    found = [_at(stay.started_at, "Admitted", stay.method, "FLO-2.1-CLASS")]
    if stay.expected_set_at is not None and stay.expected_date is not None:
        found.append(_at(stay.expected_set_at, "Expected date set", f"now {day(stay.expected_date)}"))
    for entry in stay.history:
        title = "Called ready for discharge" if entry.is_ready else "No longer ready: the date was withdrawn"
        written = f"written down on {day_and_time(entry.written_at)}" if entry.written_at else ""
        stands = "taken back later" if entry.is_ready and not entry.stands else ""
        more = ", ".join(one for one in (lower_first(entry.reason), stands, written) if one)
        found.append(Line(entry.day, None, title, more, "FLO-2.3-READY"))
    if not stay.history and stay.ready_date is not None:
        found.append(Line(stay.ready_date, None, "Ready for discharge", lower_first(stay.delay_reason), "FLO-2.3-READY"))
    if stay.lounge_at is not None:
        found.append(_at(stay.lounge_at, "To the discharge lounge", "", "FLO-2.3-LOUNGE"))
    if stay.left_ward_at is not None and stay.left_ward_at != stay.ended_at:
        found.append(_at(stay.left_ward_at, "Left the ward"))
    if stay.ended_at is not None:
        found.append(_at(stay.ended_at, "Died" if stay.has_died else "Discharged", stay.discharge_method, "FLO-2.2-STAY"))
    if stay.readmitted_date is not None:
        title = "Readmitted as an emergency" if stay.is_readmitted else "Next admission, not a readmission"
        found.append(Line(stay.readmitted_date, None, title, "", "FLO-15"))
    return tuple(sorted(found, key=lambda one: (one.on, (one.at or datetime.combine(one.on, time())).time())))


def _at(at: datetime, title: str, more: str = "", rule: str = "") -> Line:
    return Line(at.date(), at, title, more, rule)


def days_said(stay: Stay) -> str:
    """The days of the rounds in numbers: "6 green, 2 red, 1 not assessed"."""
    number = {colour: sum(one.colour == colour for one in stay.days) for colour in COLOURS}
    return ", ".join(f"{number[colour]} {COLOURS[colour].lower()}" for colour in ("green", "red", "unknown") if number[colour])


def drawing(stay: Stay) -> Drawing:
    """The days of the stay: a lane for each ward, one for the rounds, and the ready and expected dates marked."""
    first = stay.started_at.date()
    end = stay.ended_at or stay.at
    held = _of_wards(stay, first, end)
    flags = [Flag(_minute(one, first), words) for one, words in _dates(stay) if first <= one <= end.date()]
    whole = Lane(
        "In hospital",
        count(stay.nights, "night"),
        (Block(_of(stay.started_at, first), _of(end, first), "", "used again"),),
        tuple(flags),
    )
    days = [
        Block(
            _minute(one.day, first), _minute(one.day, first) + DAY, COLOURS.get(one.colour, ""), _LOOKS.get(one.colour, "between")
        )
        for one in stay.days
        if first <= one.day <= end.date()
    ]
    rounds = [Lane("Board rounds", days_said(stay), tuple(days))] if days else []
    said = " ".join(sentences(stay))
    return draw_days([whole, *held, *rounds], first=first, description=f"{said} The tables below have every ward and day.")


def _dates(stay: Stay) -> Iterator[tuple[date, str]]:
    if stay.ready_date is not None:
        yield stay.ready_date, "ready"
    if stay.expected_date is not None and stay.expected_date != stay.ready_date:
        yield stay.expected_date, "expected"


def _of_wards(stay: Stay, first: date, end: datetime) -> list[Lane]:
    """A lane a ward in the order of the stay; of very many the first and the last."""
    alike: dict[str, list[WardStay]] = {}
    for one in stay.wards:
        alike.setdefault(one.ward, []).append(one)
    lanes = [
        Lane(_short(ward), count(sum(one.nights for one in every), "night"), tuple(_block(one, first, end) for one in every))
        for ward, every in alike.items()
    ]
    return lanes if len(lanes) <= MOST_LANES else [*lanes[: MOST_LANES - 1], lanes[-1]]


def _short(words: str) -> str:
    return words if len(words) <= 22 else f"{words[:21].rstrip()}…"


def _block(one: WardStay, first: date, end: datetime) -> Block:
    return Block(_of(one.started_at, first), _of(one.ended_at or end, first), one.place, "over" if one.is_outlier else "used")


def _minute(on: date, first: date) -> int:
    return (on - first).days * DAY


def _of(at: datetime, first: date) -> int:
    return max(_minute(at.date(), first) + at.hour * 60 + at.minute, 0)
