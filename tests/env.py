"""Loaded by pytest before Django: tests are development, whatever the shell says, with a data folder of their own.

Processes that share one run (pytest -n) each have their own folder and their own Redis database;
pytest-django gives each its own test database.
"""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DEV", "1")
worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker or "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="aesthetix-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
if worker and os.environ.get("REDIS_URL"):
    server = os.environ["REDIS_URL"].rpartition("/")[0]
    os.environ["REDIS_URL"] = f"{server}/{1 + int(worker.removeprefix('gw'))}"
