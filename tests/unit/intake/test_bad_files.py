"""What cannot be read gets a message that says what, where and what to do; nothing is half done."""

import gzip
import io
import json
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.errors import MissingColumn, UnknownName, UnreadableFile, UserError
from clockstop.intake.ledger import loads
from clockstop.intake.load import load_file

HEADER = b"patient_pathway_identifier,event_date,event_sequence,event_type\n"
ROW = b"P1,2026-01-05,1,referral_received\n"


def parquet_bytes(**columns):
    handle = io.BytesIO()
    pq.write_table(pa.table(columns), handle)
    return handle.getvalue()


def workbook_bytes(rows, sheet="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    handle = io.BytesIO()
    book.save(handle)
    return handle.getvalue()


def edited_workbook(edit):
    handle = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook_bytes([["a"]]))) as old, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, edit(content) if entry.filename.startswith("xl/worksheets/sheet") else content)
    return handle.getvalue()


EVENTS_PARQUET = parquet_bytes(
    patient_pathway_identifier=["P1"], event_date=["2026-01-05"], event_sequence=[1], event_type=["attend"]
)
HEADER_ROW_14 = [
    ["Trust report"],
    *[[f"line {n}"] for n in range(2, 14)],
    HEADER.decode().strip().split(","),
    ["P1", "2026-01-05", 1, "attend"],
]

BAD = {
    "empty": (b"", UnreadableFile, "is empty"),
    "only blanks": (b"  \n\n ", UnreadableFile, "is empty"),
    "truncated parquet": (EVENTS_PARQUET[: len(EVENTS_PARQUET) // 2], UnreadableFile, "cut short"),
    "damaged parquet": (EVENTS_PARQUET[:200] + b"PAR1", UnreadableFile, "damaged Parquet"),
    "encrypted parquet": (b"PARE" + b"x" * 100, UnreadableFile, "encrypted"),
    "header on row 14": (workbook_bytes(HEADER_ROW_14), UnreadableFile, "header_row = 14"),
    "titles over a csv": (b"My report\n\n" + HEADER + ROW, UnreadableFile, "header_row = 3"),
    "missing column": (b"patient_pathway_identifier,event_dat\n1,2\n", MissingColumn, "nearest header: 'event_dat'"),
    "missing column says how": (b"a,b\n1,2\n", MissingColumn, "clockstop mapping draft"),
    "duplicated header": (HEADER.replace(b"event_type", b"event_date,event_type") + ROW, UnreadableFile, "2 times"),
    "utf-16": ((HEADER + ROW).decode().encode("utf-16"), UnreadableFile, "UTF-16"),
    "utf-16 without its mark": ((HEADER + ROW).decode().encode("utf-16-le"), UnreadableFile, "UTF-16"),
    "no character set": (HEADER + b"P\x81\xff,2026-01-05,1,attend\n", UnreadableFile, "line 2 (byte 66"),
    "binary": (bytes(range(1, 200)) + b"\0" * 40, UnreadableFile, "not text"),
    "nothing but NUL": (b"\0" * 5_000, UnreadableFile, "not text"),
    "noise": (bytes(n * n % 251 for n in range(5_000)), UnreadableFile, "not text"),
    "a header without end": (b"patient_pathway_identifier," * 50_000, UnreadableFile, "is no header"),
    "zip of something": (b"", UnreadableFile, "is a zip file"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), UnreadableFile, "password"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, UnreadableFile, "old Office format"),
    "cut zip": (workbook_bytes([["a"]])[:300], UnreadableFile, "cut short or damaged"),
    "cut gzip": (gzip.compress(HEADER + ROW * 500)[:60], UnreadableFile, "cut short"),
    "open quote": (HEADER + ROW + b'P2,2026-01-05,2,"attend\n' + ROW * 100, UnreadableFile, "quote is opened"),
    "open quote at first": (HEADER + ROW + b'"P2,2026-01-05,2,attend\n' + ROW * 100, UnreadableFile, "quote is opened"),
    "empty workbook": (workbook_bytes([]), UnreadableFile, "empty workbook"),
    "entities": (
        edited_workbook(lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml), UnreadableFile, "XML entities"
    ),
    "damaged sheet": (
        edited_workbook(lambda xml: b"<worksheet><sheetData><row><c t='n'><v>xx</v>"), UnreadableFile, "damaged workbook"
    ),
    "only a byte order mark": (b"\xef\xbb\xbf", UnreadableFile, "is empty"),
    "gzip of nothing": (gzip.compress(b""), UnreadableFile, "is empty"),
    "stray corner": (edited_workbook(lambda xml: xml.replace(b'r="A1"', b'r="XFD1048576"')), UnreadableFile, "spreads over"),
    "nested parquet": (
        parquet_bytes(patient_pathway_identifier=[["P1"]], event_date=["x"], event_sequence=[1], event_type=["attend"]),
        UnreadableFile,
        "not single values",
    ),
}  # fmt: skip


def bad_bytes(name):
    if name != "zip of something":
        return BAD[name][0]
    handle = io.BytesIO()
    with zipfile.ZipFile(handle, "w") as archive:
        archive.writestr("events.csv", "a,b")
    return handle.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_remedy(name, deliver, home):
    _, kind, says = BAD[name]
    with pytest.raises(kind) as refusal:
        deliver(bad_bytes(name), name="events.csv")
    assert says in str(refusal.value)
    assert refusal.value.do, "every refusal says what to do"
    assert loads(home) == []
    assert not list(home.root.rglob(".partial-*"))


def test_zip_bomb_is_refused(deliver, monkeypatch):
    from clockstop.intake import sheets

    monkeypatch.setattr(sheets, "UNPACKED_LIMIT", 2_000)
    with pytest.raises(UnreadableFile, match="would unpack"):
        deliver(workbook_bytes([["a"] * 50] * 50))


def test_a_file_that_is_not_there(deliver):
    with pytest.raises(UnreadableFile, match="There is no file"):
        deliver(None, name="nowhere.csv")


def test_a_folder(home, tmp_path):
    with pytest.raises(UnreadableFile, match="is a folder"):
        load_file(home, file=tmp_path, trust="RXX", dataset="rtt_events")


def test_unknown_trust_and_dataset(home, tmp_path):
    with pytest.raises(UnknownName, match=r"The trust 'RXZ'.*\n.*'RXX'"):
        load_file(home, file=tmp_path / "x.csv", trust="RXZ", dataset="rtt_events")
    with pytest.raises(UnknownName, match="nearest is 'rtt_events'"):
        load_file(home, file=tmp_path / "x.csv", trust="RXX", dataset="rtt_event")
    with pytest.raises(UnknownName):
        load_file(home, file=tmp_path / "x.csv", trust="../..", dataset="rtt_events")


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("columns = 3", "must be a table"),
        ("[columns", "not readable TOML"),
        ("deliverie = 'full'", "Did you mean 'delivery'"),
        ("delivery = 'all'", "must be full or changes"),
        ("encoding = 'utf-9'", "is not known"),
        ("encoding = 'base64'", "is not known"),
        ("encoding = 'undefined'", "is not known"),
        ("encoding = 'utf-32'", "is not known"),
        ("delimiter = 'ab'", "not one character"),
        ("date_formats = ['day first']", "is not understood"),
        ("[columns]\nevent_dat = 'x'", "Did you mean 'event_date'"),
        ("[columns]\nevent_date = 'When'", "'When' (for event_date)"),
        ("[columns]\nevent_date = 3", "must be"),
        ("[codes.event_typ]\nA = 'attend'", "Did you mean 'event_type'"),
        ("[codes.event_type]\nA = 'atend'", "Did you mean 'attend'"),
        ("header_row = 99", "no row 99"),
        ("record_id = 'Id'", "record_id"),
    ],
)
def test_a_bad_mapping_is_refused(mapping, says, deliver, home):
    with pytest.raises(UserError) as refusal:
        deliver(HEADER + ROW, mapping=mapping)
    assert says in str(refusal.value)
    assert not home.mapping_file("RXX", "rtt_events").exists()


def test_ragged_rows_are_set_aside_and_counted(deliver, home):
    receipt = deliver(HEADER + ROW + b"P2,2026-01-05\n" + b"P3,2026-01-05,1,attend,extra,x\n" + b"P4,2026-01-06,1,attend\n")
    assert (receipt.rows_read, receipt.rows_kept, receipt.rows_set_aside) == (4, 2, 2)
    assert receipt.reasons == {"too_few_cells": 1, "too_many_cells": 1}
    rows = pq.read_table(home.loads("RXX", "rtt_events") / receipt.load_id / "set_aside.parquet").to_pylist()
    assert [row["source_row"] for row in rows] == [2, 3]
    assert json.loads(rows[1]["original"])["extra cell 1"] == "extra"


def test_a_nul_byte_and_a_huge_cell_are_set_aside(deliver):
    receipt = deliver(HEADER + b"P\x001,2026-01-05,1,attend\n" + b"P" * 100_000 + b",2026-01-05,1,attend\n" + ROW)
    assert receipt.reasons == {"nul_character": 1, "too_long": 1}
    assert receipt.rows_kept == 1


def test_a_header_without_rows_is_a_delivery_of_nothing(deliver):
    receipt = deliver(HEADER)
    assert (receipt.rows_read, receipt.rows_kept) == (0, 0)
    assert "no rows" in receipt.notes[0]


def test_content_not_name_says_what_a_file_is(deliver):
    receipt = deliver(EVENTS_PARQUET, name="events.csv")
    assert receipt.rows_kept == 1
    assert "the content is a Parquet file" in receipt.notes[0]
    receipt = deliver(HEADER + ROW, name="events.parquet")
    assert receipt.rows_kept == 1
    assert "delimited text" in receipt.notes[0]
