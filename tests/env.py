"""Loaded by pytest before Django: tests are development, whatever the shell says, with a data folder of their own."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DEV", "1")
if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="aesthetix-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
