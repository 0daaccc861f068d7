"""Importing this module cuts Python off from every machine but this one, and writes each attempt down.

A library may catch the refusal and go on, so what counts is the list: `attempts` returns it. conftest.py puts
this folder on PYTHONPATH, and sitecustomize.py imports the module in every child process, a kernel too.
"""

import ipaddress
import os
import socket
from pathlib import Path

LOG = "COURSE_TEST_CONNECTIONS"
ALLOWED = "COURSE_TEST_HOSTS"  # those that a tester named, who has a server there; blanks between them
_connect, _connect_ex, _sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
_getaddrinfo = socket.getaddrinfo
_addresses: set[str] = set()  # of the hosts that are allowed


class OutsideConnection(OSError):
    """A test tried to reach another machine."""


def allow(host: str) -> None:
    """Let this process and its children reach a host that a tester named, and those below it."""
    os.environ[ALLOWED] = " ".join({*os.environ.get(ALLOWED, "").split(), host})


def is_allowed(host: object) -> bool:
    """Whether a host was named by whoever runs the tests, or is an address of one."""
    named = os.environ.get(ALLOWED, "").split()
    return str(host) in _addresses or any(host == each or str(host).endswith(f".{each}") for each in named)


def is_local(host: object) -> bool:
    """Whether a host, by name or address, is this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def refuse(host: object) -> None:
    """Write the attempt down and raise OutsideConnection, unless the host is this machine."""
    if is_local(host) or is_allowed(host):
        return
    if log := os.environ.get(LOG):
        with Path(log).open("a", encoding="utf-8") as stream:
            stream.write(f"{host}\n")
    raise OutsideConnection(f"the tests run offline, and this code tried to reach {host!r}")


def attempts() -> list[str]:
    """The hosts that this process and its children tried since the last call; the list is emptied."""
    log = Path(os.environ[LOG])
    hosts = log.read_text(encoding="utf-8").split("\n")[:-1]
    log.write_text("", encoding="utf-8")
    return hosts


def _check(sock: socket.socket, address: object) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
        refuse(address[0])


def connect(self, address):
    _check(self, address)
    return _connect(self, address)


def connect_ex(self, address):
    _check(self, address)
    return _connect_ex(self, address)


def sendto(self, data, *rest):
    _check(self, rest[-1])
    return _sendto(self, data, *rest)


def getaddrinfo(host, *rest, **options):
    refuse(host)
    found = _getaddrinfo(host, *rest, **options)
    if is_allowed(host):
        _addresses.update(str(address[0]) for *_, address in found)
    return found


socket.socket.connect = connect
socket.socket.connect_ex = connect_ex
socket.socket.sendto = sendto
socket.getaddrinfo = getaddrinfo
