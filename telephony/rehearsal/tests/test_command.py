"""The command as people run it: a process of its own, with a real database that it must not touch."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = Path(__file__).parent.parent / "scripts"
SCRIPT = SCRIPTS / "assigned-number-answered.yaml"
SEED = """
from aesthetix.practices.models import Practice, Staff, User
from contacts.models import Contact, ContactPhone
from telephony.models import Line, RingMember, VoiceSettings
glow = Practice.objects.create(name="Glow Med Spa", slug="glow")
VoiceSettings.objects.create(practice=glow, incoming_timeout=12)
maya = User.objects.create_user("maya@glow.example", "correct horse battery", name="Maya Chen", active_practice=glow)
maya = Staff.objects.create(practice=glow, user=maya, role="admin", data_access="all")
line = Line.objects.create(practice=glow, name="Main line", number="+16025550100", is_default_outbound=True)
RingMember.objects.create(line=line, staff=maya)
grace = Contact.objects.create(practice=glow, first_name="Grace", last_name="Park", assigned_to=maya)
ContactPhone.objects.create(practice=glow, contact=grace, number="+16025550147")
"""
OWN_SETTINGS = """
name: Nobody at the front desk
calls:
  - {from: +16025550147, to: Main line, caller: leaves a voicemail of 5 s}
expect:
  calls:
    - {rule: ring_all, rang: [Maya Chen web], rang_for: 12 s, outcome: missed, voicemail: 5 s, contact: new}
"""
ANOTHER_LINE = """
name: The database is down when somebody calls a number that was a line in another script
setup:
  lines:
    Side line: {number: +16025550101, forwarding_number: +16025550175}
calls:
  - {from: +16025550148, to: +16025550100}
faults: [database down from 0 s to 1 min]
expect:
  calls: [{rang: nobody, outcome: none}]
  errors: [11200, 15003]
  app_errors: [OperationalError]
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The environment of a process with a database, a folder for files and a cache of its own."""
    folder = tmp_path_factory.mktemp("house")
    kept = Path(settings.DATA_DIR) / "phone-lab"
    if kept.exists():  # the migrated template is the same for every process
        shutil.copytree(kept, folder / "phone-lab")
    clean = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "S3_BUCKET"}}
    return clean | {"DEV": "1", "DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/real.sqlite3"}


@pytest.fixture(scope="module")
def practice(house):
    manage(house, "migrate", "-v0")
    manage(house, "shell", "-v0", "-c", SEED)
    return house


def manage(house, *words, cwd=settings.BASE_DIR):
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=house, capture_output=True, text=True, timeout=110, check=False)


def digest(house):
    """Everything that the house holds, except the kept templates."""
    files = [file for file in Path(house["DATA_DIR"]).rglob("*") if file.is_file() and "phone-lab" not in file.parts]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_script_that_goes_as_expected_ends_with_0_and_a_trace(house):
    done = manage(house, "phone_lab", "run", SCRIPT)
    assert done.returncode == 0, done.stderr
    assert "→ 1 number_user      matched" in done.stdout
    assert "POST /twilio/voice/inbound/" in done.stdout
    assert "1 of 1 scripts pass." in done.stdout
    assert done.stderr == ""


def test_no_database_is_made_where_there_was_none_and_none_is_changed(house):
    before = digest(house)
    manage(house, "phone_lab", "run", SCRIPT)
    assert digest(house) == before


def test_a_failed_expectation_ends_with_1_and_says_what_was_found_instead(house, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SCRIPT.read_text().replace("outcome: answered", "outcome: missed"))
    done = manage(house, "phone_lab", "run", wrong)
    assert done.returncode == 1
    assert f"WRONG calls.1.outcome ({wrong}:" in done.stdout
    assert "- missed\n      + answered" in done.stdout


def test_machines_get_one_object_per_script(house):
    done = manage(house, "phone_lab", "run", "--json", SCRIPT, SCRIPTS / "withheld-caller.yaml")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [report["passed"] for report in reports] == [True, True]
    assert reports[0]["calls"][0]["facts"]["answered_by"] == "Dr. Ada Okafor"


def test_a_script_that_cannot_be_read_ends_with_2_and_one_line(house, tmp_path):
    unreadable = tmp_path / "unreadable.yaml"
    unreadable.write_text("name: x\ncals: []\n")
    done = manage(house, "phone_lab", "run", unreadable)
    assert done.returncode == 2
    assert f"{unreadable}:2: cals: “cals” is not a setting" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_script_that_cannot_be_read_keeps_no_other_from_being_played(house, tmp_path):
    done = manage(house, "phone_lab", "run", "--json", tmp_path / "missing.yaml", SCRIPT)
    missing, played = [json.loads(line) for line in done.stdout.splitlines()]
    assert missing["passed"] is False
    assert "missing.yaml: the file cannot be read: No such file" in missing["error"]
    assert played["passed"] is True
    assert (done.returncode, done.stderr) == (2, "")


def test_what_one_script_remembers_is_unknown_to_the_next(house, tmp_path):
    """The line's last known answer is kept outside the database."""
    down = tmp_path / "down.yaml"
    down.write_text(ANOTHER_LINE)
    done = manage(house, "phone_lab", "run", "--quiet", SCRIPTS / "database-down-fallback.yaml", down)
    assert done.returncode == 0, done.stdout


def test_a_practice_that_does_not_exist_is_said_so_with_those_that_do(practice):
    done = manage(practice, "phone_lab", "run", SCRIPT, "--practice", "nobody")
    assert done.returncode == 2
    assert "There is no practice with the slug “nobody”. Known here: glow." in done.stderr


def test_machines_hear_of_a_missing_practice_in_json(practice):
    done = manage(practice, "phone_lab", "run", SCRIPT, "--json", "--practice", "nobody")
    assert (done.returncode, done.stderr) == (2, "")
    assert "Known here: glow." in json.loads(done.stdout)["error"]


def test_a_practice_is_missed_in_one_line_where_there_is_no_database_yet(house):
    empty = house | {"DATABASE_URL": f"sqlite:///{house['DATA_DIR']}/nothing.sqlite3"}
    done = manage(empty, "phone_lab", "run", SCRIPT, "--practice", "glow")
    assert done.returncode == 2
    assert "the database cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_practice_is_rehearsed_with_its_own_settings_and_nothing_of_it_changes(practice, tmp_path):
    """Its patient Grace is not there: the copy holds settings only, so she is a new caller."""
    script = tmp_path / "own.yaml"
    script.write_text(OWN_SETTINGS)
    before = digest(practice)
    done = manage(practice, "phone_lab", "run", script, "--practice", "glow")
    assert done.returncode == 0, done.stdout + done.stderr
    assert digest(practice) == before


def test_webhooks_again_in_another_order_are_part_of_the_verdict(house):
    done = manage(house, "phone_lab", "run", SCRIPT, "--order", "shuffled", "--seed", "3")
    assert done.returncode == 0, done.stdout
    assert "ok    shuffled (seed 3): the same rows" in done.stdout
