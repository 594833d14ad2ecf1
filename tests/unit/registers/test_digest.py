"""The reminders: late, or due within three days, to whoever owns it; and nothing of a patient in any mail."""

from dataclasses import dataclass
from datetime import date

import pytest

from clockstop.registers.work.digest import LEFT_OUT, Digest, send
from clockstop.registers.work.items import ACTION, STEP, WorkItem

TODAY = date(2026, 11, 16)


def item(what, due, *, pathway="", kind=ACTION, is_over=False):
    return WorkItem(key="action 1", kind=kind, what=what, owner="pat", due=due, trust="AAA", pathway=pathway, is_over=is_over)


@pytest.mark.parametrize(
    ("day", "late", "soon"),
    [(12, 4, False), (15, 1, False), (16, 0, True), (19, 0, True), (20, 0, False)],
)
def test_the_due_day_itself_is_not_late_and_a_reminder_comes_three_days_before(day, late, soon):
    one = item("Run two lists", date(2026, 11, day))
    assert (one.days_late(TODAY), one.is_soon(TODAY)) == (late, soon)
    assert (item("x", date(2026, 11, day), is_over=True).is_soon(TODAY), item("x", None).is_soon(TODAY)) == (False, False)


@pytest.fixture
def digest():
    late = (
        item("Ring 943 476 5919 about the list", date(2026, 11, 12)),
        item("Ring Mrs Jones", date(2026, 11, 12), pathway="P1"),
        item("Send the letter", date(2026, 11, 13), pathway="P2", kind=STEP),
    )
    return Digest(username="pat", address="pat@example.test", late=late, soon=(item("Run two lists", date(2026, 11, 18)),))


def test_no_mail_says_anything_of_a_patient(digest, mailoutbox):
    assert send([digest], today=TODAY, site="https://clockstop.example/") == 1
    (mail,) = mailoutbox
    assert mail.subject == "Clockstop: 3 late, 1 due within 3 days"
    for word in ("Jones", "letter", "P1", "P2", "5919"):
        assert word not in mail.body
    assert f"- Ring {LEFT_OUT} about the list (AAA, due 12/11/2026, 4 days late)" in mail.body
    assert "- 2 about patients, which no e-mail names" in mail.body
    assert "https://clockstop.example/my-work" in mail.body


@dataclass
class Nobody:
    address: str = ""


def test_who_has_no_address_gets_no_mail(mailoutbox):
    assert send([Nobody()], today=TODAY, site="") == 0
    assert mailoutbox == []
