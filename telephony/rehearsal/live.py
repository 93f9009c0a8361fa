"""The Phone Lab in real time: the carrier of the process that runs it (`make run`).

A practice is carried by it when its carrier account points at its address. Accounts, tokens and lines are
read again before every call, text and REST request, so that the lab knows what the settings pages saved.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from aesthetix.practices.models import Practice
from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.clock import RealClock
from telephony.carriers.lab.lab import Lab
from telephony.carriers.lab.rest import lab_app
from telephony.carriers.twilio.setup import expected_webhooks
from telephony.models import CarrierAccount, Line

PREFIX = "/phone-lab"
THREADS = 4
MOST_LINES = 10_000  # of the log, so that a process that runs for weeks does not grow
WsgiApp = Callable[..., Iterable[bytes]]


class LiveLab:
    """The lab of this process. `address` is where its REST side is mounted."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.lab = Lab(_sid(), secrets.token_hex(16), RealClock(), most_lines=MOST_LINES)
        self.lab.api_url = address
        self.application: WsgiApp = _up_to_date(self, lab_app(self.lab))

    def account_of(self, practice: Practice) -> Account | None:
        """The practice's account here with its lines as they are now; None when another carrier has it."""
        row = CarrierAccount.objects.filter(practice=practice, base_url=self.address).first()
        return self._know(row, practice.name) if row else None

    def know_all(self) -> None:
        for row in CarrierAccount.objects.filter(base_url=self.address).select_related("practice"):
            self._know(row, row.practice.name)

    def _know(self, row: CarrierAccount, name: str) -> Account:
        numbers = dict(Line.objects.for_practice(row.practice_id).values_list("number", "name"))
        urls: dict[str, Any] = _webhooks()
        with self.lab.scheduler.changed:
            account = self.lab.add_account(row.account_sid, row.auth_token, name)
            for gone in account.numbers.keys() - numbers.keys():
                del account.numbers[gone]
            for number, line_name in numbers.items():
                self.lab.add_number(number, account, geo=None, friendly_name=line_name, **urls)
        return account


_running: LiveLab | None = None


def running() -> LiveLab | None:
    """The lab of this process, if it runs one."""
    return _running


@contextmanager
def live_lab(address: str) -> Iterator[LiveLab]:
    """Run the lab while the context lasts. Its `application` is to be mounted at `address`."""
    global _running
    live = LiveLab(address)
    _bring_home(address)
    live.know_all()
    live.lab.start()
    _running = live
    try:
        yield live
    finally:
        _running = None
        live.lab.stop()


def _bring_home(address: str) -> None:
    """Accounts of a lab on this machine follow it to another port."""
    rows = CarrierAccount.objects.exclude(base_url="").exclude(base_url=address)
    for row in rows:
        if is_lab_address(row.base_url):
            CarrierAccount.objects.filter(pk=row.pk).update(base_url=address)


def is_lab_address(base_url: str) -> bool:
    url = urlsplit(base_url)
    return url.hostname in {"127.0.0.1", "localhost", "::1", "0.0.0.0"} and url.path == PREFIX  # noqa: S104


def _webhooks() -> dict[str, str]:
    expected = expected_webhooks()
    return {
        "voice_url": expected.voice.url,
        "voice_fallback_url": expected.voice_fallback.url,
        "status_callback": expected.status.url,
        "sms_url": expected.sms.url,
        "sms_fallback_url": expected.sms_fallback.url,
    }


def _up_to_date(live: LiveLab, inner: WsgiApp) -> WsgiApp:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        live.know_all()
        return inner(environ, start_response)

    return application


def _sid() -> str:
    return "AC" + secrets.token_hex(16)
