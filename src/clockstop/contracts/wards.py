"""The wards of a trust and their beds, each row true from a day on: the dated bed base (operations.md 2.1, 2.7)."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.ward_codes import WARD_TYPE

CONTRACT = Contract(
    name="wards",
    title="Wards and their beds",
    key=("ward_code", "valid_from_date"),
    window="valid_from_date",
    grouped_by="ward_code",
    columns=(
        Column(name="ward_code", type="text", meaning="the ward, as its trust codes it", is_required=True, max_length=40),
        Column(name="valid_from_date", type="date", meaning="from which day this row holds", is_required=True),
        Column(name="valid_to_date", type="date", meaning="the last day on which it holds; empty while it does"),
        Column(name="ward_name", type="text", meaning="the ward's name", max_length=80),
        Column(name="ward_type", type="code", meaning="what kind of ward it is", is_required=True, codes=WARD_TYPE),
        Column(name="designated_treatment_functions", type="text",
               meaning="the treatment functions that it is for, three digits each, between blanks"),
        Column(name="beds", type="integer", meaning="beds that it has, or the capacity of a virtual ward", is_required=True),
        Column(name="escalation_beds", type="integer", meaning="those of them that are open only under pressure"),
        Column(name="is_adult", type="truth", meaning="a ward for adults; where empty, all but children's and neonatal wards are"),
        Column(name="activity_treatment_function_code", type="text", meaning="the ward's main function", max_length=3),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    ),
    checks=(
        Check(code="negative_beds", column="beds", message="the ward has fewer than no beds", is_wrong=lambda rows: rows.beds < 0),
        Check(code="ends_before_it_starts", column="valid_to_date", message="the row ends before it begins",
              is_wrong=lambda rows: rows.valid_to_date < rows.valid_from_date),
    ),
)  # fmt: skip
