"""Makes `.venv` with the pinned requirements. Needs nothing but Python 3.11 and its standard library.

    python3 scripts/bootstrap.py [--dev]

Runs under any Python 3, so that one which is too old gets a sentence instead of a traceback.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("VENV", str(ROOT / ".venv"))).absolute()
NEEDED = (3, 11)
NEWER = ["python3.14", "python3.13", "python3.12", "python3.11"]


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def stop(text: str) -> NoReturn:
    say("Cannot set up: " + text)
    raise SystemExit(1)


def find_python() -> str:
    """This Python where it is new enough, else a newer one that stands beside it."""
    if sys.version_info >= NEEDED:
        return sys.executable
    for name in NEWER:
        found = shutil.which(name)
        if found:
            return found
    stop("Python 3.11 or newer is needed, this is {}.{}.".format(*sys.version_info[:2]))


def run(*command: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def make_venv(python: str) -> None:
    if run(python, "-c", "import venv, ensurepip").returncode:
        stop("Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv")
    made = run(python, "-m", "venv", "--clear", VENV)
    if made.returncode:
        stop(f"python -m venv {VENV} failed: {made.stdout.decode().strip()[-300:]}")


def installer(python: Path) -> list[object]:
    """uv where it can be had (ten times faster), else pip. Both check every hash."""
    system_uv = shutil.which("uv")
    if system_uv:
        return [system_uv, "pip", "install", "--python", python]
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    got_uv = run(*pip, "--quiet", "--require-hashes", "-r", ROOT / "scripts" / "uv.txt").returncode == 0
    return [python, "-m", "uv", "pip", "install", "--python", python] if got_uv else pip


def install(requirements: Path) -> None:
    python = VENV / "bin" / "python"
    command = installer(python)
    done = run(*command, "--quiet", "--require-hashes", "-r", requirements)
    if done.returncode and "uv" in " ".join(str(part) for part in command):
        # Another resolver, another route to the packages: some networks let only pip through.
        done = run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements)
    if done.returncode:
        stop(f"installing {requirements.name} failed:\n{done.stdout.decode().strip()[-1500:]}")


def stamp_of(requirements: Path) -> Path:
    return VENV / (requirements.stem + ".installed")


def fingerprint(requirements: Path, python: str) -> str:
    return hashlib.sha256(requirements.read_bytes() + python.encode()).hexdigest()


def is_installed(requirements: Path, python: str) -> bool:
    stamp = stamp_of(requirements)
    return stamp.is_file() and stamp.read_text() == fingerprint(requirements, python)


def main() -> None:
    python, runtime, dev = find_python(), ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    requirements = dev if "--dev" in sys.argv[1:] else runtime
    # The development set holds all of the runtime set.
    if is_installed(dev, python) or is_installed(requirements, python):
        return
    began = time.time()
    say(f"Setting up {VENV.name} from {requirements.name} …")
    if not (VENV / "bin" / "python").exists() or not list(VENV.glob("*.installed")):
        make_venv(python)
    install(requirements)
    stamp_of(requirements).write_text(fingerprint(requirements, python))
    say(f"Set up in {time.time() - began:.0f} s.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("interrupted.")
