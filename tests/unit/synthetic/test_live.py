"""A step of the play writes the rows that changed, in the trust's own form, beside the extracts."""

import json
import tomllib
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from clockstop.synthetic.layers import Records, always, instant, known_at, piled, read_records, write_records
from clockstop.synthetic.live import begins, ends, greenwich_minute, play
from clockstop.synthetic.london import NO_MINUTE

BEGIN = datetime(2026, 11, 16)  # noqa: DTZ001  London's local time, as the play has it


@pytest.fixture
def folder(tmp_path):
    """A group in which one person comes to Carrowdale at 08:10, is seen at 09:00 and leaves at 11:00; another stays."""
    (tmp_path / "manifest.json").write_text(json.dumps({"until": str(date(2026, 11, 15))}))
    at = greenwich_minute(BEGIN)
    came, left = np.array([at + 490, at + 30]), np.array([at + 660, NO_MINUTE])
    visits = Records(
        came,
        {
            "emergency_care_attendance_identifier": always(pa.array(["one", "other"])),
            "emergency_care_arrival_at": instant(came),
            "emergency_care_departure_at": instant(left),
            "department_area": piled(
                (pa.array(["waiting_room"] * 2), came), (pa.array(["majors"] * 2), np.array([at + 540, NO_MINUTE]))
            ),
        },
    )
    write_records(visits, tmp_path / "ZZC" / "live" / "drawn" / "ed_attendances.parquet")
    return tmp_path


def test_records_are_kept_as_they_are(folder):
    """What is read again tells the same at any instant."""
    kept = read_records(folder / "ZZC" / "live" / "drawn" / "ed_attendances.parquet")
    at = greenwich_minute(BEGIN)
    areas = [known_at(kept, at + minutes, "xlsx")["department_area"].to_pylist() for minutes in (29, 30, 490, 540)]
    assert areas == [[], ["waiting_room"], ["waiting_room"] * 2, ["majors", "waiting_room"]]


def test_a_step_has_what_became_known(folder):
    """From the instant of the last delivery on; where nothing happened there is no file."""
    assert (begins(folder), ends(folder)) == (BEGIN, datetime(2026, 11, 18))  # noqa: DTZ001  London's local time
    first = play(folder, "ZZC", since=BEGIN, at=BEGIN.replace(hour=8, minute=10))
    assert [(one.dataset, one.rows, one.delivery, one.file.suffix) for one in first] == [("ed_attendances", 2, "changes", ".xlsx")]
    assert first[0].file.is_file()
    assert first[0].as_at == BEGIN.replace(hour=8, minute=10)
    assert play(folder, "ZZC", since=BEGIN.replace(hour=8, minute=10), at=BEGIN.replace(hour=8, minute=59)) == []
    later = play(folder, "ZZC", since=BEGIN.replace(hour=8, minute=59), at=BEGIN.replace(hour=23))
    assert [one.rows for one in later] == [1]


def test_what_is_played_is_read_by_its_own_mapping(folder):
    """Also where an older Clockstop wrote the extracts and their mappings, in other words than today's."""
    old = folder / "ZZA" / "mappings" / "ed_attendances.toml"
    old.parent.mkdir(parents=True)
    old.write_text('[columns]\nemergency_care_attendance_identifier = "Emergency Care Attendance Identifier"\n')
    (folder / "ZZC" / "live").rename(folder / "ZZA" / "live")
    (step,) = play(folder, "ZZA", since=BEGIN, at=BEGIN.replace(hour=9))
    named = tomllib.loads(step.mapping.read_text())["columns"]
    heads = step.file.read_bytes().splitlines()[0].decode("cp1252")
    assert len(named) == 4
    assert all(header in heads for header in named.values())
