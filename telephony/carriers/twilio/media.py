"""Recordings and pictures at the carrier: fetched with the account's credentials, then deleted there.

The address came in a webhook, so it is not trusted: it must lie in this account at Twilio (or at the
account's `base_url`), and the credentials go nowhere else. Twilio answers with a redirect to its
content network, which is followed without them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

import requests

from telephony.carriers.base import FetchedMedia, ProviderPermanent, ProviderTemporary
from telephony.carriers.twilio import errors
from telephony.carriers.twilio.client import CONNECT_SECONDS, READ_SECONDS, client_for
from telephony.models import CarrierAccount

MAX_BYTES = 50 * 1024 * 1024
IN_MEMORY = 1024 * 1024
CHUNK = 64 * 1024
HOPS = 5
API_HOST = "api.twilio.com"
CONTENT_HOSTS = (".twilio.com", ".twiliocdn.com", ".amazonaws.com")


@contextmanager
def fetch_recording(account: CarrierAccount, url: str, *, max_bytes: int = MAX_BYTES) -> Iterator[FetchedMedia]:
    """The audio at a RecordingUrl (or the file at a MediaUrl), gone when the block ends.

    Raises ProviderPermanent `media_address` for an address outside the account, `media_too_large`
    above `max_bytes`; ProviderTemporary while the carrier does not have it yet or cannot be reached.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        yield _download(account, _pinned(account, url), file, max_bytes)


def _download(account: CarrierAccount, url: str, file: SpooledTemporaryFile[bytes], max_bytes: int) -> FetchedMedia:
    with requests.Session() as session:
        session.trust_env = not account.base_url
        try:
            with _ask(session, account, url) as answer:
                size = _copy(answer, file, max_bytes)
        except requests.RequestException as error:
            raise errors.not_answered("GET", error) from None
    content_type = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
    return FetchedMedia(file=file, content_type=content_type, size=size)


def _copy(answer: requests.Response, file: SpooledTemporaryFile[bytes], max_bytes: int) -> int:
    size = 0
    for chunk in answer.iter_content(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise ProviderPermanent("media_too_large", f"The file is larger than {max_bytes // 2**20} MB.")
        file.write(chunk)
    file.seek(0)
    return size


def delete_recording(account: CarrierAccount, sid: str) -> None:
    """Delete the carrier's copy; that it is gone already is as good."""
    try:
        client_for(account).recordings(sid).delete()
    except ProviderPermanent as error:
        if error.code not in {"20404", "404"}:
            raise


def _pinned(account: CarrierAccount, url: str) -> str:
    """The address to ask, once it is certain that it lies in this account."""
    asked, base = urlsplit(url), urlsplit(account.base_url or f"https://{API_HOST}")
    path = asked.path.removeprefix(base.path.rstrip("/"))
    at_twilio = (asked.scheme, asked.netloc) == ("https", API_HOST)
    at_base = (asked.scheme, asked.netloc) == (base.scheme, base.netloc)
    inside = path.startswith(f"/2010-04-01/Accounts/{account.account_sid}/") and ".." not in unquote(path)
    if not inside or not (at_twilio or at_base):
        raise ProviderPermanent("media_address", "The recording's address is not in the carrier account.")
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + path, asked.query, ""))


def _ask(session: requests.Session, account: CarrierAccount, url: str) -> requests.Response:
    auth: tuple[str, str] | None = (account.account_sid, account.auth_token)
    for _ in range(HOPS):
        answer = session.get(
            url, auth=auth, stream=True, allow_redirects=False, timeout=(CONNECT_SECONDS, READ_SECONDS)
        )
        if not answer.is_redirect:
            return _accepted(answer)
        target = urljoin(url, answer.headers["Location"])
        answer.close()
        _check_hop(account, urlsplit(target))
        auth = auth if urlsplit(target)[:2] == urlsplit(url)[:2] else None
        url = target
    raise ProviderTemporary()


def _check_hop(account: CarrierAccount, target: SplitResult) -> None:
    base = urlsplit(account.base_url)
    at_base = bool(account.base_url) and (target.scheme, target.netloc) == (base.scheme, base.netloc)
    host = target.hostname or ""
    at_twilio = target.scheme == "https" and host.endswith(CONTENT_HOSTS) and target.port in (None, 443)
    if not (at_base or at_twilio):
        raise ProviderPermanent("media_address", "The carrier redirected a recording to a foreign address.")


def _accepted(answer: requests.Response) -> requests.Response:
    if answer.status_code == 404:  # announced, but not written yet
        answer.close()
        raise ProviderTemporary()
    if answer.status_code != 200:
        with answer:
            raise errors.refused("GET", answer.status_code, answer.text[:2000], answer.headers)
    return answer
