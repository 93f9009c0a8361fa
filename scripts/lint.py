"""Every check that runs no test, with how long it took. `python scripts/lint.py [part …]` runs some of them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ROOMS = ["aesthetix", "contacts", "conversations", "telephony", "documents", "workflows", "a360_sync"]
# Invented, and only for `check --deploy`, which opens no connection.
PRODUCTION = {
    "DEV": "0",
    "SECRET_KEY": "check-deploy-wants-fifty-characters-and-more-of-them-0123456789-abcdef",
    "FIELD_ENCRYPTION_KEYS": "Y2hlY2stZGVwbG95LW9ubHktbm90LWEtc2VjcmV0LTA=",
    "DATABASE_URL": "postgres://aesthetix@db.internal/aesthetix",
    "REDIS_URL": "redis://redis.internal/0",
    "PUBLIC_BASE_URL": "https://crm.glow.example",
    "EMAIL_URL": "smtp://mail.internal:25",
    "BEHIND_PROXY": "1",
    "S3_BUCKET": "aesthetix",
}


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def templates() -> list[str]:
    return [str(path) for room in ROOMS for path in sorted((ROOT / room).rglob("templates/**/*.html"))]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def compiled(name: str, *options: str) -> str:
    """Empty when requirements are what pyproject.toml compiles to; otherwise how they differ."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / name
        # uv keeps the pins that it finds in the file it writes to, so new releases change nothing here.
        shutil.copy(ROOT / name, fresh)
        fixed = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
        command = ["pip", "compile", "-q", *fixed, *options, "pyproject.toml", "-o", str(fresh)]
        done = subprocess.run([uv(), *command], capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            return f"not checked (no package index): {done.stderr.strip()[-200:]}"
        differs = subprocess.run(["diff", str(ROOT / name), str(fresh)], capture_output=True, text=True, check=False)
        return differs.stdout[:2000]


def uv() -> str:
    return str(BIN / "uv") if (BIN / "uv").exists() else shutil.which("uv") or "uv"


def requirements() -> tuple[bool, str]:
    reports = [
        compiled("requirements.txt"),
        compiled("requirements-dev.txt", "--group", "dev", "-c", "requirements.txt"),
    ]
    said = "\n".join(report for report in reports if report)
    return not said or all(report.startswith("not checked") for report in reports if report), said


def parts() -> dict[str, list[str]]:
    found = templates()
    return {
        "ruff check": tool("ruff", "check", "."),
        "ruff format": tool("ruff", "format", "--check", "."),
        "import-linter": tool("lint-imports"),
        "djlint": tool("djlint", "--lint", "--quiet", *found),
        "djade": tool("djade", "--check", "--target-version", "5.2", *found),
        "migrations": manage("makemigrations", "--check", "--dry-run"),
        "check": manage("check", "--fail-level", "WARNING"),
        "check --deploy": manage("check", "--deploy", "--fail-level", "WARNING"),
        "mypy": tool("mypy", *ROOMS, "scripts"),
    }


def run(name: str, command: list[str]) -> tuple[bool, str]:
    environment = {**os.environ, **(PRODUCTION if name == "check --deploy" else {"DEV": "1"})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def main() -> int:
    wanted, failed = sys.argv[1:], []
    for name, command in [*parts().items(), ("requirements", [])]:
        if wanted and name not in wanted:
            continue
        began = time.monotonic()
        passed, said = run(name, command) if command else requirements()
        sys.stdout.write(f"{'ok  ' if passed else 'FAIL'} {name:<16}{time.monotonic() - began:6.1f} s\n")
        if not passed or (said and name == "requirements"):
            sys.stdout.write(f"{said}\n")
        if not passed:
            failed.append(name)
        sys.stdout.flush()
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
