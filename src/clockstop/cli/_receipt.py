"""A receipt as people read it: what came in, what was kept, why rows were set aside, what to do next."""

from clockstop.intake.ledger import Receipt


def print_receipt(receipt: Receipt) -> None:
    """Print the receipt to standard output."""
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"\n[bold]{receipt.dataset}[/bold] of {receipt.trust}, load {receipt.load_id}", soft_wrap=True)
    console.print(f"from {receipt.file_name}, {_delivery(receipt)}", markup=False, soft_wrap=True)
    if receipt.is_withdrawn:
        console.print(f"[bold]Withdrawn[/bold] by {receipt.withdrawn_by}: {receipt.withdrawn_reason}", soft_wrap=True)
    if receipt.already_loaded:
        console.print("\n[bold]Already loaded.[/bold] This file was the last one loaded here; nothing was changed.", soft_wrap=True)
    share = f", {receipt.rows_set_aside / receipt.rows_read:.2%}" if receipt.rows_read else ""
    console.print(
        f"\n  [bold]{receipt.rows_read:,}[/bold] rows read  =  [bold]{receipt.rows_kept:,}[/bold] kept"
        f"  +  [bold]{receipt.rows_set_aside:,}[/bold] set aside{share}\n",
        soft_wrap=True,
    )
    console.print(_changes(receipt))
    if receipt.faults:
        console.print(_reasons(receipt))
    _print_remarks(console, receipt)
    _print_next(console, receipt)


def _delivery(receipt: Receipt) -> str:
    if receipt.delivery == "full" and receipt.window_first:
        return f"full delivery of {receipt.window_first} to {receipt.window_last}"
    return {"full": "full delivery", "changes": "changes only"}[receipt.delivery]


def _changes(receipt: Receipt):
    from rich.table import Table

    table = Table(box=None, padding=(0, 3, 0, 2), title="Against what held before", title_justify="left", title_style="bold")
    for name in ("new", "changed", "unchanged", "withdrawn"):
        table.add_column(name, justify="right")
    table.add_row(
        *(f"{number:,}" for number in (receipt.rows_new, receipt.rows_changed, receipt.rows_unchanged, receipt.rows_withdrawn))
    )
    return table


def _reasons(receipt: Receipt):
    from rich.markup import escape
    from rich.table import Table

    from clockstop.intake.check import reason_words
    from clockstop.intake.load import contract_named

    contract = contract_named(receipt.dataset)
    table = Table(title="\nWhy rows were set aside", title_justify="left", title_style="bold")
    for name, justify in (("Reason", "left"), ("Column", "left"), ("Rows", "right"), ("What to do", "left")):
        table.add_column(name, justify=justify, overflow="fold")
    for fault in receipt.faults:
        words, remedy = reason_words(fault["code"], contract)
        table.add_row(escape(f"{words} ({fault['code']})"), fault["column"], f"{fault['rows']:,}", remedy)
    if sum(fault["rows"] for fault in receipt.faults) > receipt.rows_set_aside:
        table.caption = "A row with more than one reason counts under each."
    return table


_WARNINGS = {
    "nhs_number_invalid": "rows with an NHS number that fails its check digit; they were kept without it",
    "date_1900_taken_as_missing": 'cells with 1900-01-01, taken for "missing"',
}


def _print_remarks(console, receipt: Receipt) -> None:
    for code, number in receipt.warnings.items():
        console.print(f"Note: {number:,} {_WARNINGS.get(code, code)}.", markup=False, soft_wrap=True)
    for note in receipt.notes:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)
    if receipt.columns_dropped:
        console.print(f"Not loaded: {', '.join(receipt.columns_dropped)}.", markup=False, soft_wrap=True)


def _print_next(console, receipt: Receipt) -> None:
    where = f"{receipt.trust} {receipt.dataset} {receipt.load_id[:4]}"
    console.print("\nNext:", style="bold")
    if receipt.rows_set_aside:
        console.print(
            f"  clockstop loads show {where} --set-aside --out bad.csv   the rows set aside, with reasons", soft_wrap=True
        )
    if not receipt.is_withdrawn:
        console.print("  clockstop refresh                                          make the pages show it", soft_wrap=True)
        console.print(f'  clockstop loads withdraw {where} --reason "..."   if it was the wrong file', soft_wrap=True)
