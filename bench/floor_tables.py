"""The floor's own tables, filled like the product's."""

from django.db import connection

TABLES = """
CREATE SCHEMA floor;
CREATE TABLE floor.number (id bigserial PRIMARY KEY, tenant_id int NOT NULL, e164 text NOT NULL UNIQUE);
CREATE TABLE floor.contact (id bigserial PRIMARY KEY, tenant_id int NOT NULL, phone text NOT NULL, name text NOT NULL);
CREATE INDEX ON floor.contact (tenant_id, phone);
CREATE TABLE floor.call (id bigserial PRIMARY KEY, tenant_id int NOT NULL, number_id bigint NOT NULL,
    contact_id bigint, sid text NOT NULL UNIQUE, started_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE floor.timeline (id bigserial PRIMARY KEY, tenant_id int NOT NULL, contact_id bigint,
    kind text NOT NULL, ref bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON floor.timeline (tenant_id, contact_id, at DESC, id DESC);
"""


def fill(contacts: int, lines: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(
            "INSERT INTO floor.number (tenant_id, e164)"
            " SELECT 1, '+1480555' || lpad(i::text, 4, '0') FROM generate_series(0, %s - 1) i",
            [lines],
        )
        cursor.execute(
            "INSERT INTO floor.contact (tenant_id, phone, name)"
            " SELECT 1, '+1602' || lpad((2000000 + i)::text, 7, '0'), 'Name ' || i FROM generate_series(0, %s - 1) i",
            [contacts],
        )
        cursor.execute("ANALYZE")
