"""The record at full size: a practice with a million contacts and five million lines in their threads.

Each statement is asked alone and warm, and once more cold, after the system's copies of the database's files were
dropped; each page over HTTP, in turns with the bare search that is its floor. No plan may read a large table through.
"""

import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import load
from bench.report import Result
from bench.search import signed_in
from bench.words import SHORT, words
from bench.world import Server, granian, production
from scripts.services import free_port

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1000000"))
PAGE, THOUSANDTH, SECONDS, PAGES = 50, 50 * 999, 12.0, 150
LARGE = (
    "contacts_contact",
    "contacts_contactphone",
    "contacts_consent",
    "contacts_fieldvalue",
    "contacts_contact_tags",
)
LARGE += ("conversations_thread", "conversations_item", "conversations_message", "telephony_call")


@dataclass(frozen=True)
class Asked:
    """A kind of statement: its variants as (SQL, parameters), and what each may take at the 99th percentile."""

    name: str
    limit: float
    statements: list[tuple[str, Any]]


def run(environment: dict[str, str]) -> list[Result]:
    admin = _practice()
    pages = [*_searches(admin), *_lists(admin), *_filters(admin), *_threads(admin)]
    # A count ends at 10,001: for frequent answers the fastest way to so many begins at the table's start.
    asked = [*pages, *_counts(admin)]
    return [*(_measure(one) for one in asked), _cold(asked), _never_a_scan(pages), *_http(admin, environment)]


def _practice() -> Any:
    from aesthetix.operations.scale.practice import SLUG, add_practice
    from aesthetix.practices.models import Staff

    known = (
        Staff.objects.across_practices().filter(practice__slug=SLUG, role="admin").select_related("user", "practice")
    )
    return known.first() or add_practice(CONTACTS)


def _sql(rows: Any) -> tuple[str, Any]:
    statement: tuple[str, Any] = rows.query.sql_with_params()
    return statement


def _searches(admin: Any) -> list[Asked]:
    found = [(kind, [_sql(_page(admin, words=word)) for word in asked]) for kind, asked in words(CONTACTS, 1).items()]
    return [Asked(f"search, {kind}", 20.0 if kind in SHORT else 100.0, statements) for kind, statements in found]


def _shown(admin: Any, query: str = "", words: str = "") -> Any:
    from django.http import QueryDict

    from contacts.filters import Listing
    from contacts.models import Contact
    from contacts.views.listing import Shown

    listing = Listing.read(QueryDict(query), admin)
    assert not listing.form.errors, listing.form.errors
    return Shown(listing, words, None, listing.narrow(Contact.objects.for_staff(admin).matching(words)))


def _page(admin: Any, query: str = "", words: str = "", cursor: str = "") -> Any:
    return _shown(admin, query, words).following(cursor).select_related("assigned_to__user")[: PAGE + 1]


def _lists(admin: Any) -> list[Asked]:
    """Each order, its first page and its thousandth."""
    from contacts.sorting import SORTS

    found = []
    for sort in SORTS:
        rows = _shown(admin, f"sort={sort.slug}").following("")
        deep = sort.cursor_of(rows[min(THOUSANDTH, CONTACTS - PAGE)])
        pages = [_sql(_page(admin, f"sort={sort.slug}", cursor=cursor)) for cursor in ("", deep)] * 10
        found.append(Asked(f"list, {sort.label.lower()}", 5.0, pages))
    return found


def _queries(admin: Any) -> dict[str, str]:
    """Filters as people set them, by name."""
    from contacts.models import CustomField, Tag

    tags = dict(Tag.objects.for_practice(admin.practice).values_list("name", "pk"))
    assert CustomField.objects.for_practice(admin.practice).filter(key="skin_type").exists()
    return {
        "tag, one in five": f"tag={tags['Botox']}",
        "tag, one in 2,000": f"tag={tags['Press']}",
        "two tags": f"tag={tags['VIP']}&tag={tags['Membership']}",
        "assigned to me": "assigned=me",
        "assigned to no one": "assigned=none",
        "lead source": "source=Referral",
        "lead source that nobody has": "source=Billboard",
        "created in a week": "created_from=2026-10-05&created_to=2026-10-11",
        "in touch in 7 days": "touch=7",
        "not in touch for a year": "touch=-365",
        "texts agreed": "consent=text-yes",
        "texts refused": "consent=text-no",
        "never asked about calls": "consent=call-unknown",
        "new callers": "unverified=1",
        "custom field, dropdown": "cf-skin_type=t3",
        "custom field, empty": "cf-loyalty_points=-",
        "custom field, word": "cf-referred_by=muñoz",
        "VIP, texts agreed, mine": f"tag={tags['VIP']}&consent=text-yes&assigned=me&sort=name",
    }


def _filters(admin: Any) -> list[Asked]:
    asked = _queries(admin).items()
    return [Asked(f"filter, {name}", 100.0, [_sql(_page(admin, query))] * 10) for name, query in asked]


def _counts(admin: Any) -> list[Asked]:
    """As the tabs of the Smart Lists and the head of the list count them."""
    from contacts.views.listing import COUNT_TO

    asked = {"all": "", **_queries(admin)}.items()
    counted = [(name, _shown(admin, query).rows.values("pk")[: COUNT_TO + 1]) for name, query in asked]
    return [Asked(f"count, {name}", 500.0, [_sql(rows)] * 5) for name, rows in counted]


def _threads(admin: Any) -> list[Asked]:
    from conversations.inbox import ITEMS, ROWS
    from conversations.kinds import with_messages
    from conversations.models import Item, Thread

    threads = Thread.objects.for_staff(admin).select_related("contact")
    deep = threads.recent()[min(THOUSANDTH, CONTACTS // 2)]
    inbox = [_sql(threads.recent(before)[: ROWS + 1]) for before in (None, (deep.last_item_at, deep.pk))] * 10
    longest = Item.objects.for_practice(admin.practice).filter(thread=threads.order_by("pk")[0]).order_by("-at", "-id")
    old = longest[2500]
    pages = [longest, longest.filter(at__lt=old.at)]
    return [
        Asked("inbox, first page and thousandth", 5.0, inbox),
        Asked("thread of 3,000 lines", 5.0, [_sql(with_messages(rows)[: ITEMS + 1]) for rows in pages] * 10),
    ]


# Measuring ----------------------------------------------------------------------------------


def _ask(statement: tuple[str, Any]) -> float:
    """Milliseconds, rows fetched."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000


def _measure(asked: Asked) -> Result:
    """Warm: each once before it counts. In the table the median stands under floor, the 99th under product."""
    for statement in asked.statements:
        _ask(statement)
    times = sorted(_ask(statement) for statement in asked.statements)
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    return Result(asked.name, p50, p99, None, f"p99 ≤ {asked.limit:g} ms", p99 <= asked.limit, len(times), "ms")


def _cold(asked: Iterable[Asked]) -> Result:
    """The first of each kind, after what the system keeps of the files was dropped (PostgreSQL's own 128 MB stay)."""
    from django.db import connection

    times = []
    for one in asked:
        dropped = _drop_file_cache()
        connection.close()
        connection.ensure_connection()
        times.append(_ask(one.statements[0]))
    p50, p99 = statistics.median(times), max(times)
    name = "all of them once, cold" if dropped else "all of them once, new connection"
    return Result(name, p50, p99, None, "p50 ≤ 15 ms", p50 <= 15, len(times), "ms")


def _drop_file_cache() -> bool:
    """False where the database's files are not ours to touch."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        )
        folder, oid = cursor.fetchone()
    files = Path(folder, "base", str(oid))
    try:
        for path in files.iterdir():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError:
        return False
    return True


def _never_a_scan(asked: Iterable[Asked]) -> Result:
    from django.db import connection

    scans, plans = [], 0
    with connection.cursor() as cursor:
        for one in asked:
            for statement in {str(each): each for each in one.statements}.values():
                cursor.execute(f"EXPLAIN {statement[0]}", statement[1])
                plan, plans = " ".join(row[0] for row in cursor.fetchall()), plans + 1
                if any(f"Seq Scan on {table}" in plan for table in LARGE):
                    scans.append(one.name)
    for name in sorted(set(scans)):
        print(f"  reads a table through: {name} ({scans.count(name)})", flush=True)
    return Result("plans that read a table through", None, len(scans), None, "0", not scans, plans)


# Pages --------------------------------------------------------------------------------------


def _http(admin: Any, environment: dict[str, str]) -> list[Result]:
    floor_port, port = free_port(), free_port()
    with (
        granian(
            "bench.floor:application", {**environment, "BENCH_PRACTICE": str(admin.practice_id)}, floor_port
        ) as floor,
        granian("aesthetix.wsgi:application", production(environment, port), port) as product,
    ):
        headers = signed_in(admin.practice)
        return [_page_result(*page, floor, product, headers) for page in _pages(admin)]


Request = Callable[[int, dict[str, str]], bytes]


def _pages(admin: Any) -> list[tuple[str, float, Request]]:
    from contacts.models import Contact

    people = list(Contact.objects.for_practice(admin.practice).order_by("pk").values_list("pk", flat=True)[:2000:13])
    typed = [word for kind in words(CONTACTS, 3).values() for word in kind]
    plain = {"HX-Boosted": "true"}

    def get(address: str) -> Request:
        return lambda at, headers: load.get(address.format(people[at % len(people)]), **headers, **plain)

    def search(at: int, headers: dict[str, str]) -> bytes:
        return load.post("/contacts/", urlencode({"q": typed[at * 7 % len(typed)]}).encode(), **headers)

    return [
        ("page, search as one types", 10.0, search),
        ("page, list", 80.0, get("/contacts/")),
        ("page, record", 80.0, get("/contacts/{}/")),
        ("page, thread", 80.0, get("/inbox/{}/")),
    ]


def _page_result(
    name: str, limit: float, page: Request, floor: Server, product: Server, headers: dict[str, str]
) -> Result:
    """Alone; the floor is the bare search's page, in turns."""
    bare = [load.post("/search/", urlencode({"q": word}).encode()) for word in words(CONTACTS, 2)["5 letters"]]
    pages, pairs = [page(at, headers) for at in range(PAGES)], []
    for _ in range(3):
        side = [
            load.run(server.address, itertools.islice(itertools.cycle(asked), PAGES), connections=1, seconds=SECONDS)
            for server, asked in ((floor, bare), (product, pages))
        ]
        pairs.append(side)
    if any(measured.refused for side in pairs[1:] for measured in side):
        raise RuntimeError(f"{name}: refused")
    p50 = [statistics.median(side[at].percentile(0.5) for side in pairs[1:]) for at in (0, 1)]
    p99 = statistics.median(side[1].percentile(0.99) for side in pairs[1:])
    n = sum(len(side[1].latencies) for side in pairs[1:])
    print(f"  {name}: p99 {p99:.1f} ms", flush=True)
    return Result(f"{name}, p50", p50[0], p50[1], p50[1] / p50[0], f"≤ {limit:g} ms", p50[1] <= limit, n, "ms")
