"""The nightly refresh of a group of four trusts with all their datasets, then once more with 1 % of its pathways changed."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.intake.organisation import add_organisation
from clockstop.store import snapshots
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest
from clockstop.synthetic.group import Wanted, synthesise

EVENTS_AT_SCALE_1 = 10_000_000
SHARE_CHANGED = 0.01
PATHWAY = "patient_pathway_identifier"


def prepare(folder: Path, size: int) -> None:
    """The made-up group at that size, every file of it loaded."""
    extracts, home = folder / "extracts", Home(folder / "home")
    home.root.mkdir()
    synthesise(extracts, Wanted(scale=max(0.001, size / EVENTS_AT_SCALE_1)))
    manifest = json.loads((extracts / "manifest.json").read_text())
    for trust in manifest["trusts"].values():
        add_organisation(home, extracts / trust["organisation"])
    for one in manifest["deliveries"]:
        mapping = extracts / one["trust"] / "mappings" / f"{one['dataset']}.toml"
        day = date.fromisoformat(one["as_of"])
        load_file(
            home, file=extracts / one["file"], trust=one["trust"], dataset=one["dataset"], mapping=mapping,
            delivery=one["delivery"], today=day,
        )  # fmt: skip


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of the whole refresh; the ratio is of the one after the change."""
    home = Home(folder / "home")
    until = date.fromisoformat(json.loads((folder / "extracts" / "manifest.json").read_text())["until"])
    whole: Manifest = meter.run("whole", lambda: refresh(home, as_of=until), watched=True)
    changed = sum(_change(home, whole, trust, folder, until) for trust in whole.trusts)
    meter.run("after a change", lambda: refresh(home, as_of=until), watched=True)
    seconds, again = meter.wall("whole"), meter.wall("after a change")
    notes = [
        f"{whole.tables['rtt_events']:,} events; whole {seconds:.1f} s; {changed:,} pathways changed: {again:.1f} s",
        meter.note("after a change", "whole"),
    ]
    return Figures(seconds=seconds, peak_mb=meter.peak_mb, ratio=again / seconds, notes=notes)


def _change(home: Home, whole: Manifest, trust: str, folder: Path, day: date) -> int:
    """Load an attendance on the last day for one pathway in a hundred; how many that is."""
    table = snapshots.table(home, whole.id, "rtt_pathways", trusts=[trust])
    every = np.sort(table.select(PATHWAY).to_pyarrow().column(PATHWAY).to_numpy(zero_copy_only=False))
    chosen = np.random.default_rng(1).choice(every, size=max(1, round(len(every) * SHARE_CHANGED)), replace=False)
    rows = pa.table({
        PATHWAY: chosen,
        "event_date": pa.repeat(pa.scalar(day), len(chosen)),
        "event_sequence": pa.repeat(9_000, len(chosen)),
        "event_type": pa.repeat("attend", len(chosen)),
        "referral_to_treatment_period_status": pa.repeat("20", len(chosen)),
    })  # fmt: skip
    file = folder / f"changes-{trust}.csv"
    arrow_csv.write_csv(rows, file)
    # The trust may have a mapping for the events that it sends itself: these are written in our own names.
    mapping = file.with_suffix(".toml")
    mapping.write_text("[columns]\n" + "".join(f'{name} = "{name}"\n' for name in rows.column_names))
    load_file(home, file=file, trust=trust, dataset="rtt_events", mapping=mapping, delivery="changes", today=day)
    return len(chosen)
