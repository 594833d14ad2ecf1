"""Tests that commit empty every table afterwards; tables that the database guards (accounts/chain_guards.py) let only them."""

from contextlib import contextmanager


@contextmanager
def flushes_lift_guards():
    """While this lasts a flush takes the guards away and sets them again."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from clockstop.accounts import chain_guards

    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        standing = [table for table in chain_guards.GUARDED if not chain_guards.missing(self.connection, table)]
        for table in standing:
            chain_guards.unguard(self.connection, table)
        plain(self, sql_list)
        for table in standing:
            chain_guards.guard(self.connection, table)

    BaseDatabaseOperations.execute_sql_flush = flush
    yield
    BaseDatabaseOperations.execute_sql_flush = plain
