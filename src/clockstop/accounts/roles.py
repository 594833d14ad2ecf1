"""Roles: classes that list permissions, and the greatest class of data that each may see.

A person has a role in a trust, or in the group.

A membership gives a role over the whole trust or over some of it, with the role's class of data or a lesser one. What it then
still allows is said here too (`allowed`): rows need their class, and what concerns a whole trust needs the whole trust.
"""

from clockstop.errors import UnknownName

SEE_MEASURES = "see_measures"
SEE_PATIENTS = "see_patients"
EXPORT_PATIENTS = "export_patients"
WRITE_NOTES = "write_notes"
EDIT_TRAJECTORIES = "edit_trajectories"
SEE_LOADS = "see_loads"
SEE_ROWS_SET_ASIDE = "see_rows_set_aside"
SEE_ACCESS_RECORDS = "see_access_records"
VALIDATE = "validate"
SEE_VALIDATORS = "see_validators"
SIGN_OFF = "sign_off"
WRITE_REVIEWS = "write_reviews"
DECIDE_RECALCULATIONS = "decide_recalculations"
MAKE_PACKS = "make_packs"
MANAGE_PEOPLE = "manage_people"
BREAK_GLASS = "break_glass"

# Classes of data, from the least to the greatest (operations.md 7.5).
AGGREGATE, PSEUDONYMISED, IDENTIFIABLE = "aggregate", "pseudonymised", "patient_identifiable"
DATA_CLASSES = {
    AGGREGATE: "Aggregate: figures, small numbers withheld",
    PSEUDONYMISED: "Pseudonymised: patients' rows without hospital number, birth date and free text",
    IDENTIFIABLE: "Patient-identifiable: patients' rows as they are",
}
_ORDER = tuple(DATA_CLASSES)

PERMISSIONS = {
    SEE_MEASURES: "see the measures",
    SEE_PATIENTS: "see single patients' pathways",
    EXPORT_PATIENTS: "take lists of patients out of Clockstop",
    WRITE_NOTES: "write owners, next steps and comments",
    EDIT_TRAJECTORIES: "set the trust's own plan for a measure, month by month",
    SEE_LOADS: "see loads and their receipts",
    SEE_ROWS_SET_ASIDE: "see and download the rows that were set aside",
    SEE_ACCESS_RECORDS: "see who looked at what",
    VALIDATE: "give validation outcomes on clocks, and take their own back",
    SEE_VALIDATORS: "see what each validator of the trust has found, by name",
    SIGN_OFF: "sign a month's measure of the trust as right, and take a signature back",
    WRITE_REVIEWS: "write narratives, actions and owners for the trust's performance reviews, and dismiss its alerts",
    DECIDE_RECALCULATIONS: "accept or refuse new limits of the trust's charts, and take such a decision back",
    MAKE_PACKS: "make performance packs of the trust, and stop one that is being made",
    MANAGE_PEOPLE: "see who may do what in the trust, give roles to others and end them",
    BREAK_GLASS: "open a single pathway of the trust that the role does not reach, with a reason, for an hour; governance is told",
}
# The least class of data with which a permission is any use; what is not named needs none.
NEEDS_CLASS = {
    SEE_PATIENTS: PSEUDONYMISED,
    EXPORT_PATIENTS: PSEUDONYMISED,
    WRITE_NOTES: IDENTIFIABLE,
    VALIDATE: IDENTIFIABLE,
    SEE_ROWS_SET_ASIDE: IDENTIFIABLE,
}
# What concerns a trust as a whole: a membership of some of its services does not give it.
NEEDS_WHOLE_TRUST = frozenset(
    {
        EDIT_TRAJECTORIES, SEE_ROWS_SET_ASIDE, SEE_ACCESS_RECORDS, SEE_VALIDATORS, SIGN_OFF, WRITE_REVIEWS, DECIDE_RECALCULATIONS,
        MAKE_PACKS, MANAGE_PEOPLE,
    }
)  # fmt: skip


class GroupOperationsDirector:
    """Sees every trust's measures and no trust's patients: each trust's patient-level data are its own."""

    slug = "group_operations_director"
    title = "Operations director"
    is_group = True
    data_class = AGGREGATE
    permissions = frozenset({SEE_MEASURES, SEE_LOADS, MAKE_PACKS})


class GroupViewer:
    """Reads every trust's measures."""

    slug = "group_viewer"
    title = "Group viewer"
    is_group = True
    data_class = AGGREGATE
    permissions = frozenset({SEE_MEASURES})


class GroupAnalyst:
    """Compares every trust's measures and lays them out; sees no trust's patients."""

    slug = "group_analyst"
    title = "Group analyst"
    is_group = True
    data_class = AGGREGATE
    permissions = frozenset({SEE_MEASURES, SEE_LOADS, MAKE_PACKS})


class SiteManager:
    """Runs a site of one trust from hour to hour: who waits, who is expected, what is written about them."""

    slug = "site_manager"
    title = "Site manager"
    is_group = False
    data_class = IDENTIFIABLE
    permissions = frozenset(
        {SEE_MEASURES, SEE_PATIENTS, BREAK_GLASS, EXPORT_PATIENTS, WRITE_NOTES, SEE_LOADS, WRITE_REVIEWS, MAKE_PACKS}
    )


class ServiceManager:
    """Runs services of one trust: its measures, its patients, and the notes on them."""

    slug = "service_manager"
    title = "Service manager"
    is_group = False
    data_class = IDENTIFIABLE
    permissions = frozenset(
        {
            SEE_MEASURES,
            SEE_PATIENTS,
            BREAK_GLASS,
            EXPORT_PATIENTS,
            WRITE_NOTES,
            EDIT_TRAJECTORIES,
            SEE_LOADS,
            VALIDATE,
            SEE_VALIDATORS,
            SIGN_OFF,
            WRITE_REVIEWS,
            DECIDE_RECALCULATIONS,
            MAKE_PACKS,
        }
    )


class ValidationClerk:
    """Checks the clocks of one trust and says what is true of them; sees the own yield and the team's, nobody else's by name."""

    slug = "validation_clerk"
    title = "Validation clerk"
    is_group = False
    data_class = IDENTIFIABLE
    permissions = frozenset({SEE_MEASURES, SEE_PATIENTS, BREAK_GLASS, WRITE_NOTES, VALIDATE})


class InformationAnalyst:
    """Answers for the data of one trust: its loads and the rows set aside, its patients, and who looked at them."""

    slug = "information_analyst"
    title = "Information analyst"
    is_group = False
    data_class = IDENTIFIABLE
    permissions = frozenset(
        {
            SEE_MEASURES,
            SEE_PATIENTS,
            BREAK_GLASS,
            EXPORT_PATIENTS,
            WRITE_NOTES,
            EDIT_TRAJECTORIES,
            SEE_LOADS,
            SEE_ROWS_SET_ASIDE,
            SEE_ACCESS_RECORDS,
            VALIDATE,
            SEE_VALIDATORS,
            SIGN_OFF,
            WRITE_REVIEWS,
            DECIDE_RECALCULATIONS,
            MAKE_PACKS,
        }
    )


class RotaCoordinator:
    """Plans who works when, from figures of demand and capacity; no patient is needed for that."""

    slug = "rota_coordinator"
    title = "Rota coordinator"
    is_group = False
    data_class = AGGREGATE
    permissions = frozenset({SEE_MEASURES, SEE_LOADS})


class FinancePartner:
    """Sets activity against plan and money; no patient is needed for that."""

    slug = "finance_partner"
    title = "Finance partner"
    is_group = False
    data_class = AGGREGATE
    permissions = frozenset({SEE_MEASURES, SEE_LOADS, MAKE_PACKS})


class Governance:
    """Answers for information governance: who looked at what, and why a figure is what it is, without knowing the patient."""

    slug = "governance"
    title = "Governance lead"
    is_group = False
    data_class = PSEUDONYMISED
    permissions = frozenset({SEE_MEASURES, SEE_PATIENTS, BREAK_GLASS, SEE_LOADS, SEE_ACCESS_RECORDS, WRITE_REVIEWS})


class Director:
    """Answers for the performance of one trust: reviews, plans, signatures; rows without knowing the patient."""

    slug = "director"
    title = "Director"
    is_group = False
    data_class = PSEUDONYMISED
    permissions = frozenset(
        {
            SEE_MEASURES, SEE_PATIENTS, BREAK_GLASS, SEE_LOADS, SEE_VALIDATORS, EDIT_TRAJECTORIES, SIGN_OFF, WRITE_REVIEWS,
            DECIDE_RECALCULATIONS, MAKE_PACKS,
        }
    )  # fmt: skip


class Board:
    """Reads the measures, reviews and packs of one trust."""

    slug = "board"
    title = "Board member"
    is_group = False
    data_class = AGGREGATE
    permissions = frozenset({SEE_MEASURES})


class Administrator:
    """Says who may do what in one trust, and sees no patient by that."""

    slug = "administrator"
    title = "Administrator"
    is_group = False
    data_class = AGGREGATE
    permissions = frozenset({SEE_MEASURES, MANAGE_PEOPLE})


_EVERY = (
    GroupOperationsDirector, GroupViewer, GroupAnalyst, SiteManager, ServiceManager, ValidationClerk, InformationAnalyst,
    RotaCoordinator, FinancePartner, Governance, Director, Board, Administrator,
)  # fmt: skip
ROLES = {role.slug: role for role in _EVERY}


def is_at_least(data_class: str, least: str) -> bool:
    """Whether a class of data reaches as far as another.

    >>> is_at_least(IDENTIFIABLE, PSEUDONYMISED), is_at_least(AGGREGATE, PSEUDONYMISED)
    (True, False)
    """
    return _ORDER.index(data_class) >= _ORDER.index(least)


def allowed(slug: str, *, data_class: str = "", is_whole_trust: bool = True) -> frozenset[str]:
    """What a membership with that role allows; an unknown role allows nothing. An empty class is the role's own.

    >>> EXPORT_PATIENTS in allowed("service_manager"), EXPORT_PATIENTS in allowed("service_manager", data_class=AGGREGATE)
    (True, False)
    """
    held = ROLES.get(slug)
    if held is None:
        return frozenset()
    seen = class_of(slug, data_class)
    may = {one for one in held.permissions if is_at_least(seen, NEEDS_CLASS.get(one, AGGREGATE))}
    return frozenset(may if is_whole_trust else may - NEEDS_WHOLE_TRUST)


def class_of(slug: str, data_class: str = "") -> str:
    """The class of data of a membership: the role's, or the lesser one that it says; never a greater."""
    most = ROLES[slug].data_class if slug in ROLES else AGGREGATE
    return data_class if data_class in DATA_CLASSES and is_at_least(most, data_class) else most


def role(slug: str):
    """The role of that slug; `UnknownName` lists those that exist."""
    if slug not in ROLES:
        raise UnknownName(f"There is no role {slug!r}.", where=f"The roles are: {', '.join(ROLES)}.", do="Give one of these.")
    return ROLES[slug]
