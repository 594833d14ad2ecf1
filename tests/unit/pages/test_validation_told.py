"""What validators found of a pathway, on its timeline."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from clockstop.pages import validation_told
from clockstop.registers.validation.actions import Said, Seen, record_outcome, undo_outcome
from clockstop.rules.validation_outcomes import OUTCOMES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PATHWAY = "QQA-P010"
START = date(2026, 9, 13)


@pytest.fixture
def given(reader):
    """Give an outcome on the clock of a pathway of the small group, as the person who is signed in."""
    from clockstop.accounts.models import User

    client = reader("validation_clerk")

    def give(code, **said):
        seen = Seen(
            trust="QQA", patient_pathway_identifier=PATHWAY, start_date=START, period_number=1, snapshot_id="s", days_waited=63,
            as_of_date=date(2026, 11, 15), evidence_signature="0" * 32,
        )  # fmt: skip
        return record_outcome(by=User.objects.get(username="pat"), seen=seen, said=Said(code=code, **said))

    return client, give


def shown(client):
    return BeautifulSoup(client.get(f"/pathways/QQA/timeline/{PATHWAY}").content, "html.parser")


def test_an_outcome_stands_on_the_timeline_with_its_note_and_what_became_of_it(given):
    client, give = given
    assert shown(client).select_one("#checked") is None
    give("stop_treated", right_date=date(2026, 11, 2), note="Treated <b>elsewhere</b>")
    page = shown(client)
    row = page.select_one("[aria-labelledby=checked] tbody tr").get_text(" ", strip=True)
    assert "Stop: treated, 2 November 2026; clock from 13 September 2026" in row
    assert "“Treated <b>elsewhere</b>” pat" in row
    assert row.endswith("Not yet come back from the trust’s own system")
    assert "Checked: treated" in page.select_one("svg.cs-chart").get_text()


def test_an_outcome_that_was_taken_back_stays_as_a_line_and_leaves_the_drawing(given):
    client, give = given
    outcome = give("clock_right")
    assert "Checked: clock is right" in shown(client).select_one("svg.cs-chart").get_text()
    undo_outcome(by=outcome.by, outcome=outcome)
    page = shown(client)
    assert "Checked" not in page.select_one("svg.cs-chart").get_text()
    assert page.select_one("[aria-labelledby=checked] del").get_text().startswith("Clock is right")
    assert "Taken back by pat on" in page.select_one("[aria-labelledby=checked]").get_text()


def test_every_outcome_has_short_words_that_fit_the_drawing():
    assert set(validation_told.SHORT_WORDS) == {one.code for one in OUTCOMES}
    assert max(len(words) for words in validation_told.SHORT_WORDS.values()) <= 24
