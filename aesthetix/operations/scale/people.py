"""Who they are: temporary tables from which the rows are taken."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aesthetix.operations.scale import names
from contacts.models import Contact
from contacts.search import fold, is_unspaced, search_text, written_out

TABLES = ("scale_n", "scale_first", "scale_last", "scale_held", "scale_person")
LONGEST = 3000  # items of the first contact
# How many items the contacts have, in turns: five on average, a fifth none.
ITEMS = (0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 10, 14, 28)
AREA, FIRST_NUMBER, SECOND_NUMBER = 1602, 2_000_000, 5_000_000
NUMBERS = """CREATE TEMPORARY TABLE scale_n AS
    WITH RECURSIVE n(i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < %s) SELECT i FROM n"""
# One in twenty only called, and nobody knows the name; a third has two surnames; families share a number.
PEOPLE = """CREATE TEMPORARY TABLE scale_person AS SELECT i, held, mail, digits, second,
    first, last, folded || CASE WHEN folded <> '' THEN ' ' ELSE '' END
        || CASE WHEN mail <> '' THEN mail || ' ' ELSE '' END || digits
        || CASE WHEN second <> '' THEN ' ' || second ELSE '' END
        || CASE WHEN written <> folded THEN ' ' || written ELSE '' END AS found_by
    FROM (SELECT i,
        CASE WHEN i % 20 = 13 THEN '' ELSE f.name END AS first,
        CASE WHEN i % 20 = 13 THEN '' WHEN i % 3 = 0 THEN l.name || '-' || m.name ELSE l.name END AS last,
        CASE WHEN i % 20 = 13 THEN '' WHEN i % 3 = 0 THEN f.folded || ' ' || l.folded || '-' || m.folded
            ELSE f.folded || ' ' || l.folded END AS folded,
        CASE WHEN i % 20 = 13 THEN '' WHEN i % 3 = 0 THEN f.written || ' ' || l.written || '-' || m.written
            ELSE f.written || ' ' || l.written END AS written,
        CASE WHEN i % 20 = 13 OR i % 10 = 7 THEN '' ELSE f.mail || '.' || l.mail || i || '@example.com' END AS mail,
        '{area}' || CASE WHEN i % 50 = 1 THEN i - 1 + {number} ELSE i + {number} END AS digits,
        CASE WHEN i % 7 = 3 THEN '{area}' || (i + {second}) ELSE '' END AS second,
        CASE WHEN i = 0 THEN {longest} ELSE CASE (i * 7) % {turns} {turn} END END AS held
        FROM scale_n JOIN scale_first f ON f.k = (i * 7919 + i / 171) % {firsts}
            JOIN scale_last l ON l.k = (i * 104729 + i / 233) % {lasts}
            JOIN scale_last m ON m.k = (i * 31 + 17) % {lasts} WHERE i < {count}) made"""


@contextmanager
def people(cursor: Any, count: int) -> Iterator[None]:
    """`scale_person`: i, first, last, mail, digits, second, found_by, held; `scale_held` has a row for each of so
    many items."""
    cursor.execute(NUMBERS, [count - 1])
    for table, rows in (("scale_first", names.FIRST), ("scale_last", names.LAST)):
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} (k int PRIMARY KEY, name text, folded text, written text, mail text)"
        )
        read = [(at, name, fold(name), written_out(name), mail) for at, (name, mail) in enumerate(rows)]
        cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s)", read)  # noqa: S608
    longest = min(LONGEST, count)
    cursor.execute("CREATE TEMPORARY TABLE scale_held (held int, j int)")
    places = [(held, j) for held in {*ITEMS, longest} for j in range(held)]
    cursor.executemany("INSERT INTO scale_held VALUES (%s, %s)", places)
    cursor.execute(_people(count, longest))
    for table in TABLES:
        cursor.execute(f"ANALYZE {table}")
    yield
    for table in TABLES:
        cursor.execute(f"DROP TABLE {table}")


def _people(count: int, longest: int) -> str:
    turn = " ".join(f"WHEN {at} THEN {held}" for at, held in enumerate(ITEMS))
    numbers = {"area": AREA, "number": FIRST_NUMBER, "second": SECOND_NUMBER, "turns": len(ITEMS), "turn": turn}
    sizes = {"firsts": len(names.FIRST), "lasts": len(names.LAST), "count": count, "longest": longest}
    return PEOPLE.format(**numbers, **sizes)


def read_unspaced(practice: Any) -> None:
    """Chinese, Japanese and Korean names are found from each of their characters on: that SQL cannot say."""
    firsts, lasts = ([name for name, _ in rows if is_unspaced(name)] for rows in (names.FIRST, names.LAST))
    rows = Contact.objects.for_practice(practice).filter(first_name__in=firsts, last_name__in=lasts)
    found = list(rows.prefetch_related("phones"))
    for one in found:
        numbers = [phone.number for phone in one.phones.all()]
        one.search_text = search_text(one.first_name, one.last_name, one.email, numbers)
    Contact.unscoped.bulk_update(found, ["search_text"], batch_size=500)
