"""What governance is told of: each alert once, from limits that the trust dates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from clockstop.accounts import access_alerts, audit, chain
from clockstop.accounts.access_alerts import give_own_number, raise_alerts, see, unseen
from clockstop.accounts.actions import add_user
from clockstop.accounts.alert_limits import AlertLimits, limits_on
from clockstop.accounts.models import AccessAlert, OwnNumber
from clockstop.errors import UnknownName, UnreadableFile

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 11, tzinfo=UTC)


@pytest.fixture
def pat():
    return add_user(username="pat", password="demo", role_slug="service_manager", trust="AAA", is_demo=True)


@pytest.fixture
def look(pat, rf, monkeypatch):
    request = rf.get("/")
    request.user = pat

    def make(*, at=NOON, action=audit.VIEWED, pathway="", rows=1, what="show_pathway"):
        monkeypatch.setattr(chain.timezone, "now", lambda: at)
        audit.record(request, action=action, what=what, trust="AAA", patient_pathway_identifier=pathway, rows=rows)

    return make


def raised(home, own=None):
    return sorted((one.kind, one.username) for one in raise_alerts(home, own=own or {}))


def test_much_taken_away_is_told_each_time_and_once(look, home):
    look(action=audit.EXPORTED, rows=499)
    look(action=audit.EXPORTED, rows=500)
    look(action=audit.EXPORTED, rows=501)
    assert raised(home) == [("bulk_export", "pat")] * 2
    assert raised(home) == []


def test_records_taken_away_are_no_patients(look, home):
    look(action=audit.EXPORTED, rows=9000, what="list_access_records")
    assert raised(home) == []


def test_sixty_patients_in_an_hour_are_told_and_fifty_nine_are_not(look, home):
    for number in range(59):
        look(at=NOON + timedelta(seconds=number), pathway=f"P{number}")
    assert raised(home) == []
    look(at=NOON + timedelta(minutes=59), pathway="P0")
    assert raised(home) == []
    look(at=NOON + timedelta(minutes=59, seconds=30), pathway="P60")
    assert raised(home) == [("many_patients", "pat")]


def test_sixty_patients_over_two_hours_are_not_told(look, home):
    for number in range(60):
        look(at=NOON + timedelta(minutes=2 * number), pathway=f"P{number}")
    assert raised(home) == []


def test_the_first_nights_are_told_and_then_the_night_is_usual(look, home):
    for night in range(5):
        look(at=NOON + timedelta(days=night, hours=10), rows=25, what="list_pathways")
        look(at=NOON + timedelta(days=night, hours=15), rows=25, what="list_pathways")
        assert raised(home) == ([("unusual_hour", "pat")] * (1 if night < 3 else 0)), night


def test_the_own_record_is_told_where_the_number_is_known(look, home, pat):
    own = {"pat": {"AAA": ("P7",)}}
    look(pathway="P6")
    look(pathway="P7")
    assert raised(home, own) == [("own_record", "pat")]


def test_a_number_is_kept_as_a_hash_alone_and_forgotten_when_asked(home, pat):
    give_own_number(home, username="pat", nhs_number="943 476 5919", by=pat)
    assert "9434765919" not in OwnNumber.objects.get().nhs_number_pseudonym
    with pytest.raises(UnknownName):
        give_own_number(home, username="pat", nhs_number="9434765918", by=pat)
    give_own_number(home, username="pat", nhs_number="", by=pat)
    assert not OwnNumber.objects.exists()


def test_who_has_seen_it_and_what_was_found_is_kept(look, home, pat):
    look(action=audit.EXPORTED, rows=5000)
    alert = raise_alerts(home, own={})[0]
    assert unseen(frozenset({"AAA"}), "cal") == 1
    assert (unseen(frozenset({"AAA"}), "pat"), unseen(frozenset({"BBB"}), "cal")) == (0, 0)
    see(alert=alert, by=pat, finding="the weekly list for the network")
    assert AccessAlert.objects.get().seen.get().finding == "the weekly list for the network"
    assert unseen(frozenset({"AAA"}), "cal") == 0


def test_limits_hold_from_their_day(home):
    home.settings_file.write_text(
        "[[access_alerts]]\nfrom = 2026-09-01\nexport_rows = 50\n"
        "[[access_alerts]]\nfrom = 2026-04-01\nexport_rows = 200\nopen_minutes = 30\n"
    )
    assert limits_on(home, date(2026, 3, 31)) == AlertLimits()
    assert limits_on(home, date(2026, 4, 1)) == AlertLimits(export_rows=200, open_minutes=30)
    assert limits_on(home, date(2026, 9, 1)) == AlertLimits(export_rows=50, open_minutes=30)


@pytest.mark.parametrize("entry", ["export_rows = 5", "from = 2026-04-01\nexport = 5", 'from = 2026-04-01\nexport_rows = "5"'])
def test_a_wrong_limit_says_what_to_do(home, entry):
    home.settings_file.write_text(f"[[access_alerts]]\n{entry}\n")
    with pytest.raises(UnreadableFile, match="access_alerts"):
        limits_on(home, date(2026, 5, 1))


def test_alerts_are_looked_for_in_pieces(look, home, monkeypatch):
    monkeypatch.setattr(access_alerts, "_MOST_AT_ONCE", 1)
    look(action=audit.EXPORTED, rows=500)
    look(action=audit.EXPORTED, rows=500)
    assert [len(raise_alerts(home, own={})) for _ in range(3)] == [1, 1, 0]
    assert timezone.localdate(NOON) == date(2026, 7, 1)
