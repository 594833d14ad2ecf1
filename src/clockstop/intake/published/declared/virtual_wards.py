"""Virtual wards: capacity and patients at the last report of the month."""

from clockstop.intake.published.datasets import Dataset, Key

DATASET = Dataset(
    slug="virtual_wards",
    title="Virtual wards",
    about="Capacity of virtual wards and patients on them at the last report of the month, of England, ICBs and lead providers.",
    keys=(
        Key(name="capacity", title="Capacity", meaning="Beds of virtual wards at the month's last report.", is_headline=True),
        Key(
            name="patients",
            title="Patients",
            meaning="Patients on a virtual ward at 8am on the Thursday before that report.",
            is_headline=True,
        ),
        Key(
            name="occupancy",
            title="Occupancy",
            meaning="patients of capacity, 0 to 1, as published; none where it is over 100%, for which 100%* stands.",
            kind="share",
            is_headline=True,
        ),
        Key(
            name="capacity_per_100000",
            title="Capacity per 100,000",
            meaning="Beds per 100,000 people registered with a GP practice; of England and ICBs.",
            kind="average",
        ),
        Key(
            name="registered_population",
            title="Registered population",
            meaning="People registered with a GP practice; of England and ICBs.",
        ),
    ),
    cuts=(("region", "The region's code, of a provider that stands in several; its whole is their sum."),),
)
