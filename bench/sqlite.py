"""SQLite and one process, as `make run` does it, with 20,000 contacts: do the pages feel instant?"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from bench import load
from bench.report import Result
from bench.words import words
from bench.world import ROOT
from scripts.services import answers, free_port

CONTACTS, PAGES, LIMIT = 20_000, 100, 100.0
SIGN_IN = """
import json
from aesthetix.practices.models import Practice
from bench.search import signed_in
from contacts.models import Contact
practice = Practice.objects.get(slug="scale")
ids = list(Contact.objects.for_practice(practice).order_by("pk").values_list("pk", flat=True)[:2600:13])
print(json.dumps([signed_in(practice), ids]))
"""


def run(environment: dict[str, str]) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="aesthetix-") as folder:
        own = _environment(folder)
        began = time.perf_counter()
        _manage(own, "migrate", "-v0")
        _manage(own, "seed_scale", "--contacts", str(CONTACTS))
        print(f"  set up in {time.perf_counter() - began:.0f} s", flush=True)
        headers, ids = json.loads(_manage(own, "shell", "-v0", "-c", SIGN_IN).splitlines()[-1])
        with _embedded(own) as address:
            return [_page(name, pages, address) for name, pages in _pages(headers, ids).items()]


def _environment(folder: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "DEV": "1", "DATA_DIR": folder, "PORT": str(free_port()), "LOG_LEVEL": "WARNING"}


def _manage(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextlib.contextmanager
def _embedded(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    command, port = [sys.executable, "manage.py", "embedded"], int(environment["PORT"])
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.2)
        yield ("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _pages(headers: dict[str, str], ids: list[int]) -> dict[str, list[bytes]]:
    boosted = {**headers, "HX-Request": "true", "HX-Boosted": "true"}
    typed = [word for kind in words(CONTACTS, 5).values() for word in kind]
    return {
        "list": [load.get("/contacts/", **boosted)] * PAGES,
        "search as one types": [
            load.post("/contacts/", urlencode({"q": typed[at * 7 % len(typed)]}).encode(), **headers)
            for at in range(PAGES)
        ],
        "record": [load.get(f"/contacts/{ids[at % len(ids)]}/", **boosted) for at in range(PAGES)],
        "thread": [load.get(f"/inbox/{ids[at % len(ids)]}/", **boosted) for at in range(PAGES)],
    }


def _page(name: str, pages: list[bytes], address: tuple[str, int]) -> Result:
    """The median stands under floor, the 95th percentile under product."""
    load.run(address, iter(pages[:20]), connections=1, seconds=20)
    measured = load.run(address, iter(pages), connections=1, seconds=60)
    if measured.refused:
        raise RuntimeError(f"{name}: refused")
    p50, p95 = measured.percentile(0.5), measured.percentile(0.95)
    return Result(
        f"SQLite, {name}, p95", p50, p95, None, f"≤ {LIMIT:g} ms", p95 <= LIMIT, len(measured.latencies), "ms"
    )
