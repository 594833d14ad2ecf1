"""The data dictionary says of each column what it means and which measures read it; it is searched and taken away."""

import csv
import io

from clockstop.contracts import contracts
from clockstop.measures.catalogue import measure, measures
from clockstop.reports.dictionary import columns_read, dictionary, fact_kinds, lines


def test_every_column_means_something():
    empty = [(one.name, entry.column) for one in dictionary().values() for entry in one.entries if not entry.meaning.strip()]
    assert empty == []
    assert {one.name for one in dictionary().values() if one.kind == "dataset"} == set(contracts())


def test_every_measure_reads_columns_of_its_own_fact():
    assert {slug for slug, one in measures().items() if not set(columns_read(one)) & set(fact_kinds()[one.table])} == set()
    read = {slug for one in dictionary().values() for entry in one.entries for slug in entry.measures}
    assert read == set(measures())


def test_a_measure_reads_its_sides_its_day_its_weight_and_its_states():
    assert set(columns_read(measure("cancer_62_day"))) >= {"standard", "is_counted", "treated_share", "within_share", "end_date"}
    assert "end_date" in columns_read(measure("op_pifu_open"))


def test_a_column_of_a_dataset_has_the_words_of_its_contract_and_its_element():
    entry = next(one for one in dictionary()["rtt_waits"].entries if one.column == "intended_management_code")
    assert entry.element == "INTENDED MANAGEMENT CODE"
    assert entry.codes


def test_a_search_finds_names_meanings_and_codes(reader):
    browser = reader()
    text = browser.get("/dictionary", {"q": "days waited"}).content.decode()
    assert "/dictionary/rtt_waits#days_waited" in text
    assert "No column says that" in browser.get("/dictionary", {"q": "zzzz"}).content.decode()
    table = browser.get("/dictionary/cancer_waits").content.decode()
    assert 'id="within_share"' in table
    assert "/measures/cancer_62_day" in table
    assert browser.get("/dictionary/rtt_events-fact").status_code == 200
    assert browser.get("/dictionary/nothing").status_code == 404


def test_the_whole_is_taken_away_as_csv(reader):
    response = reader().get("/dictionary", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == len(lines())
    assert {row["kind"] for row in rows} == {"dataset", "fact"}
