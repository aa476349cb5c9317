"""What a query could join: rows that lead from one row to another, and what a row says in text."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

Row = tuple[type[models.Model], object]
"""A model and the key of a row of it."""


def links() -> Iterator[tuple[type[models.Model], models.ForeignKey]]:
    """Every foreign key of every model of the project, one-to-one and unconstrained ones too."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                yield model, field


def reachable(start: models.Model) -> set[Row]:
    """Rows that belong to this one, then what these point to.

    Backwards from the row as often as it goes (who points to me, and to them), then forwards. Never
    backwards again from what was pointed to: a school has many pupils, which tells nothing of one;
    except along a one-to-one, which is the same thing twice.
    """
    mine = _backwards({(type(start), start.pk)})
    return _forwards(mine)


def _backwards(rows: set[Row]) -> set[Row]:
    found, edge = set(rows), set(rows)
    while edge:
        new: set[Row] = set()
        for model, field in links():
            keys = {key for of, key in edge if of is field.related_model}
            if keys:
                asked = model._base_manager.filter(**{f"{field.attname}__in": keys})
                new |= {(model, key) for key in asked.values_list("pk", flat=True)}
        edge = new - found
        found |= edge
    return found


def _forwards(rows: set[Row]) -> set[Row]:
    found, edge = set(rows), set(rows)
    while edge:
        new: set[Row] = set()
        for model, field in links():
            keys = {key for of, key in edge if of is model}
            if keys:
                rows_of = model._base_manager.filter(pk__in=list(keys))
                told = rows_of.values_list(field.attname, flat=True)
                there = {(field.related_model, key) for key in told if key is not None}
                new |= _backwards(there) if field.one_to_one else there
        edge = new - found
        found |= edge
    return found


def tables() -> list[str]:
    """Every table of the database, of whatever app, partitions under their parent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        return [name for (name,) in cursor.fetchall()]


def saying(*words: str) -> list[str]:
    """Tables with a row whose text, all columns of it, holds all of these words."""
    found = []
    with connection.cursor() as cursor:
        for table in tables():
            tests = " AND ".join("t::text ~* %s" for _word in words)
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE {tests}", list(words))
            if cursor.fetchone()[0]:
                found.append(table)
    return sorted(found)
