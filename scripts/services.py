"""PostgreSQL, Redis and an S3 server for the length of one command.

    python scripts/services.py COMMAND …

Sets DATABASE_URL, REDIS_URL and S3_… for the command. What the environment names already is used as it
is. Otherwise each server is started on a free loopback port with a data folder of its own, and stopped
afterwards; where its program is not installed, one that answers on its usual loopback port is used.
"""

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

BUCKET = "aesthetix"


class Missing(RuntimeError):
    """A server is neither installed nor running."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def program(name: str) -> str | None:
    """The newest of its kind; Debian keeps PostgreSQL's programs off the PATH."""
    versions = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    return versions[-1] if versions else shutil.which(name)


@contextlib.contextmanager
def running(command: list[str], ready: Callable[[], bool], log: Path) -> Iterator[None]:
    """A server process from when it answers until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        try:
            deadline = time.monotonic() + 60
            while not ready():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} did not start: {log.read_text()[-1000:]}")
                time.sleep(0.05)
            yield
        finally:
            # SIGINT: PostgreSQL's fast shutdown; an ordinary stop for the others.
            process.send_signal(2)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            if process.poll() is None:
                process.kill()


@contextlib.contextmanager
def postgres(folder: Path, *, durable: bool) -> Iterator[str]:
    """A URL without a database name. Tests never cut the power: for them PostgreSQL need not wait for the disk."""
    initdb, server = program("initdb"), program("postgres")
    if not (initdb and server):
        if not answers(5432):
            raise Missing("PostgreSQL is neither installed nor running on 127.0.0.1:5432 (apt install postgresql).")
        yield "postgres://postgres@127.0.0.1:5432"
        return
    data, port = folder / "postgres", free_port()
    data.mkdir()
    prefix = _as_ordinary_user(data)
    quiet = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run([*prefix, initdb, "-D", str(data), *quiet], check=True, stdout=subprocess.DEVNULL, cwd=data)
    listen = ["-p", str(port), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=200"]
    hasty = [] if durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    with running([*prefix, server, "-D", str(data), *listen, *hasty], lambda: _accepts(port), folder / "postgres.log"):
        yield f"postgres://postgres@127.0.0.1:{port}"


def _as_ordinary_user(data: Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    owner = pwd.getpwnam("postgres")
    os.chown(data, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]


def _accepts(port: int) -> bool:
    probe = program("pg_isready")
    assert probe is not None
    return subprocess.run([probe, "-q", "-h", "127.0.0.1", "-p", str(port)], check=False).returncode == 0


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A URL without a database number."""
    server, port = shutil.which("redis-server"), free_port()
    if not server:
        if not answers(6379):
            raise Missing("Redis is neither installed nor running on 127.0.0.1:6379 (apt install redis-server).")
        yield "redis://127.0.0.1:6379"
        return
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with running([server, *options], lambda: answers(port), folder / "redis.log"):
        yield f"redis://127.0.0.1:{port}"


@contextlib.contextmanager
def s3(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a bucket on an S3 server that keeps everything in memory."""
    port = free_port()
    environment = {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "S3_ADDRESSING_STYLE": "path",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, lambda: answers(port), folder / "s3.log"):
        import boto3

        keys = {name.lower(): value for name, value in environment.items() if name.startswith("AWS_")}
        boto3.client("s3", endpoint_url=environment["S3_ENDPOINT_URL"], region_name="us-east-1", **keys).create_bucket(
            Bucket=BUCKET
        )
        yield environment


@contextlib.contextmanager
def everything(*, storage: bool = True, durable: bool = True) -> Iterator[dict[str, str]]:
    """The environment of all of them. Each has a fresh database named after this process."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aesthetix-")))
        folder.chmod(0o755)
        environment = dict(os.environ)
        if "DATABASE_URL" not in environment:
            server = stack.enter_context(postgres(folder, durable=durable))
            environment["DATABASE_URL"] = f"{server}/aesthetix_{os.getpid()}"
        if "REDIS_URL" not in environment:
            environment["REDIS_URL"] = f"{stack.enter_context(redis(folder))}/0"
        if storage and "S3_BUCKET" not in environment:
            environment |= stack.enter_context(s3(folder))
        yield environment


def main() -> int:
    try:
        with everything(durable=False) as environment:
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
