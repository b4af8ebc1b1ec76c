"""A real PostgreSQL on loopback, for as long as a test needs it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

PASSWORD = "pa$s w@rd"


def postgres_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version; Debian keeps it off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def running_postgres(binaries: Path) -> Iterator[int]:
    """A server whose only user `costopt` has the password above; gives its port."""
    # Not in pytest's folder, which only its own user may enter: PostgreSQL refuses to run as root.
    home = Path(mkdtemp(prefix="costopt-postgres-"))
    as_other: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        as_other = [shutil.which("runuser") or "/usr/sbin/runuser", "-u", "postgres", "--"]
    secret = home / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    port = _free_port()
    data = str(home / "data")
    start = [str(binaries / "pg_ctl"), "-D", data, "-w", "-s", "-l", str(home / "log")]
    options = f"-h 127.0.0.1 -p {port} -k {home} -c fsync=off"
    try:
        _run([*as_other, str(binaries / "initdb"), "-D", data, "-U", "costopt", "-A", "scram-sha-256",
              "--pwfile", str(secret), "--no-sync", "-E", "UTF8"])  # fmt: skip
        _run([*as_other, *start, "-o", options, "start"])
        yield port
    finally:
        subprocess.run([*as_other, *start, "-m", "immediate", "stop"], check=False, cwd="/")
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
