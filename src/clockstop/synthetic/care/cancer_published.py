"""Under which words each made-up cancer clock is published: its stage or route, kind of treatment and type of cancer."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.rules.cancer_reported import LYMPHOMA, MISSING_TYPE, MODALITIES, STAGES_AND_ROUTES, SUSPECTED_TYPES, TREATED_TYPES
from clockstop.rules.cancer_sites import CONFIRMED_SITES, SUSPECTED_SITES
from clockstop.rules.cancer_standards import D31, D62, FDS
from clockstop.synthetic.care.cancer_records import SCREENING, UPGRADE, Records
from clockstop.synthetic.care.cancer_rows import record_ids, treatment_ids, visible_records, visible_treatments
from clockstop.synthetic.care.cancer_treatments import FIRST, Treatments
from clockstop.synthetic.extract_columns import constant
from clockstop.synthetic.records import History

BREAST_SYMPTOMS = "16"
# Every cancer of the blood that is drawn under this site is a lymphoma (C833).
OF_THE_BLOOD = "04"
SURGERY, DRUGS, RADIOTHERAPY, OTHER = MODALITIES
_MODALITY_OF = {"23": SURGERY, "24": SURGERY, "02": DRUGS, "03": DRUGS, "15": DRUGS, "05": RADIOTHERAPY}


def published_rows(found: History, records: Records, treatments: Treatments, day: int) -> pa.Table:
    """One row a clock, as the clocks of the truth are: the words of its row in the published extract."""
    chosen = visible_records(records, day)
    fds = chosen[records.kind[chosen] != UPGRADE]
    given = visible_treatments(records, treatments, day)
    given = given[treatments.start_31[given] <= day]
    of_fds, of_62 = records.only(fds), records.only(chosen)
    stages = STAGES_AND_ROUTES[D31]
    is_first = treatments.kind[given] == FIRST
    return pa.concat_tables([
        _rows(record_ids(found, fds), FDS, _routes(of_fds, FDS), np.full(len(fds), ""), _suspected(of_fds)),
        _rows(record_ids(found, chosen), D62, _routes(of_62, D62), _first_modality(records, treatments)[chosen],
              _treated(of_62.site), role=_roles(of_62)),
        _rows(treatment_ids(found, given), D31, np.where(is_first, stages["first"], stages["subsequent"]),
              _modalities(treatments.modality[given]), _treated(treatments.site[given])),
    ])  # fmt: skip


def _rows(
    identifier: pa.Array, standard: str, stage: NDArray[np.str_], modality: NDArray[np.str_], kind: NDArray[np.str_],
    *, role: NDArray[np.str_] | None = None,
) -> pa.Table:  # fmt: skip
    return pa.table({
        "identifier": identifier,
        "standard": constant(standard, len(stage)),
        "stage": pa.array(stage.tolist(), pa.string()),
        "modality": pa.array(modality.tolist(), pa.string()),
        "cancer_type": pa.array(kind.tolist(), pa.string()),
        "role": constant("whole", len(stage)) if role is None else pa.array(role.tolist(), pa.string()),
    })  # fmt: skip


def _routes(rows: Records, standard: str) -> NDArray[np.str_]:
    words = STAGES_AND_ROUTES[standard]
    is_breast = (rows.kind == 0) & (rows.suspected == BREAST_SYMPTOMS)
    cases = [rows.kind == SCREENING, rows.kind == UPGRADE, is_breast]
    said = [words["screening"], words.get("upgrade", ""), words["breast_symptomatic"]]
    return np.select(cases, said, words["urgent_suspected"])


def _roles(rows: Records) -> NDArray[np.str_]:
    """Whose a treated pathway is: this trust's alone, or sent on from here, or to here, by the day of treatment."""
    came, went = rows.arrived <= rows.treated, rows.left <= rows.treated
    return np.select([came, went], ["treating", "referring"], "whole")


def _suspected(rows: Records) -> NDArray[np.str_]:
    """What was suspected; a screening programme's referral does not say."""
    return np.array([
        SUSPECTED_TYPES[SUSPECTED_SITES[code]] if kind == 0 else MISSING_TYPE
        for code, kind in zip(rows.suspected, rows.kind, strict=True)
    ])  # fmt: skip


def _treated(sites: NDArray[np.str_]) -> NDArray[np.str_]:
    words = {code: LYMPHOMA if code == OF_THE_BLOOD else TREATED_TYPES[site] for code, site in CONFIRMED_SITES.items()}
    return np.array([words.get(site, "") for site in sites])


def _modalities(codes: NDArray[np.str_]) -> NDArray[np.str_]:
    return np.array([_MODALITY_OF.get(code, OTHER) for code in codes])


def _first_modality(records: Records, treatments: Treatments) -> NDArray[np.str_]:
    """By record, the kind of its first treatment."""
    found = np.full(len(records), OTHER, dtype=object)
    is_first = treatments.kind == FIRST
    found[treatments.record[is_first]] = _modalities(treatments.modality[is_first])
    return found.astype(np.str_)
