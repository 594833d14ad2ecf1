"""The data dictionary has every column of every table that a refresh writes."""

from clockstop.reports.dictionary import fact_kinds, kind_of
from clockstop.store.engine import open_engine
from clockstop.store.snapshots import current_manifest, table

# What quality and counts are kept in is no fact: docs/how-it-fits.md.
NOT_FACTS = {"series", "rtt_flags", "rtt_flag_counts", "quality_counts", "quality_issues"}
# A number of one engine may be a whole number of another; the declaration says no more than that it is one.
ALIKE = {"integer": "number", "instant": "date"}


def test_every_column_of_every_table_is_described(loaded):
    engine, manifest = open_engine(), current_manifest(loaded.home)
    described = fact_kinds()
    assert sorted(set(manifest.tables) - NOT_FACTS) == sorted(described), "run `clockstop docs --columns`"
    for name in described:
        schema = table(loaded.home, manifest.id, name, engine=engine).schema()
        kept = {column: kind_of(str(kind)) for column, kind in schema.items()}
        assert sorted(kept) == sorted(described[name]), f"{name}: run `clockstop docs --columns`"
        odd = [
            column
            for column, kind in kept.items()
            if ALIKE.get(kind, kind) != ALIKE.get(described[name][column], described[name][column])
        ]
        assert odd == [], name
    engine.close()
