"""Minutes by Greenwich and London's clocks agree with the zone database, through both nights on which the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from clockstop.synthetic import london

ZONE = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute(instant: datetime) -> int:
    return int((instant - EPOCH).total_seconds() // 60)


def test_the_wall_is_what_the_zone_database_says():
    """Every half hour of five years."""
    minutes = np.arange(minute(datetime(2024, 1, 1, tzinfo=UTC)), minute(datetime(2029, 1, 1, tzinfo=UTC)), 30)
    wall = london.on_the_wall(minutes)
    for one, shown in zip(minutes[::7].tolist(), wall[::7].tolist(), strict=True):
        local = (EPOCH + timedelta(minutes=one)).astimezone(ZONE).replace(tzinfo=UTC)
        assert shown == minute(local)
    clear = ~london.is_ambiguous(minutes)
    assert np.array_equal(london.by_greenwich(wall[clear]), minutes[clear])


def test_the_hour_that_came_twice_has_two_readings():
    """01:30 on 25 October 2026 is 00:30 or 01:30 by Greenwich; 01:30 on 29 March never came and is read as 01:30 by Greenwich."""
    twice = np.array([minute(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))])
    never = np.array([minute(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))])
    assert london.by_greenwich(twice) == twice - 60
    assert london.by_greenwich(twice, is_second=np.array([True])) == twice
    assert london.by_greenwich(never) == never
    assert london.is_ambiguous(np.concatenate([twice - 60, twice, twice + 60])).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("csv", ["2026-10-25T01:30+0100", "2026-10-25T01:30+0000", None]),
        ("csv_cp1252", [datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 1, 30), None]),  # noqa: DTZ001  as on the wall
    ],
)
def test_files_say_the_zone_or_the_wall(form, said):
    """The same two instants, an hour apart; what never comes is empty."""
    first = minute(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert london.told(np.array([first, first + 60, london.NO_MINUTE]), form).to_pylist() == said


def test_parquet_keeps_the_instants_with_their_zone():
    """So a reader knows both."""
    first = minute(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    found = london.told(np.array([first, first + 60]), "parquet")
    assert found.type == pa.timestamp("s", "Europe/London")
    assert [one.astimezone(UTC).hour for one in found.to_pylist()] == [0, 1]
