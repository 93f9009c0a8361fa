"""The main job as README tells a newcomer to try it: the demo as `make run` starts it, a test call in a browser."""

import os
import re
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_accessibility import OPTIONS
from tests.production.programs import ROOT, free_port, wait_until

pytestmark = pytest.mark.timeout(180)
OURS = {"DATABASE_URL", "REDIS_URL", "S3_BUCKET", "S3_ENDPOINT_URL", "DATA_DIR", "STARTED_AT", "PUBLIC_BASE_URL"}


@pytest.fixture
def demo(tmp_path):
    """(address, login, password) of a demo in a process of its own."""
    port, log = free_port(), tmp_path / "demo.log"
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"DEV": "1", "PORT": str(port), "DATA_DIR": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as output:
        command = [sys.executable, "manage.py", "embedded"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        wait_until(lambda: "Ctrl-C" in log.read_text(), 60, "the demo is ready")
        login, password = re.search(r"Sign in as (\S+) with the password (\S+)", log.read_text()).groups()
        yield f"http://127.0.0.1:{port}", login, password
    finally:
        process.terminate()
        assert process.wait(20) == 0
        assert "Traceback" not in log.read_text()


def has_no_violations(tab):
    return not Axe().run(tab, options=OPTIONS).response["violations"]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_missed_call_becomes_a_voicemail_and_one_text_and_says_why(demo, open_tab, width):
    address, login, password = demo
    tab = open_tab(address, width=width)
    tab.goto("/settings/phone-numbers/test-call/")
    tab.fill("[name=login]", login)
    tab.fill("[name=password]", password)
    tab.click("button[type=submit]")
    tab.wait_for_selector("#lab-phones select")
    for phone in tab.locator("#lab-phones select[name$=does]").all():
        phone.select_option("declines")
    tab.click("text=Place the call")
    tab.wait_for_selector("#lab-state >> text=/voicemail/i")
    assert has_no_violations(tab)
    tab.click("#lab-voicemail")
    tab.wait_for_selector("#lab-outcome >> text=Missed")
    tab.wait_for_selector("#lab-texts li.is-in", timeout=60_000)
    assert tab.locator("#lab-texts li.is-in").count() == 1
    tab.fill("#lab-reply textarea, #lab-reply input[type=text]", "Please call me after 5")
    tab.click("#lab-send")
    tab.wait_for_selector("#lab-texts li.is-out")
    assert has_no_violations(tab)
    tab.click("text=Open the conversation")
    tab.wait_for_selector("#thread >> text=Please call me after 5")
    thread = tab.locator("#thread [role=log]")
    assert thread.get_by_text("Missed call", exact=False).count() >= 1
    tab.wait_for_selector("#thread button[aria-label^='Play voicemail']")
    thread.get_by_text("Why did it ring there?").first.click()
    tab.wait_for_selector("text=/calls? go(es)? here/i")
