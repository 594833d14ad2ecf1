"""What plainly fits a column is what the checks of every load let pass, with the same value."""

from datetime import date

import pyarrow as pa
import pytest

from clockstop.contracts.contract import Column
from clockstop.intake import plain
from clockstop.intake.event_file import _contract
from clockstop.intake.event_judge import EventJudge
from clockstop.intake.map import Mapping, Matched
from clockstop.intake.read import Delivered
from clockstop.intake.words import Judge, Kind

WORDS = [
    "2026-03-05", "2026-02-29", "2024-02-29", "2026-3-5", "2026-13-01", "1900-01-01", "1900-01-02", "1899-12-31", "2099-12-31",
    "2100-01-01", "0000-01-01", "+2026-03-05", "2026-03-05 10:11", "2026-03-05T10:11:12", "05/03/2026", "20260305", "epoch",
    "infinity", "0", "1", "007", "-4", "+7", "3.0", "3.7", "9" * 18, "9" * 19, "1e3", "12345678901234567", "y", "Y", "TRUE", "True",
    "ſ", "yes", "no", "N", "t", "f", "maybe", "10", "30", "30.0", "31.5", "99", "attend", "Attend", "death", "owl", "x" * 40,
    "x" * 41, "ü" * 40, "ü" * 41, "a\0b", "日本", "=1+1", "#", "x" * 1000, "x" * 1001,
]  # fmt: skip


@pytest.fixture(scope="module")
def judge():
    nothing = Delivered(
        kind="parquet", matched=Matched(places={}, headers=(), constants={}, dropped=()), batches=lambda: iter([]), has_nul=True
    )
    one = EventJudge(_contract(), nothing)
    yield one
    one.close()


@pytest.mark.parametrize("column", [one for one in _contract().columns if one.type != "text" or one.max_length < 1000])
def test_what_plainly_fits_is_what_the_checks_let_pass(column, judge):
    words = pa.array(WORDS, pa.string())
    values, is_plain = plain.fitted(words, column, has_nul=True)
    judged, is_wrong = judge.words(column, words)
    for word, value, fits, expected, wrong in zip(
        *(each.to_pylist() for each in (words, values, is_plain, judged, is_wrong)), strict=True
    ):
        assert (not wrong and value == expected) if fits else value is None, word


INSTANTS = [
    "2026-03-05 08:30", "2026-03-05T08:30", "2026-03-05 08:30:15", "2026-03-05T08:30:15", "2026-03-05", "2026-02-29 08:30",
    "2026-03-05 24:00", "2026-03-05 23:60", "2026-03-05 23:59:60", "1900-01-01 00:00", "1899-12-31 08:30", "2100-01-01 00:00",
    "2026-03-05 08:30Z", "2026-03-05T08:30:15+01:00", "2026-10-25 01:30", "05/03/2026 08:30", "2026-3-5 08:30", "infinity", "08:30",
]  # fmt: skip


def test_an_instant_that_plainly_fits_is_what_the_checks_let_pass(embedded):
    """Told apart by asking the checks of every word."""
    column = Column(name="at", type="instant", meaning="", keeps_offset=True)
    kind = Kind.of(column, Mapping(), has_serials=False, has_nul=True, is_key=False, is_group=False)
    words = pa.array(INSTANTS, pa.string())
    asked = Judge(embedded, date.max)._asked(kind, words)
    values, is_plain = plain.fitted(words, column, has_nul=True)
    for word, value, fits, expected, wrong, offset in zip(
        INSTANTS, values.to_pylist(), is_plain.to_pylist(), asked.values.to_pylist(), asked.is_wrong, asked.offsets.to_pylist(),
        strict=True,
    ):  # fmt: skip
        assert (not wrong and value == expected and offset is None) if fits else value is None, word
    assert is_plain.to_pylist()[:5] == [True, True, True, True, False]


def test_most_words_of_an_extract_need_no_second_look():
    columns = {column.name: column for column in _contract().columns}

    def kept(name, *words):
        values, _ = plain.fitted(pa.array(words, pa.string()), columns[name], has_nul=False)
        return values.to_pylist()

    assert kept("event_date", "2026-03-05", "1900-01-01", "2026-02-30") == [date(2026, 3, 5), None, None]
    assert kept("event_sequence", "12", "1.5") == [12, None]
    assert kept("is_communicated", "Y", "n", "perhaps") == [True, False, None]
    assert kept("event_type", "attend", "owl") == ["attend", None]
    assert kept("patient_pathway_identifier", "ü" * 20, "ü" * 21) == ["ü" * 20, None]
