"""A real Chromium on a live server with the demo practice in it."""

import os
import shutil
import threading
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

WIDTHS = {1440: 900, 1024: 768, 390: 844, 320: 640}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright():
    """Playwright's synchronous interface runs an event loop in this thread, which Django would take for async code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def world(transactional_db, tmp_path, settings):
    """The demo practice, and the things that pages are about."""
    from aesthetix.operations.demo.loading import LOGIN, load_demo
    from aesthetix.practices.models import Practice, User
    from conversations.models import Message
    from telephony.models import Call, Line
    from workflows.models import Workflow

    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    load_demo("a password of the tests")
    admin = User.objects.get(email=LOGIN)
    practice = Practice.objects.get(pk=admin.active_practice_id or admin.memberships.first().practice_id)
    answered = Message.objects.for_practice(practice).filter(inbound=False).values("thread__contact")
    missed = Call.objects.for_practice(practice).filter(outcome="missed", contact__in=answered)
    call = missed.filter(recordings__kind="voicemail", recordings__state="stored").first()
    return SimpleNamespace(
        practice=practice,
        admin=admin,
        staff=admin.memberships.get(practice=practice),
        contact=call.contact,
        line=Line.objects.for_practice(practice).first(),
        call=call,
        workflow=Workflow.objects.for_practice(practice).first(),
    )


@pytest.fixture
def served(live_server):
    return live_server.url


class StreamingServer:
    """The application under ASGI, where the live stream runs; it can be stopped and started again."""

    def __init__(self):
        self.port = 0
        self.start()

    def start(self):
        import uvicorn
        from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

        from aesthetix.web.live.asgi import live_application

        application = ASGIStaticFilesHandler(live_application)
        config = uvicorn.Config(application, port=self.port, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.05)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def stop(self):
        self.server.should_exit = self.server.force_exit = True
        self.thread.join(10)


@pytest.fixture
def streaming_server(world):
    server = StreamingServer()
    yield server
    server.stop()


@pytest.fixture
def streaming(streaming_server):
    return f"http://127.0.0.1:{streaming_server.port}"


@pytest.fixture
def open_tab(chromium):
    """`open_tab(address, user, width)`: a tab that is signed in; an error in its console fails the test."""
    contexts, errors = [], []

    def open_(address, user=None, width=1440):
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": WIDTHS[width]}, has_touch=width < 900
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        tab = context.new_page()
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda message: errors.append(message.text) if _is_our_error(message) else None)
        return tab

    yield open_
    for context in contexts:
        context.close()
    assert not errors


def _is_our_error(message):
    """Answers with an error status are what some tests are about; a refused script or style never is."""
    answers = ("Failed to load resource", "Response Status Error Code", "htmx:afterRequest", "htmx:sendError")
    return message.type == "error" and not message.text.startswith(answers)
