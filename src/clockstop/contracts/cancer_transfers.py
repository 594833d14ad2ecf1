"""Transfers of cancer patients between providers: up to ten a record."""

from clockstop.contracts.cancer_codes import TRANSFER_DIRECTION, TRANSFER_REASON
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import PATHWAY

CONTRACT = Contract(
    name="cancer_transfers",
    title="Cancer transfers between providers",
    key=("cancer_transfer_identifier",),
    window="inter_provider_transfer_sent_date",
    columns=(
        Column(name="cancer_transfer_identifier", type="text", meaning="the cancer system's own id of the transfer",
               is_required=True),
        Column(name="cancer_record_identifier", type="text", meaning="the record that was transferred", is_required=True),
        *PATHWAY,
        Column(name="transfer_direction", type="code", meaning="seen from this trust", is_required=True,
               codes=TRANSFER_DIRECTION),
        Column(name="inter_provider_transfer_sent_date", type="date", meaning="sent", is_required=True, may_be_in_future=False),
        Column(name="inter_provider_transfer_received_date", type="date", meaning="received by the other provider",
               may_be_in_future=False),
        Column(name="organisation_identifier_referring", type="text", meaning="ODS code of the provider that sent"),
        Column(name="organisation_identifier_receiving", type="text", meaning="ODS code of the provider that received"),
        Column(name="inter_provider_transfer_reason", type="code", meaning="what for", codes=TRANSFER_REASON),
        Column(name="has_minimum_data_set", type="truth",
               meaning="the agreed minimum data set came with it; without it the transfer is not yet received (CWT-R17)"),
    ),
    checks=(
        Check(code="received_before_sent", column="inter_provider_transfer_received_date",
              message="the transfer was received before it was sent",
              is_wrong=lambda rows: rows.inter_provider_transfer_received_date < rows.inter_provider_transfer_sent_date),
    ),
)  # fmt: skip
