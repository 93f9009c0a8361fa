"""Bare SQL for the few statements of a hot path (docs/decisions/008-webhook-sql.md)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connections

Params = Sequence[Any] | Mapping[str, Any]
NEVER_BY_COUNT = 2**31 - 1


def fetch_one(sql: str, params: Params) -> tuple[Any, ...] | None:
    """The first row of one statement, in the caller's transaction.

    PostgreSQL plans it once per connection. Django's own cursors put the values into the text, so that every
    call is planned anew, which takes longer than running it. Parameters are typed by where they stand first.
    """
    connection = connections["default"]
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            plain: tuple[Any, ...] | None = cursor.fetchone()
            return plain
    from psycopg import Cursor

    connection.ensure_connection()
    connection.connection.prepare_threshold = NEVER_BY_COUNT  # None, Django's default, forbids preparing at all
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        _execute(connection, cursor, sql, params)
        return cursor.fetchone()


def _execute(connection: Any, cursor: Any, sql: str, params: Params) -> None:
    """With the connection's wrappers, as Django's own cursors run them."""

    def execute(sql: str, params: Params, many: bool, context: Any) -> Any:
        return cursor.execute(sql, params, prepare=True)

    for wrapper in reversed(connection.execute_wrappers):
        execute = partial(wrapper, execute)
    execute(sql, params, False, {"connection": connection, "cursor": cursor})
