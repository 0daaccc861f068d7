"""Reaching a PostgreSQL server, and naming any server in an error without the secrets that its URL holds."""

from typing import Any
from urllib.parse import urlsplit

from course_lib.errors import RetrievalError


def connect(url: str) -> Any:
    """A psycopg.Connection that commits each statement; raises RetrievalError if there is none to be had."""
    import psycopg

    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
        if "@" in f"{parts.get('host')}{parts.get('dbname')}":  # a part of the password was taken for these
            raise psycopg.ProgrammingError
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
    except psycopg.ProgrammingError:
        reason = "this is no address of a PostgreSQL server (in a password, / is %2F and @ is %40)"
    raise RetrievalError(
        f"No connection to PostgreSQL at {address(url)}: {reason}",
        allowed="postgresql://user:password@host:port/database",
        next_step="start the server, or check host, port, user and password",
    )


def address(url: str) -> str:
    """Host, port and database alone: an error may end in a log, and a URL may hold secrets anywhere else."""
    import psycopg

    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "an address that cannot be read"
    port = f":{parts['port']}" if "port" in parts else ""
    name = f"/{parts['dbname']}" if "dbname" in parts else ""
    return f"{parts.get('host', 'localhost')}{port}{name}".rpartition("@")[2]


def without_secrets(place: str) -> tuple[str, bool]:
    """A folder as it is, a URL without user, password and query; and whether it is a URL."""
    if not place.startswith(("http://", "https://")):
        return place, False
    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}", True
