"""KH03: beds available and occupied overnight, by quarter."""

from clockstop.intake.published.datasets import Dataset, Key

SECTORS = {
    "total": "All sectors",
    "general_acute": "General and acute",
    "learning_disabilities": "Learning disabilities",
    "maternity": "Maternity",
    "mental_illness": "Mental illness",
}


def _keys(sector: str, title: str) -> tuple[Key, ...]:
    words = title.lower()
    is_headline = sector == "general_acute"
    return (
        Key(
            name=f"{sector}_available",
            title=f"{title}: available",
            meaning=f"Beds available overnight, {words}: the average of the quarter's days.",
            kind="average",
            is_headline=is_headline,
        ),
        Key(
            name=f"{sector}_occupied",
            title=f"{title}: occupied",
            meaning=f"Beds occupied overnight, {words}: the average of the quarter's days.",
            kind="average",
            is_headline=is_headline,
        ),
        Key(
            name=f"{sector}_share_occupied",
            title=f"{title}: share occupied",
            meaning=f"{sector}_occupied of {sector}_available, 0 to 1, as published.",
            kind="share",
            is_headline=is_headline,
        ),
    )


DATASET = Dataset(
    slug="kh03",
    title="Beds open overnight (KH03)",
    about="Beds available and occupied overnight in a quarter, by sector, of England, regions and trusts; occupied by specialty.",
    every="quarter",
    keys=(
        *(key for sector, title in SECTORS.items() for key in _keys(sector, title)),
        Key(
            name="occupied",
            title="Occupied",
            meaning="Beds occupied overnight, of the cut's specialty.",
            kind="average",
        ),
    ),
    key_patterns=(("day_only_...", "The same of beds open by day only, where that workbook is loaded."),),
    cuts=(("specialty", "The main specialty's code, such as 100; of the key occupied alone."),),
)
