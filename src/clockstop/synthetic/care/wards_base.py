"""The wards of the made-up hospitals: what each group is for, and as many beds as its patients fill to the trust's occupancy."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.care.emergency_draw import Ints
from clockstop.synthetic.care.emergency_trusts import Front
from clockstop.synthetic.extract_columns import dates
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER

BEDS_A_WARD = 26
ESCALATION_SHARE = 0.05


@dataclass(frozen=True)
class Group:
    """Wards of one kind: their type, the treatment functions that they are for, and on which of the trust's sites they lie."""

    name: str
    kind: str
    functions: tuple[str, ...]
    site: int = 0
    occupancy: float = 0.0


GROUPS = (
    Group("Acute Medical Unit", "assessment",
          ("300", "430", "340", "320", "301", "400", "302", "303", "307", "330", "361"), occupancy=1.0),
    Group("Surgical Assessment Unit", "assessment", ("100", "101", "110", "120", "502"), occupancy=0.96),
    Group("Respiratory and General Medicine", "general", ("340", "300", "430", "330")),
    Group("Cardiology", "general", ("320", "300", "430")),
    Group("Gastroenterology", "general", ("301", "300", "430", "302", "303", "307", "361")),
    Group("Older People’s Medicine", "general", ("430", "300"), site=1),
    Group("Stroke and Neurology", "general", ("400", "430", "300")),
    Group("General Surgery", "general",
          ("100", "101", "103", "104", "106", "107", "110", "120", "130", "140", "144", "150", "160", "172", "173", "502")),
    Group("Trauma and Orthopaedics", "general", ("110", "410", "100", "101"), site=1),
    Group("Women’s Health", "general", ("502", "100", "101", "120"), occupancy=0.95),
    Group("Children’s Ward", "paediatric", ("420", "171", "214", "215", "216"), occupancy=0.74),
    Group("Maternity", "maternity", ("501", "424"), occupancy=0.72),
    Group("Neonatal Unit", "neonatal", ("422",), occupancy=0.78),
    Group("Critical Care", "critical_care", (), occupancy=0.80),
    Group("Day Unit", "day", ()),
    Group("Escalation Ward", "escalation", ("300", "430")),
    Group("Discharge Lounge", "discharge_lounge", ()),
    Group("Theatre Recovery", "theatre", ()),
)  # fmt: skip
NUMBER = {group.name: place for place, group in enumerate(GROUPS)}
ACUTE, SURGICAL, CHILDREN, MATERNITY, NEONATAL, CRITICAL, DAY, ESCALATION, LOUNGE, RECOVERY = (
    NUMBER[name]
    for name in (
        "Acute Medical Unit", "Surgical Assessment Unit", "Children’s Ward", "Maternity", "Neonatal Unit", "Critical Care",
        "Day Unit", "Escalation Ward", "Discharge Lounge", "Theatre Recovery",
    )
)  # fmt: skip
GENERAL = tuple(place for place, group in enumerate(GROUPS) if group.kind == "general")
# Groups of fewer patients than this have no ward of their own, and where they lie then.
SMALLEST = 11.0
MERGES = (
    ("Gastroenterology", "Respiratory and General Medicine"), ("Cardiology", "Respiratory and General Medicine"),
    ("Stroke and Neurology", "Older People’s Medicine"), ("Women’s Health", "General Surgery"),
    ("Trauma and Orthopaedics", "General Surgery"), ("Surgical Assessment Unit", "Acute Medical Unit"),
    ("Older People’s Medicine", "Respiratory and General Medicine"),
)  # fmt: skip
VIRTUAL = (("Hospital at Home: Frailty", "430"), ("Hospital at Home: Respiratory", "340"))


@dataclass(frozen=True)
class Wards:
    """Parallel arrays, one entry a ward. `grown` beds of it were escalation beds until `grown_day`, core beds from then on.

    `merged` says for each group in which group's wards its patients lie.
    """

    group: Ints
    number: Ints
    beds: Ints
    site: Ints
    extra: Ints
    grown: Ints
    grown_day: int
    merged: Ints

    def __len__(self) -> int:
        return len(self.group)

    @property
    def names(self) -> list[str]:
        """As in Ward 4 Cardiology; the first of a group that has one alone keeps the group's name."""
        found = []
        for place, group in enumerate(self.group.tolist()):
            kind = GROUPS[group]
            found.append(
                f"Ward {self.number[place]} {kind.name}" if kind.kind == "general" else f"{kind.name}{self._letter(place)}"
            )
        return found

    def _letter(self, place: int) -> str:
        same = np.flatnonzero(self.group == self.group[place])
        return "" if len(same) == 1 else f" {chr(65 + int(np.flatnonzero(same == place)[0]))}"

    def functions(self, place: int) -> tuple[str, ...]:
        """The functions for which the ward is: those of its group, and of the groups that were too small for a ward."""
        groups = [int(self.group[place]), *np.flatnonzero(self.merged == self.group[place]).tolist()]
        return tuple(dict.fromkeys(code for group in groups for code in GROUPS[group].functions))

    def codes(self, trust: Trust) -> list[str]:
        """As in BKFW04."""
        return [f"{trust.prefix}W{number:02d}" for number in self.number.tolist()]


def is_for(group: Group, code: str) -> bool:
    """Whether the group is for that function, beyond the first hours."""
    return group.kind not in ("assessment", "escalation") and code in group.functions


def group_of(functions: tuple[str, ...]) -> NDArray[np.int64]:
    """By place in `functions`, the group of wards that is for it; general medicine where none is."""
    found = []
    for code in functions:
        fits = [(group.functions.index(code), place) for place, group in enumerate(GROUPS) if is_for(group, code)]
        found.append(min(fits)[1] if fits else GENERAL[0])
    return np.array(found)


def wards_for(trust: Trust, front: Front, load: NDArray[np.float64], first: int) -> Wards:
    """Wards for the mean number of patients of each group."""
    load, merged = _merged(load)
    rows: list[tuple[int, int, int]] = []
    for place, group in enumerate(GROUPS):
        if merged[place] != place:
            continue
        site = group.site if group.site < len(trust.sites) else 0
        rows += [(place, beds, site) for beds in _beds(place, group, load, front)]
    beds = np.array([row[1] for row in rows])
    group = np.array([row[0] for row in rows])
    extra = np.where(np.isin(group, GENERAL) & (beds >= 16) & (np.arange(len(rows)) % 3 == 0), 2, 0)
    grown = np.where((extra > 0) & (np.cumsum(extra > 0) == 1), 2, 0)
    return Wards(group, np.arange(1, len(rows) + 1), beds, np.array([row[2] for row in rows]), extra, grown, first + 230, merged)


def _merged(load: NDArray[np.float64]) -> tuple[NDArray[np.float64], Ints]:
    """The load with that of the smallest groups added to others, and for each group the one in whose wards its patients lie."""
    load, merged = load.copy(), np.arange(len(GROUPS))
    for small, into in MERGES:
        if load[NUMBER[small]] < SMALLEST:
            load[NUMBER[into]] += load[NUMBER[small]]
            load[NUMBER[small]] = 0
            merged[merged == NUMBER[small]] = NUMBER[into]
    return load, merged


def _beds(place: int, group: Group, load: NDArray[np.float64], front: Front) -> list[int]:
    if place in (LOUNGE, RECOVERY):
        return [12 if place == LOUNGE else 8]
    if place == DAY:
        return [max(6, int(np.ceil(load[place] * 1.15)))]
    if place == ESCALATION:
        return [max(4, round(sum(load[one] for one in (*GENERAL, ACUTE, SURGICAL)) * ESCALATION_SHARE))]
    number = max(4, round(load[place] / (group.occupancy or front.occupancy)))
    if group.occupancy and group.kind != "assessment":
        number = max(number, int(np.ceil(load[place] + np.sqrt(load[place]))))
    wards = max(1, round(number / BEDS_A_WARD)) if group.kind in ("general", "assessment") else 1
    return [number // wards + (one < number % wards) for one in range(wards)]


def ward_rows(trust: Trust, wards: Wards, virtual: list[int], first: int) -> pa.Table:
    """The dated bed base: a ward whose escalation beds became core beds has two rows."""
    codes, names = wards.codes(trust), wards.names
    rows = []
    for place in range(len(wards)):
        kind, beds, extra = GROUPS[int(wards.group[place])], int(wards.beds[place]), int(wards.extra[place])
        functions = wards.functions(place)
        is_escalation = kind.kind == "escalation"
        row = {
            "ward_code": codes[place], "ward_name": names[place], "ward_type": kind.kind, "beds": beds + extra,
            "designated_treatment_functions": " ".join(functions) or None,
            "escalation_beds": beds if is_escalation else extra, "is_adult": kind.kind not in ("paediatric", "neonatal"),
            "activity_treatment_function_code": functions[0] if functions else None,
            "organisation_site_identifier_of_treatment": list(trust.sites)[int(wards.site[place])],
        }  # fmt: skip
        grown = int(wards.grown[place])
        if grown:
            rows.append({**row, "from": first - 400, "to": wards.grown_day - 1})
            rows.append({**row, "from": wards.grown_day, "to": NEVER, "escalation_beds": extra - grown})
        else:
            rows.append({**row, "from": first - 400, "to": NEVER})
    for number, (name, function) in enumerate(VIRTUAL):
        rows.append({
            "ward_code": f"{trust.prefix}V{number + 1}", "ward_name": name, "ward_type": "virtual", "beds": virtual[number],
            "designated_treatment_functions": function, "escalation_beds": 0, "is_adult": True,
            "activity_treatment_function_code": function, "organisation_site_identifier_of_treatment": next(iter(trust.sites)),
            "from": first - 400, "to": NEVER,
        })  # fmt: skip
    plain = pa.Table.from_pylist([{name: value for name, value in row.items() if name not in ("from", "to")} for row in rows])
    begins, ends = (dates(np.array([row[name] for row in rows], dtype=np.int32)) for name in ("from", "to"))
    return plain.append_column("valid_from_date", begins).append_column("valid_to_date", ends)
