"""Organisations: names, ICBs, regions, and when they opened and closed (Organisation Data Service)."""

from clockstop.intake.published.datasets import Dataset, Key

WORDS = {
    "name": "Name.",
    "icb": "Code of the integrated care board.",
    "icb_name": "Name of the integrated care board.",
    "region": "Code of the region.",
    "region_name": "Name of the region.",
    "postcode": "Postcode.",
    "opened": "Day on which it opened.",
    "closed": "Day on which it closed.",
}

DATASET = Dataset(
    slug="ods",
    title="Organisations (ODS)",
    about="NHS trusts, sub-ICB locations and former clinical commissioning groups, A&E providers and integrated care boards.",
    every="edition",
    keys=(
        *(Key(name=name, title=name.replace("_", " ").capitalize(), meaning=meaning) for name, meaning in WORDS.items()),
        Key(name="is_open", title="Open", meaning="1 where no day of closing is given, else 0.", is_headline=True),
    ),
    source="Organisation Data Service, Office for National Statistics",
)
