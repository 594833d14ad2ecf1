"""The data-quality pages: the overview, one flag's worklist, who may see it, and what is taken away."""

import pytest

from clockstop.rules.rtt_flags import FLAGS

OVERVIEW = "/quality"
NO_STEP = "/quality/no_next_step"


def test_every_flag_stands_on_the_overview_with_who_mends_it(reader):
    text = reader("information_analyst").get(OVERVIEW).content.decode()
    for flag in FLAGS:
        assert f"{flag.number}. {flag.name}" in text
        assert flag.owner in text


def test_a_count_is_the_number_of_rows_behind_it(reader):
    """39 wait and nothing is booked for the odd ones, but the ninth has a date to come in."""
    client = reader("information_analyst")
    assert "19 pathways to look at" in client.get(NO_STEP).content.decode()
    rows = b"".join(client.get(NO_STEP, {"format": "csv"}).streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 19
    assert "QQA-P009" not in "".join(rows)


def test_what_is_not_sent_is_not_judged_and_never_nought(reader):
    text = reader("information_analyst").get("/quality/start_drift").content.decode()
    assert "not judged" in text
    assert "needs a snapshot of an earlier day" in text
    assert "No pathway here has this flag" not in text


def test_a_filter_narrows_count_and_list_alike(reader):
    client = reader("information_analyst")
    text = client.get(NO_STEP, {"service": "C_100"}).content.decode()
    assert "pathways to look at" in text
    assert "19 pathways" not in text
    assert client.get(NO_STEP, {"owner": "-", "noted": "no", "page": "x"}).status_code == 200


def test_a_reader_without_patients_sees_counts_and_no_row(reader):
    client = reader("group_operations_director", trust="*")
    text = client.get(NO_STEP).content.decode()
    assert "QQA-P0" not in text
    assert "those who may see a trust’s patients" in text
    assert client.get(NO_STEP, {"format": "csv"}).status_code == 403
    assert "withheld" in client.get(OVERVIEW, {"trust": "QQB"}).content.decode()


def test_no_place_of_a_trust_gives_a_small_count_away_by_subtraction(reader):
    """Functions of one trust: where one has a small count, none is told, since the trust's own count is."""
    client = reader("group_operations_director", trust="*")
    whole = _number(client.get(NO_STEP, {"trust": "QQA"}))
    parts = [_number(client.get(NO_STEP, {"trust": "QQA", "service": service})) for service in ("C_100", "C_110", "C_130")]
    assert whole == "19"
    assert parts == ["withheld"] * 3


def _number(response) -> str:
    """What stands under "Flagged now"."""
    return response.content.decode().split("Flagged now</dt><dd>")[1].split("<")[0].strip()


@pytest.mark.parametrize(("path", "status"), [("/quality/nothing", 404), ("/quality/no_next_step?trust=QQB", 403)])
def test_an_unknown_flag_and_another_trust_are_refused(reader, path, status):
    assert reader("information_analyst").get(path).status_code == status


def test_the_overview_is_taken_away(reader):
    response = reader("information_analyst").get(OVERVIEW, {"format": "csv"})
    rows = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 25


def test_the_timeline_names_the_flags_of_its_pathway(reader):
    text = reader("information_analyst").get("/pathways/QQA/timeline/QQA-P039").content.decode()
    assert "12. No next step" in text
    assert "nothing ahead; last event" in text
