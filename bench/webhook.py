"""The whole inbound-call webhook against raw-4: signature, tenant, routing, call, thread, outbox, TwiML, middleware."""

import itertools
import random
import statistics
import uuid
from collections.abc import Iterator
from urllib.parse import urlencode

from bench import load
from bench.report import Result
from bench.world import Server, database_cpu_seconds, granian, production
from scripts.services import free_port

PATH = "/twilio/voice/inbound/"
CONTACTS, LINES = 100_000, 20
ROUNDS, SECONDS, AT_ONCE, ALONE = 3, 5.0, 16, 400
SID, TOKEN = "AC" + "b" * 32, "bench_auth_token"


def run(environment: dict[str, str]) -> list[Result]:
    from bench import floor_tables, practice_data

    floor_tables.fill(CONTACTS, LINES)
    practice_data.fill(CONTACTS, LINES, account_sid=SID, token=TOKEN)
    floor_port, port = free_port(), free_port()
    with (
        granian("bench.floor:application", environment, floor_port) as floor,
        granian("aesthetix.wsgi:application", production(environment, port), port) as product,
    ):
        at_once = _rounds(floor, product, connections=AT_ONCE, seconds=SECONDS, count=12_000)
        alone = _rounds(floor, product, connections=1, seconds=10.0, count=ALONE)
    return [*_report(at_once, alone), *_statements()]


Pairs = list[tuple[load.Measured, load.Measured]]


def _rounds(floor: Server, product: Server, *, connections: int, seconds: float, count: int) -> Pairs:
    """Floor and product in turns, so that what else the machine does hits both."""
    pairs = []
    for measured_round in range(ROUNDS + 1):
        requests = list(itertools.islice(_calls(product.address[1], seed=uuid.uuid4().int), count))
        pair = tuple(_play(server, requests, connections, seconds) for server in (floor, product))
        if measured_round:  # the first one warms up
            pairs.append(pair)
    return pairs


def _play(server: Server, requests: list[bytes], connections: int, seconds: float) -> load.Measured:
    before = server.cpu_seconds() + database_cpu_seconds()
    measured = load.run(server.address, iter(requests), connections=connections, seconds=seconds)
    measured.cpu = server.cpu_seconds() + database_cpu_seconds() - before
    if measured.refused:
        raise RuntimeError("a webhook was refused")
    return measured


def _calls(port: int, seed: int) -> Iterator[bytes]:
    """Signed webhooks with Twilio's fields; four of five callers are known."""
    from telephony.carriers.twilio.signature import compute

    chosen, url = random.Random(seed), f"http://127.0.0.1:{port}{PATH}"
    while True:
        known = chosen.random() < 0.8
        caller = number_of(chosen.randrange(CONTACTS) if known else CONTACTS + chosen.randrange(5_000_000))
        fields = _fields(caller, line_number(chosen.randrange(LINES)))
        yield load.post(PATH, urlencode(fields).encode(), X_Twilio_Signature=compute(url, fields, TOKEN))


def _fields(caller: str, called: str) -> dict[str, str]:
    places = {f"{side}{part}": "" for side in ("Caller", "Called", "From", "To") for part in ("City", "State", "Zip")}
    return {
        **places,
        "CallerCountry": "US",
        "CalledCountry": "US",
        "FromCountry": "US",
        "ToCountry": "US",
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{uuid.uuid4().hex}",
        "CallStatus": "ringing",
        "Direction": "inbound",
        "StirVerstat": "TN-Validation-Passed-A",
        "Caller": caller,
        "Called": called,
        "From": caller,
        "To": called,
    }


def number_of(index: int) -> str:
    return f"+1602{2_000_000 + index:07d}"


def line_number(index: int) -> str:
    return f"+1480555{index:04d}"


def _report(at_once: Pairs, alone: Pairs) -> list[Result]:
    ratio = statistics.median(product.rate / floor.rate for floor, product in at_once)
    rates = [statistics.median(measured.rate for measured in side) for side in zip(*at_once, strict=True)]
    n = sum(len(product.latencies) for _, product in at_once)
    cpu = [statistics.median(measured.cpu_each for measured in side) for side in zip(*at_once, strict=True)]
    return [
        Result("webhook, 16 at once", rates[0], rates[1], ratio, "≥ 0.60", ratio >= 0.6, n, "/s"),
        Result("webhook, CPU each", cpu[0], cpu[1], cpu[0] / cpu[1], "≥ 0.60", cpu[0] / cpu[1] >= 0.6, n, "µs"),
        _latency("webhook, 16 at once, p99", at_once, 0.99, 80),
        _latency("webhook, alone, p50", alone, 0.50, 4),
        _latency("webhook, alone, p99", alone, 0.99, 15),
    ]


def _latency(job: str, pairs: Pairs, share: float, limit: float) -> Result:
    floor, product = (statistics.median(side.percentile(share) for side in sides) for sides in zip(*pairs, strict=True))
    n = sum(len(measured.latencies) for _, measured in pairs)
    return Result(job, floor, product, product / floor, f"≤ {limit:g} ms", product <= limit, n, "ms")


def _statements() -> list[Result]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from telephony.carriers.twilio.signature import compute

    results = []
    for who, index in (("known", 7), ("new", CONTACTS + 6_000_000)):
        for _ in range(2):  # the first one compiles the configuration, and knows the new caller
            fields = _fields(number_of(index), line_number(0))
            signed = compute(f"{settings.PUBLIC_BASE_URL}{PATH}", fields, TOKEN)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                answer = Client(SERVER_NAME="127.0.0.1").post(PATH, fields, headers={"X-Twilio-Signature": signed})
            assert answer.status_code == 200
            index += who == "new"
        sent = [query["sql"] for query in seen if query["sql"].split()[0] not in {"BEGIN", "COMMIT"}]
        results.append(
            Result(f"webhook, statements, {who} caller", 4, len(sent), len(sent) / 4, "≤ 8", len(sent) <= 8, 1)
        )
    return results
