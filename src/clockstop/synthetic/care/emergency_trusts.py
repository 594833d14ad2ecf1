"""How the front door of each made-up trust differs: its departments, its crowding, whom it admits; and when people come.

The figures are chosen to look like England's published ones of 2025/26 (within 4 hours: type 1 about 60 %, all types 75 %; over
12 hours from arrival 10 to 12 % of type 1), Carrowdale better, Brackenfell worse.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TYPE_1, TYPE_2, TYPE_3, TYPE_4, SDEC = 1, 2, 3, 4, 5
# Attendances a day and trust: so many whatever the scale, since a department of ten a day looks like none; the group of scale 1
# (a thirtieth of England) has about 2,800.
BASE_A_DAY, A_DAY_AT_SCALE_1, FULL_RATE_UP_TO = 30.0, 2_500.0, 0.04
A_DAY_BEYOND = 600.0


@dataclass(frozen=True, kw_only=True)
class Front:
    """A trust's front door. `tempo` stretches the hours in the department, at the first and at the last day; shares are 0 to 1.

    `departments` are (place of the site, type, share of attendances).
    """

    size: float
    departments: tuple[tuple[int, int, float], ...]
    tempo: tuple[float, float]
    handover: float
    ambulances: float
    admits: float
    leaves: float
    occupancy: float
    delays: float
    short: float
    outliers: float
    before_noon: float
    rounds: float


FRONTS = {
    "ZZA": Front(
        size=1.5, departments=((0, 1, 0.50), (2, 2, 0.06), (1, 3, 0.32), (0, 5, 0.12)), tempo=(1.10, 0.96), handover=28,
        ambulances=0.32, admits=1.0,
        leaves=0.045, occupancy=0.99, delays=0.85, short=0.50, outliers=0.4, before_noon=0.85, rounds=0.92,
    ),
    "ZZB": Front(
        size=1.0, departments=((0, 1, 0.60), (0, 3, 0.16), (1, 3, 0.12), (0, 5, 0.12)), tempo=(1.14, 1.20), handover=34,
        ambulances=0.35, admits=1.05,
        leaves=0.062, occupancy=1.02, delays=1.0, short=0.45, outliers=0.5, before_noon=0.6, rounds=0.74,
    ),
    "ZZC": Front(
        size=0.6, departments=((0, 1, 0.53), (0, 3, 0.35), (0, 5, 0.12)), tempo=(0.82, 0.80), handover=20, ambulances=0.28,
        admits=0.92, leaves=0.022, occupancy=1.08, delays=0.7, short=0.54, outliers=0.2, before_noon=1.2, rounds=0.97,
    ),
    "ZZD": Front(
        size=0.95, departments=((0, 1, 0.52), (1, 3, 0.22), (1, 4, 0.14), (0, 5, 0.12)), tempo=(0.97, 1.10), handover=31,
        ambulances=0.38, admits=1.05,
        leaves=0.04, occupancy=1.0, delays=0.95, short=0.45, outliers=0.3, before_noon=0.75, rounds=0.85,
    ),
}  # fmt: skip

# By hour of the wall's clock: people on foot, ambulances, minor injury units, same day emergency care. Read off no one source.
WALK_IN = np.array(
    [2.6, 2.1, 1.8, 1.6, 1.5, 1.6, 1.9, 2.6, 4.0, 5.6, 6.5, 6.5, 6.0, 5.7, 5.5, 5.5, 5.5, 5.6, 5.6, 5.4, 5.0, 4.5, 3.9, 3.2]
)
AMBULANCE = np.array(
    [3.4, 3.1, 2.9, 2.7, 2.6, 2.6, 2.7, 3.0, 3.6, 4.4, 5.0, 5.2, 5.1, 5.0, 4.9, 4.9, 4.9, 4.9, 4.9, 4.8, 4.6, 4.4, 4.2, 3.9]
)
MINOR = np.array([0, 0, 0, 0, 0, 0, 0, 0.5, 7.0, 9.5, 10.0, 9.5, 8.6, 8.0, 7.8, 7.8, 7.9, 7.8, 7.2, 5.6, 3.4, 1.2, 0.2, 0])
DAYTIME = np.array([0, 0, 0, 0, 0, 0, 0, 0.5, 5.0, 10, 13, 13, 12, 11, 10, 9, 8, 6, 4, 2, 0.5, 0, 0, 0])
HOURS = {TYPE_1: WALK_IN, TYPE_2: MINOR, TYPE_3: MINOR, TYPE_4: MINOR, SDEC: DAYTIME}
# Monday to Sunday, and by month.
WEEKDAYS = {
    TYPE_1: np.array([1.09, 1.02, 1.0, 0.99, 0.98, 0.95, 0.97]),
    TYPE_2: np.array([1.25, 1.15, 1.1, 1.1, 1.1, 0.7, 0.6]),
    TYPE_3: np.array([1.08, 0.98, 0.96, 0.96, 0.96, 1.02, 1.04]),
    TYPE_4: np.array([1.05, 0.97, 0.96, 0.96, 0.97, 1.04, 1.05]),
    SDEC: np.array([1.25, 1.2, 1.15, 1.15, 1.1, 0.6, 0.55]),
}
MONTHS = np.array([0.98, 0.97, 1.0, 0.99, 1.02, 1.03, 1.02, 0.97, 1.0, 1.02, 1.01, 0.99])
# How much longer everything takes, by month: winter is fuller.
WINTER = np.array([1.14, 1.10, 1.04, 0.99, 0.95, 0.93, 0.93, 0.92, 0.96, 1.00, 1.04, 1.12])

# Ages: 0 to 4, 5 to 15, 16 to 44, 45 to 64, 65 to 79, 80 and over.
AGE_FROM = (0, 5, 16, 45, 65, 80, 103)
AGES = {
    "ambulance": (0.02, 0.03, 0.21, 0.21, 0.25, 0.28),
    TYPE_1: (0.10, 0.14, 0.39, 0.20, 0.12, 0.05),
    TYPE_2: (0.04, 0.08, 0.32, 0.28, 0.20, 0.08),
    TYPE_3: (0.11, 0.20, 0.41, 0.18, 0.08, 0.02),
    TYPE_4: (0.11, 0.18, 0.43, 0.19, 0.07, 0.02),
    SDEC: (0.0, 0.0, 0.28, 0.31, 0.28, 0.13),
}
# Who is admitted from a type 1 department, by age.
ADMITTED_BY_AMBULANCE = np.array([0.26, 0.24, 0.33, 0.46, 0.60, 0.70])
ADMITTED_ON_FOOT = np.array([0.13, 0.07, 0.11, 0.22, 0.38, 0.50])

COMPLAINTS = (
    "Chest pain", "Shortness of breath", "Abdominal pain", "Fall", "Head injury", "Limb injury", "Fever", "Collapse", "Back pain",
    "Laceration", "Confusion", "Palpitations", "Headache", "Vomiting", "Rash", "Eye problem", "Self-harm", "Anxiety or low mood",
)  # fmt: skip
COMPLAINT_SHARES = np.array([9, 9, 11, 9, 5, 14, 6, 4, 5, 6, 3, 3, 4, 4, 3, 3, 0, 0]) / 98
MENTAL_HEALTH_COMPLAINTS = (16, 17)
EYE_COMPLAINT = 15
MINOR_COMPLAINTS = np.array([1, 1, 4, 4, 5, 34, 7, 0, 6, 16, 0, 1, 4, 4, 9, 4, 0, 0]) / 100


def a_day(scale: float) -> float:
    """Attendances a day of a trust of middling size."""
    return BASE_A_DAY + A_DAY_AT_SCALE_1 * min(scale, FULL_RATE_UP_TO) + A_DAY_BEYOND * max(scale - FULL_RATE_UP_TO, 0.0)
