"""A pathway in words: the question that it raises, its 18 weeks, and care with the dead."""

from datetime import date

from clockstop.answers.pathways import BOOKING_TITLES, Booking, Clock, Pathway, Turn
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.pages import timeline_words as words

AS_OF = date(2026, 11, 15)


def clock(start=date(2026, 6, 22), end=None, **more) -> Clock:
    days = None if more.get("is_nullified") else ((end or AS_OF) - start).days
    parts = {
        "period_number": 1,
        "end_status": "",
        "is_nullified": False,
        "days_waited": days,
        "breach_date": date(2026, 10, 26),
        "start_rule": "RTT-R01",
        "end_rule": "",
        "start_sentence": "",
        "end_sentence": "",
    }
    return Clock(start_date=start, end_date=end, **parts | more)


def pathway(*clocks, turns=(), bookings=()) -> Pathway:
    return Pathway(
        trust="QQA",
        patient_pathway_identifier="P1",
        local_patient_identifier="",
        service="C_100",
        service_title="General surgery",
        consultant="",
        priority="1",
        as_of=AS_OF,
        turns=turns,
        clocks=clocks,
        bookings=bookings,
        summary=("You have waited 20 weeks.",),
    )


def turn(event_type, status="") -> Turn:
    return Turn(date(2026, 11, 1), 1, event_type, EVENT_TYPES[event_type], "RTT-R27", "", "", None, status=status)


def test_every_event_type_has_short_words_for_the_drawing():
    assert set(words.SHORT_WORDS) == set(EVENT_TYPES)
    assert max(len(said) for said, _ in words.SHORT_WORDS.values()) <= 26


def test_the_title_is_the_question_that_the_clock_raises():
    nullified = clock(end=date(2026, 7, 1), end_status="33", is_nullified=True)
    assert words.question(pathway(clock())) == "Why does the clock say 20 weeks, 6 days?"
    assert words.question(pathway(clock(end=date(2026, 7, 6), end_status="30"))) == "Why did the clock stop at 2 weeks?"
    assert words.question(pathway(nullified)) == "Why does no clock run?"
    assert words.question(pathway()) == "Why does no clock run?"


def test_a_death_is_known_from_the_clock_the_event_or_the_status():
    assert words.has_died(pathway(clock(end=AS_OF, end_status="36")))
    assert words.has_died(pathway(clock(), turns=(turn("death_notified"),)))
    assert words.has_died(pathway(clock(), turns=(turn("attend", status="36"),)))
    assert not words.has_died(pathway(clock(), turns=(turn("attend", status="20"),)))
    assert words.question(pathway(clock(end=AS_OF, end_status="36"))) == "What happened on this pathway?"


def test_eighteen_weeks_are_said_as_people_say_them():
    assert words.eighteen_weeks(clock(), AS_OF) == "18 weeks passed on 26 October 2026, 2 weeks, 6 days ago."
    assert words.eighteen_weeks(clock(), date(2026, 10, 26)) == "18 weeks are reached today, 26 October 2026."
    assert words.eighteen_weeks(clock(), date(2026, 10, 19)) == "18 weeks on 26 October 2026, in 1 week."
    assert words.eighteen_weeks(clock(end=date(2026, 7, 6)), AS_OF) == "18 weeks would have been on 26 October 2026."


def test_only_an_admission_is_said_to_stop_the_clock():
    admission = Booking("tci", BOOKING_TITLES["tci"], date(2026, 11, 27))
    visit = Booking("appointment", "Appointment", date(2026, 11, 27))
    assert words.stops_at(pathway(clock()), admission) == "If treated then, the clock stops at 22 weeks, 4 days."
    assert words.stops_at(pathway(clock()), visit) == ""
    assert words.stops_at(pathway(clock(end=AS_OF, end_status="30")), admission) == ""


def test_the_drawing_has_every_clock_and_event_with_the_booked_ones_hollow():
    booked = Booking("tci", BOOKING_TITLES["tci"], date(2026, 11, 27))
    drawn = words.drawing(pathway(clock(), turns=(turn("attend"),), bookings=(booked,)))
    said = {shape.words for shape in drawn.shapes if hasattr(shape, "words")}
    assert {"Running, 20 weeks, 6 days", "Seen", "To come in (TCI)"} <= said
