"""The urgent and emergency care situation report: general and critical care beds, by month."""

from clockstop.intake.published.datasets import Dataset, Key

_GROUPS = {"general_acute": "General and acute", "adult_general_acute": "Adult general and acute"}
_GROUPS |= {"paediatric_general_acute": "Paediatric general and acute"}
_CRITICAL = {
    "adult_critical_care": "Adult critical care",
    "paediatric_intensive_care": "Paediatric intensive care",
    "neonatal_intensive_care": "Neonatal intensive care",
}
_STAYS = (7, 14, 21)


def _beds(group: str, title: str) -> tuple[Key, ...]:
    is_headline = group == "general_acute"
    return (
        Key(
            name=f"{group}_beds_available",
            title=f"{title} beds available",
            meaning="Average of the month's days.",
            is_headline=is_headline,
        ),
        Key(
            name=f"{group}_beds_occupied",
            title=f"{title} beds occupied",
            meaning="Average of the month's days.",
            is_headline=is_headline,
        ),
        Key(
            name=f"{group}_occupancy",
            title=f"{title} occupancy",
            meaning="Occupied of available, 0 to 1, as published.",
            kind="share",
            is_headline=is_headline,
        ),
    )


def _more(group: str, title: str) -> tuple[Key, ...]:
    return (
        Key(name=f"{group}_core_beds_available", title=f"{title} core beds", meaning="Core beds available."),
        Key(name=f"{group}_escalation_beds_available", title=f"{title} escalation beds", meaning="Escalation beds available."),
        Key(name=f"{group}_covid_void_beds", title=f"{title} void beds", meaning="Beds left empty because of Covid."),
        Key(
            name=f"{group}_occupancy_adjusted",
            title=f"{title} occupancy, adjusted",
            meaning="Occupied of available without the void beds, 0 to 1, as published.",
            kind="share",
        ),
    )


DATASET = Dataset(
    slug="beds_sitrep",
    title="Beds in the urgent and emergency care situation report",
    about="General and acute and critical care beds: averages of a month's days, of England, regions, ICBs and providers.",
    keys=(
        *(key for group, title in (_GROUPS | _CRITICAL).items() for key in _beds(group, title)),
        *(key for group, title in _GROUPS.items() for key in _more(group, title)),
        *(
            Key(
                name=f"stays_{days}_days",
                title=f"Stays of {days} days or more",
                meaning=f"Beds of patients who have stayed {days} days or more.",
            )
            for days in _STAYS
        ),
        *(
            Key(
                name=f"share_stays_{days}_days",
                title=f"Share of stays of {days} days or more",
                meaning=f"Of occupied general and acute beds, those of patients who have stayed {days} days or more, 0 to 1.",
                kind="share",
            )
            for days in _STAYS
        ),
    ),
    cuts=(
        (
            "type",
            "1 (trusts with a type 1 A&E department), other, or all. The whole is all of them, of a provider its one type.",
        ),
    ),
)
