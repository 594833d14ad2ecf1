"""National returns made of tables at hand: counted as the desk counts them, laid out, and by their columns."""

from clockstop.rules.national_return import Checkable, Counted, Place, checked, cut_of
from clockstop.rules.readings import Readings

DEFAULTS = Readings()


def counted_of(engine, declared, tables, period, *, readings=DEFAULTS, org_code="QQA"):
    """The figures of a period, or its records where the return is of records."""
    members = declared.members(tables, period, readings)
    place = Place(org_code=org_code, org_name="Example trust")
    if declared.is_of_records:
        return Counted(period, place, {}, tuple(engine.rows(members).to_pylist()))
    named = {name: members[name].fill_null("") for name in declared.cuts}
    rows = engine.rows(members.mutate(**named).group_by("key", *declared.cuts).agg(value=members.adds.sum())).to_pylist()
    figures = {(row["key"], cut_of({name: row[name] for name in declared.cuts})): row["value"] for row in rows}
    return Counted(period, place, figures)


def laid_out(engine, declared, tables, period, **more):
    """The rows of every sheet."""
    return tuple(declared.layout(counted_of(engine, declared, tables, period, **more)))


def cells(declared, row):
    """A row's cells by the names of their columns."""
    return dict(zip((column.name for column in declared.sheet(row.sheet).columns), row.cells, strict=True))


def failing(declared, rows, period, *, before=(), org_code="QQA"):
    """The slugs of the checks that find anything, each with what it says."""
    found = Checkable(declared=declared, rows=tuple(rows), period=period, org_code=org_code, before=tuple(before))
    return {one.check.slug: one.findings for one in checked(found) if one.findings}


def changed(declared, row, **figures):
    """The row with other cells, by the names of their columns."""
    place = {column.name: number for number, column in enumerate(declared.sheet(row.sheet).columns)}
    own = list(row.cells)
    for name, value in figures.items():
        own[place[name]] = value
    return type(row)(**{**vars(row), "cells": tuple(own)})
