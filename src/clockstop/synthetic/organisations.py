"""The Meridale Hospitals Group: four made-up trusts of different character, declared.

Their codes start with ZZ: the Organisation Data Service gives NHS trusts three characters starting with R (newer bodies five
random ones) and keeps ZZ for five-character stand-ins such as ZZ201, so that none of these can ever be a real trust.
"""

from dataclasses import dataclass, field
from typing import Literal

GROUP_NAME = "Meridale Hospitals Group"
FileForm = Literal["csv", "csv_cp1252", "parquet", "xlsx"]

# Reported function -> the treatment functions (DCB0028) under which the trusts book, with their share of it.
SERVICES = {
    "C_100": {"100": 1.0},
    "C_101": {"101": 1.0},
    "C_110": {"110": 1.0},
    "C_120": {"120": 1.0},
    "C_130": {"130": 1.0},
    "C_140": {"140": 0.8, "144": 0.2},
    "C_150": {"150": 1.0},
    "C_160": {"160": 1.0},
    "C_170": {"172": 0.5, "173": 0.5},
    "C_300": {"300": 1.0},
    "C_301": {"301": 1.0},
    "C_320": {"320": 1.0},
    "C_330": {"330": 1.0},
    "C_340": {"340": 1.0},
    "C_400": {"400": 1.0},
    "C_410": {"410": 1.0},
    "C_430": {"430": 1.0},
    "C_502": {"502": 1.0},
    "X02": {"302": 0.25, "303": 0.2, "307": 0.1, "361": 0.15, "420": 0.3},
    "X04": {"171": 0.3, "214": 0.3, "215": 0.25, "216": 0.15},
    "X05": {"103": 0.35, "104": 0.35, "106": 0.15, "107": 0.15},
    "X06": {"800": 0.5, "811": 0.2, "840": 0.3},
}

SURGERY = ("100", "101", "103", "104", "106", "107")
HEAD_AND_NECK = ("120", "130", "140", "144")
BONES_AND_JOINTS = ("110", "410")
MEDICINE = ("300", "301", "302", "303", "307", "320", "330", "340", "361", "400", "430")
WOMEN_AND_CHILDREN = ("171", "214", "215", "216", "420", "502")
CLINICAL_SUPPORT = ("800", "811", "840")
SPECIALIST_SURGERY = ("150", "160", "172", "173")


@dataclass(frozen=True, kw_only=True)
class Trust:
    """A made-up trust: who it is, how it runs and how it sends its files.

    `share` is its part of the group's open pathways. `tempo` stretches every wait (1 is England), at the first day and at the
    last; `tail` multiplies the share that passes a year. The rates are shares of appointments; `booked_ahead` is the share of
    open pathways without a next step for which one is found, and `validated` of the long waiters that were looked at in 12 weeks.
    """

    code: str
    name: str
    prefix: str
    character: str
    share: float
    tempo: tuple[float, float]
    tail: float
    divisions: dict[str, tuple[str, ...]]
    sites: dict[str, str]
    file_form: FileForm
    missed: float = 0.06
    cancelled: float = 0.10
    late_entry: float = 0.02
    fault_factor: float = 1.0
    booked_ahead: float = 0.6
    validated: float = 0.7
    older: float = 0.0
    more_deprived: float = 0.0
    sends_rtt_events: bool = False
    neighbourhoods: tuple[str, ...] = field(default=())

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(sorted(code for codes in self.divisions.values() for code in codes))


ALDERMOOR = Trust(
    code="ZZA",
    name="Aldermoor University Hospitals",
    prefix="ALD",
    character="A large teaching hospital that is getting better",
    share=0.42,
    tempo=(1.14, 0.95),
    tail=0.65,
    divisions={
        "Surgery": SURGERY,
        "Head and neck": HEAD_AND_NECK,
        "Specialist surgery and neurosciences": (*SPECIALIST_SURGERY, "400"),
        "Trauma, orthopaedics and rheumatology": BONES_AND_JOINTS,
        "Medicine": tuple(code for code in MEDICINE if code != "400"),
        "Women and children": WOMEN_AND_CHILDREN,
        "Cancer and clinical support": CLINICAL_SUPPORT,
    },
    sites={"ZZA01": "Aldermoor Royal Infirmary", "ZZA02": "Queen’s Park Hospital", "ZZA03": "Aldermoor Eye and Ear Hospital"},
    file_form="csv",
    neighbourhoods=(
        "Aldermoor Central",
        "Canal Side",
        "Eastgate",
        "Harcourt Hill",
        "Moor End",
        "Queen’s Park",
        "Tannery Row",
        "University Quarter",
    ),
)

BRACKENFELL = Trust(
    code="ZZB",
    name="Brackenfell Hospitals",
    prefix="BKF",
    character="A struggling trust with data faults",
    share=0.24,
    tempo=(1.1, 1.2),
    tail=1.4,
    divisions={
        "Surgery": (*SURGERY, "160", *HEAD_AND_NECK),
        "Trauma and orthopaedics": BONES_AND_JOINTS,
        "Medicine": MEDICINE,
        "Family care": WOMEN_AND_CHILDREN,
        "Support services": CLINICAL_SUPPORT,
    },
    sites={"ZZB01": "Brackenfell General Hospital", "ZZB02": "Fellside Hospital"},
    file_form="csv_cp1252",
    missed=0.09,
    cancelled=0.14,
    late_entry=0.05,
    fault_factor=3.0,
    booked_ahead=0.45,
    validated=0.5,
    more_deprived=1.5,
    sends_rtt_events=True,
    neighbourhoods=(
        "Bracken Bank",
        "Fellside",
        "Furnace Street",
        "Market Ward",
        "Mill Town",
        "St Anne’s",
        "Top Pit",
        "Weaver’s Green",
    ),
)

CARROWDALE = Trust(
    code="ZZC",
    name="Carrowdale General Hospital",
    prefix="CRW",
    character="A small general hospital that does well",
    share=0.10,
    tempo=(0.85, 0.81),
    tail=0.3,
    divisions={
        "Surgery": (*SURGERY, *HEAD_AND_NECK, *BONES_AND_JOINTS),
        "Medicine and families": (*MEDICINE, *WOMEN_AND_CHILDREN, *CLINICAL_SUPPORT),
    },
    sites={"ZZC01": "Carrowdale General Hospital"},
    file_form="xlsx",
    missed=0.04,
    cancelled=0.07,
    fault_factor=0.5,
    booked_ahead=0.75,
    validated=0.85,
    more_deprived=-1.5,
    neighbourhoods=("Carrow Vale", "Dale Head", "High Weir", "Little Carrow", "Priory Fields"),
)

DUNMARSH = Trust(
    code="ZZD",
    name="Dunmarsh and Coast Hospitals",
    prefix="DNM",
    character="Two coastal sites with an older population, getting slower",
    share=0.24,
    tempo=(0.97, 1.13),
    tail=0.85,
    divisions={
        "Planned care": (*SURGERY, *HEAD_AND_NECK, *BONES_AND_JOINTS),
        "Medicine and older people": MEDICINE,
        "Women, children and support": (*WOMEN_AND_CHILDREN, *CLINICAL_SUPPORT),
    },
    sites={"ZZD01": "Dunmarsh District Hospital", "ZZD02": "Coast Hospital"},
    file_form="parquet",
    missed=0.06,
    older=9.0,
    neighbourhoods=("Dunmarsh Town", "East Strand", "Harbour", "Marsh Villages", "Pier Road", "West Strand"),
)

TRUSTS = (ALDERMOOR, BRACKENFELL, CARROWDALE, DUNMARSH)


def open_shares(reported: dict[str, float]) -> dict[str, dict[str, float]]:
    """By trust and reported function, the part of the group's open pathways, so that the group's mix is the one given.

    A function that only some trusts offer goes to those, by their size.
    """
    found: dict[str, dict[str, float]] = {trust.code: {} for trust in TRUSTS}
    for function, share in reported.items():
        offering = [trust for trust in TRUSTS if set(SERVICES[function]) & set(trust.services)]
        size = sum(trust.share for trust in offering)
        for trust in offering:
            found[trust.code][function] = share * trust.share / size
    return found
