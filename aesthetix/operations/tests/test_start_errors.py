"""A start that cannot be is one line for whoever set the variable, not a traceback."""

import os
import subprocess
import sys

import pytest

from aesthetix.settings import BASE_DIR


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "abc", "PORT is a number from 1 to 65535, not 'abc'"),
        ("PORT", "70000", "PORT is a number from 1 to 65535, not '70000'"),
        ("PUBLIC_BASE_URL", "crm.example.com", "PUBLIC_BASE_URL begins with https://"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL names no database that we know"),
    ],
)
def test_a_variable_that_is_nonsense_is_named(name, value, said):
    environment = {**os.environ, "DEV": "1", name: value}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"Cannot start: {said}")
    assert "Traceback" not in done.stderr
