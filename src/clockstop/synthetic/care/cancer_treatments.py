"""The treatments of the made-up cancer records, first and later, and those of recurrences that have no record."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.care.cancer_records import Days, Records
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

FIRST, LATER, RECURRENCE = "01", "02", "03"
ADMITTED_MODALITIES, ADMITTED_SHARES = ("23", "24", "02"), (0.88, 0.04, 0.08)
CLINIC_MODALITIES, CLINIC_SHARES = ("02", "05", "03", "08", "07", "15"), (0.35, 0.2, 0.18, 0.12, 0.07, 0.08)
LATER_MODALITIES, LATER_SHARES = ("02", "05", "23", "03"), (0.40, 0.34, 0.20, 0.06)
# Subsequent treatments within 31 days in January 2026, by modality; the rest near nine in ten.
LATER_IN_TIME = {"02": 0.97, "05": 0.87, "23": 0.80, "03": 0.97}
PAUSED_SHARE = 0.06
ECAD_SHARE = 0.3
LATER_A_CANCER = 0.9
RECURRENCES_A_CANCER = 0.25
ONCOLOGY = "800"


@dataclass(frozen=True)
class Treatments:
    """Parallel arrays, one entry a treatment; `record` counts into the records, -1 where it has none."""

    record: NDArray[np.int32]
    pathway: NDArray[np.int32]
    kind: NDArray[np.str_]
    decided: Days
    ecad: Days
    treated: Days
    modality: NDArray[np.str_]
    setting: NDArray[np.str_]
    paused: Days
    available: Days
    site: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.record)

    @property
    def adjustment(self) -> NDArray[np.int64]:
        """The days of the patient's choice before an admitted treatment."""
        return np.where(self.paused < NEVER, self.available - self.paused, 0).astype(np.int64)

    @property
    def start_31(self) -> Days:
        """Day 0 of the 31 days: the decision, or the earliest clinically appropriate date of a later treatment."""
        return np.where(self.ecad < NEVER, np.minimum(self.ecad, self.treated), self.decided).astype(np.int32)


def treatments_of(found: History, records: Records, rng: np.random.Generator) -> Treatments:
    """Every treatment, also of days to come."""
    parts = [_firsts(found, records, rng), _laters(records, rng), _recurrences(found, records, rng)]
    return Treatments(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Treatments)))


def _firsts(found: History, records: Records, rng: np.random.Generator) -> Treatments:
    """The first treatment of each cancer, where and when its pathway was treated; a few patients chose a later date."""
    at = np.flatnonzero(records.is_cancer).astype(np.int32)
    rows = records.only(at)
    setting = _settings(found, rows)
    is_admitted = np.isin(setting, ("01", "02"))
    modality = np.where(
        is_admitted,
        rng.choice(ADMITTED_MODALITIES, len(at), p=ADMITTED_SHARES),
        rng.choice(CLINIC_MODALITIES, len(at), p=CLINIC_SHARES),
    )
    room = rows.treated - rows.decided
    pauses = is_admitted & (rng.random(len(at)) < PAUSED_SHARE) & (room >= 14)
    paused = rows.decided + rng.integers(2, 6, len(at))
    available = paused + np.minimum(rng.integers(5, 15, len(at)), room - 6)
    never = np.full(len(at), NEVER, dtype=np.int32)
    return Treatments(
        at, rows.pathway, np.full(len(at), FIRST), rows.decided, never, rows.treated, modality, setting,
        np.where(pauses, paused, NEVER).astype(np.int32), np.where(pauses, available, NEVER).astype(np.int32), rows.site,
    )  # fmt: skip


def _settings(found: History, rows: Records) -> NDArray[np.str_]:
    """Outpatient, unless the pathway has a list entry with that date to come in: day case or inpatient as it was meant."""
    day = np.full(len(found.own), NEVER, dtype=np.int32)
    management = np.zeros(len(found.own), dtype=np.int8)
    entries = found.entries
    day[entries.pathway], management[entries.pathway] = entries.to_come_in, entries.management
    admitted = day[rows.pathway] == rows.treated
    inside = np.where(management[rows.pathway] == 2, "02", "01")
    return np.where(admitted | (rows.left < NEVER), inside, "03")


def _laters(records: Records, rng: np.random.Generator) -> Treatments:
    """Later treatments of treated cancers, some of them with an earliest clinically appropriate date."""
    cancers = np.flatnonzero(records.is_cancer & (records.left == NEVER))
    at = np.repeat(cancers, rng.poisson(LATER_A_CANCER, len(cancers))).astype(np.int32)
    rows = records.only(at)
    decided = (rows.treated + rng.integers(14, 120, len(at))).astype(np.int32)
    return _given(at, rows.pathway, kind=LATER, decided=decided, site=rows.site, rng=rng)


def _recurrences(found: History, records: Records, rng: np.random.Generator) -> Treatments:
    """Treatments of recurrences on pathways of oncology, which have no cancer record here."""
    service = np.array(found.trust.services)[found.own.service]
    could = np.flatnonzero(service == ONCOLOGY)
    wanted = min(len(could), round(RECURRENCES_A_CANCER * int(records.is_cancer.sum())))
    pathway = np.sort(rng.permutation(could)[:wanted]).astype(np.int32)
    decided = (found.own.received[pathway] + rng.integers(7, 40, wanted)).astype(np.int32)
    none = np.full(wanted, -1, dtype=np.int32)
    return _given(none, pathway, kind=RECURRENCE, decided=decided, site=rng.choice(("01", "07", "03", "16"), wanted), rng=rng)


def _given(
    record: NDArray[np.int32],
    pathway: NDArray[np.int32],
    *,
    kind: str,
    decided: Days,
    site: NDArray[np.str_],
    rng: np.random.Generator,
) -> Treatments:
    """Later treatments: most within 31 days of the decision or of their earliest clinically appropriate date."""
    number = len(record)
    modality = rng.choice(LATER_MODALITIES, number, p=LATER_SHARES)
    in_time = rng.random(number) < np.array([LATER_IN_TIME[one] for one in modality])
    wait = np.where(in_time, rng.integers(2, 32, number), rng.integers(32, 60, number))
    has_ecad = rng.random(number) < ECAD_SHARE
    ecad = np.where(has_ecad, decided + rng.integers(7, 60, number), NEVER).astype(np.int32)
    setting = np.where(modality == "23", np.where(rng.random(number) < 0.4, "02", "01"), "03")
    never = np.full(number, NEVER, dtype=np.int32)
    return Treatments(
        record, pathway, np.full(number, kind), decided, ecad, (np.where(has_ecad, ecad, decided) + wait).astype(np.int32),
        modality,
        setting, never, never, site.astype(np.str_),
    )  # fmt: skip
