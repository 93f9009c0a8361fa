"""Loaded by pytest before Django: tests are development, whatever the shell says."""

import os

os.environ.setdefault("DEV", "1")
