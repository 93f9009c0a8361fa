"""docker-compose.yml without Docker: its programs as processes on loopback, with the environment it gives them."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CHECK_SECONDS = 0.1


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true, seconds, what):
    """These are real processes: the one place where a test waits. Returns what `true` returned."""
    limit = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > limit:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(CHECK_SECONDS)
    return found


def filled_in(example, **values):
    """.env.example as an operator fills it in."""
    lines = [
        re.sub(r"^(\w+)=.*", lambda m: f"{m[1]}={values.get(m[1], m[0].partition('=')[2])}", line) for line in example
    ]
    assert set(values) <= {line.partition("=")[0] for line in lines}, "a variable that .env.example does not name"
    return "\n".join(lines)


def composed(folder, **values):
    """The services of docker-compose.yml, as docker-compose itself understands it."""
    for name in ("docker-compose.yml", "Caddyfile"):
        shutil.copy(ROOT / name, folder)
    (folder / ".env").write_text(filled_in((ROOT / ".env.example").read_text().splitlines(), **values))
    # Of this process only the path: docker-compose prefers what its own environment says to .env.
    done = subprocess.run(
        ["docker-compose", "config"], cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)["services"]


def image_environment():
    """The ENV of the image: of the last stage of the Dockerfile."""
    last = (ROOT / "Dockerfile").read_text().rpartition("FROM ")[2]
    pairs = [pair.partition("=") for line in re.findall(r"^ENV (.*)$", last, re.MULTILINE) for pair in line.split()]
    return {name: value for name, _, value in pairs}


class Program:
    """One process group, from start to the end of its last member."""

    def __init__(self, command, environment, log):
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self):
        return self.process.pid

    def members(self):
        """Its living processes. Of the killed some stay as names only, until whoever inherited them asks."""
        self.process.poll()
        rows = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True).stdout.splitlines()
        fields = [row.split() for row in rows]
        return [int(pid) for pid, group, state in fields if int(group) == self.pid and not state.startswith("Z")]

    def is_gone(self):
        return not self.members()

    def kill(self):
        """kill -9, all of it at once, as a container dies."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        wait_until(self.is_gone, 10, "all of it has died")

    def kill_one_child(self, chance):
        """kill -9 of one process of its pool, as the kernel does when memory runs out."""
        children = [pid for pid in self.members() if pid != self.pid]
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(chance.choice(children), signal.SIGKILL)

    def stop(self, seconds=30):
        """As `docker compose stop`: asked, and whether it ended by itself."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.poll() is not None


class Front(requests.adapters.HTTPAdapter):
    """What the Caddyfile says: TLS ends here, /live/ goes to `live`, all else to `web`."""

    def __init__(self, ports, **options):
        self.ports = ports
        super().__init__(**options)

    def send(self, request, **options):
        public, parts = request.url, urlsplit(request.url)
        port = self.ports["live" if parts.path.startswith("/live/") else "web"]
        request.headers.update({"Host": parts.netloc, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"})
        request.url = parts._replace(scheme="http", netloc=f"127.0.0.1:{port}").geturl()
        try:
            response = super().send(request, **options)
        finally:
            request.url = public
        response.url = public
        return response


class Installation:
    """The programs of docker-compose.yml, on a database, a Redis number and a bucket of their own."""

    def __init__(self, folder, database_url, redis_url):
        self.folder, self.ports, self.running = folder, {"web": free_port(), "live": free_port()}, []
        self.public, self.bucket = "https://crm.example.com", f"aesthetix-production-{os.getpid()}"
        storage = settings.STORAGES["default"]["OPTIONS"]
        self.services = composed(
            folder,
            SECRET_KEY=secrets.token_urlsafe(50),
            # The tests look into the same rows.
            FIELD_ENCRYPTION_KEYS=settings.FIELD_ENCRYPTION_KEYS[0],
            POSTGRES_PASSWORD=secrets.token_hex(8),
            S3_BUCKET=self.bucket,
            S3_ENDPOINT_URL=storage["endpoint_url"],
            AWS_ACCESS_KEY_ID="testing",
            AWS_SECRET_ACCESS_KEY="testing",
        )
        self.loopback = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(folder / "data"),
            "STATIC_ROOT": str(folder / "static"),
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(folder),
            "HOSTNAME": socket.gethostname(),
        }

    def environment(self, service):
        return image_environment() | self.services[service]["environment"] | self.loopback

    def command(self, service):
        return [self._here(service, word) for word in self.services[service]["command"]]

    def _here(self, service, word):
        word = word.replace("0.0.0.0", "127.0.0.1").replace("$$", "$")
        return re.sub(r"(--port=|127\.0\.0\.1:)\d+", lambda m: f"{m[1]}{self.ports[service]}", word)

    def manage(self, *arguments, service="web", **environment):
        """`docker compose run --rm SERVICE python manage.py …`: what it printed."""
        return self._run(service, ["python", "manage.py", *arguments], **environment)

    def prepare(self):
        """What the `prepare` service says at a start."""
        return self._run("prepare", self.command("prepare"))

    def _run(self, service, command, **environment):
        done = subprocess.run(
            command, env=self.environment(service) | environment, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout + done.stderr

    def refuses(self, environment):
        """What a start with this environment complains about."""
        command = ["python", "manage.py", "check"]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode != 0
        return done.stderr

    def start(self, *services):
        """Each `web` and `live` answers its own health check when this returns."""
        programs = [
            Program(self.command(name), self.environment(name), self.folder / f"{name}.log") for name in services
        ]
        self.running += programs
        for name in services:
            if name in self.ports:
                wait_until(lambda name=name: self.is_healthy(name), 40, f"{name} is healthy")
        return programs[0] if len(programs) == 1 else programs

    def is_healthy(self, service):
        kind, *words = self.services[service]["healthcheck"]["test"]
        words = [self._here(service, word) for word in words]
        command = ["sh", "-c", words[0]] if kind == "CMD-SHELL" else words
        environment = self.environment(service)
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True).returncode == 0

    def kill_all(self):
        for program in self.running:
            program.kill()
        self.running.clear()

    def logged(self, service):
        return (self.folder / f"{service}.log").read_text()

    def session(self, connections=10):
        """A client of the public address."""
        session = requests.Session()
        session.trust_env = False
        session.mount(self.public, Front(self.ports, pool_maxsize=connections, pool_block=True))
        return session
