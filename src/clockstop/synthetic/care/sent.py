"""What each family of care makes of one trust's history: the extracts that are sent, and the truth beside them."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.synthetic.care import FAULT_SCHEMA, families
from clockstop.synthetic.headers import Words
from clockstop.synthetic.layers import changed, write_records
from clockstop.synthetic.london import NO_MINUTE
from clockstop.synthetic.records import History

# The numbers of the random streams of a family: its records, and its faults.
RECORDS, FAULTS = 0, 1


@dataclass(kw_only=True)
class Family:
    """One family in one trust; it gathers the faults that were planted in what was sent."""

    name: str
    module: ModuleType
    found: History
    seed: tuple[int, ...]
    faults: list[pa.Table] = field(default_factory=list)

    @property
    def words(self) -> Words:
        """How the trusts call the family's columns and codes."""
        return Words(getattr(self.module, "HEADERS", {}), getattr(self.module, "CODES", {}))

    def sent(self, day: int, *, as_of: date) -> dict[str, pa.Table]:
        """The extracts at the end of the day, faults in them, in the order in which they are loaded."""
        rows = self.module.extracts(self.found, day, self._generator(RECORDS))
        planted = self.module.planted(rows, self.found, day, self._generator(FAULTS))
        of_day = pa.repeat(pa.scalar(as_of, pa.date32()), planted.faults.num_rows)
        self.faults.append(planted.faults.select(FAULT_SCHEMA.names).cast(FAULT_SCHEMA).append_column("as_of", of_day))
        return {name: planted.rows[name] for name in self.module.DATASETS if name in planted.rows}

    @property
    def is_sent_once(self) -> bool:
        """Whether its extracts are sent on the last delivery day alone."""
        return getattr(self.module, "IS_SENT_ONCE", False)

    def write_live(self, folder: Path, day: int) -> None:
        """Keep what is to be played after the day (synthetic/live.py); a family that cannot be played has nothing."""
        if not hasattr(self.module, "live"):
            return
        end, records = self.module.live(self.found, day, self._generator(RECORDS))
        for name, rows in records.items():
            write_records(rows.only(np.flatnonzero(changed(rows, end, NO_MINUTE - 1))), folder / f"{name}.parquet")

    def write_truth(self, folder: Path, day: int) -> None:
        """Write what is right at the end of the day, and the faults of every delivery."""
        for name, rows in self.module.truth(self.found, day, self._generator(RECORDS)).items():
            pq.write_table(rows, folder / f"{self.name}_{name}.parquet", compression="zstd")
        pq.write_table(pa.concat_tables(self.faults), folder / f"{self.name}_faults.parquet", compression="zstd")

    def _generator(self, stream: int) -> np.random.Generator:
        """Begun anew at each call, and each family's own, so that a change in one leaves the others as they were."""
        return np.random.default_rng([*self.seed, crc32(self.name.encode()), stream])


def families_of(found: History, *, seed: tuple[int, ...]) -> list[Family]:
    """Every family, for the history of one trust."""
    return [Family(name=name, module=module, found=found, seed=seed) for name, module in families().items()]
