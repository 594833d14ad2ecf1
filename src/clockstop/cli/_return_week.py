"""The week's open rows beside the list and the month's return, as a terminal and a program read it."""

import json

MOST_NAMED = 10


def week_text(found) -> str:
    """In words: the list of that day, then the way from the month's return."""
    from clockstop.answers.weekly_list import STEPS

    period = found.made.period
    whose = f"{found.made.trust_name} ({found.made.trust})"
    lines = [f"{found.made.declared.name} rows of {whose}, {period.title}: {found.open_rows:,} open."]
    if found.list_snapshot:
        lines.append(f"On the waiting list of snapshot {found.list_snapshot}: {found.on_list:,}.")
        for names, words in ((found.only_in_rows, "In the rows alone"), (found.only_on_list, "On the list alone")):
            if names:
                more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
                lines.append(f"  {words}: {len(names):,}: {', '.join(names[:MOST_NAMED])}{more}")
    else:
        lines.append(f"No snapshot of {period.census.isoformat()} is kept, so there is no list of that day to set beside them.")
    lines.append(f"The return of {found.month}, {found.month_title}: {found.month_list:,} waiting (Part 2).")
    lines += [f"  {STEPS[name]} since: {number:+,}" for name, number in found.steps.items()]
    lines.append(f"  Unexplained: {found.unexplained:+,}")
    lines.append("Rows, list and return tell of the same patients." if found.agrees else "They do not tell of the same patients.")
    return "\n".join(lines)


def week_values(found) -> str:
    """The same for a program."""
    values = {
        "return": found.made.declared.slug, "trust": found.made.trust, "period": found.made.period.name, "open": found.open_rows,
        "list_snapshot": found.list_snapshot, "on_list": found.on_list, "only_in_rows": list(found.only_in_rows),
        "only_on_list": list(found.only_on_list), "month": found.month, "month_list": found.month_list,
        "month_list_from": found.month_title, "steps": found.steps, "unexplained": found.unexplained, "agrees": found.agrees,
    }  # fmt: skip
    return json.dumps(values, indent=1)
