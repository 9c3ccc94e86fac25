"""One hostile client of the control socket, as a program: it does one thing to the daemon until it is ended.

Usage: hostile_client.py SOCKET WHAT

It prints a line once it has begun, so that whoever started it knows. It imports nothing of the tests: it runs as other
accounts, from a copy that they can read.
"""

import array
import json
import os
import socket
import sys
import time

CALL = b'{"method":"org.breachclock.Control.List"}\0'
REFERENCE = "EDATRS-2026-0001"


def call(method: str, more: bool = False, **parameters: object) -> bytes:
    message = {"method": f"org.breachclock.Control.{method}", "parameters": parameters}
    return json.dumps({**message, "more": True} if more else message).encode() + b"\0"


def connect(path: str) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(5)
    client.connect(path)
    return client


def quietly(action, *arguments):
    """What a hostile client does often fails, and it goes on."""
    try:
        return action(*arguments)
    except OSError:
        return None


def send_and_leave(path: str, data: bytes, wait: bool = True) -> None:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(5)
    try:
        client.connect(path)
        client.sendall(data)
        if wait:
            client.recv(1 << 16)
    except OSError:
        pass
    finally:
        client.close()


def burn(path: str) -> None:
    """Nothing to the daemon: what the others' processor time alone costs a good client."""
    while True:
        sum(range(1000))


def knock(path: str) -> None:
    """A new connection for each call."""
    while True:
        send_and_leave(path, CALL)


def garbage(path: str) -> None:
    """What is no varlink call, a connection each."""
    while True:
        for data in (b"\xff\xfe\0", b"[" * 60_000 + b"\0", b'{"method":5}\0', b'{"method":"a.b.C","x":1e400}\0', b"\0\0"):
            send_and_leave(path, data)


def endless(path: str) -> None:
    """Bytes without end and without a NUL."""
    while True:
        client = quietly(connect, path)
        while client is not None and quietly(client.sendall, b"x" * 65_536) is None and client.fileno() >= 0:
            if quietly(client.send, b"") is None:
                client.close()


def large(path: str) -> None:
    """Calls as large as a message may be, which have to be read through."""
    text = call("Note", breach="X", kind="action", text="x" * 261_000)
    while True:
        send_and_leave(path, text)


def unread(path: str) -> None:
    """Calls with large answers that are never read, on many connections."""
    clients = []
    while True:
        if len(clients) < 20:
            client = quietly(connect, path)
            if client is not None:
                client.setblocking(False)
                clients.append(client)
        for client in list(clients):
            try:
                client.send(call("Protocols") * 20)
            except BlockingIOError:
                pass
            except OSError:
                client.close()
                clients.remove(client)
        time.sleep(0.001)


def descriptors(path: str) -> None:
    """Descriptors sent along with each call."""
    with open("/dev/null", "rb") as file:
        numbers = array.array("i", [file.fileno()] * 200)
        while True:
            client = quietly(connect, path)
            if client is None:
                continue
            for _ in range(20):
                quietly(client.sendmsg, [CALL], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)])
                quietly(client.recv, 1 << 20)
            client.close()


def slow(path: str) -> None:
    """A byte a second, on many connections."""
    clients = []
    while True:
        while len(clients) < 30:
            client = quietly(connect, path)
            if client is None:
                break
            clients.append(client)
        for client in list(clients):
            if quietly(client.send, b"{") is None:
                client.close()
                clients.remove(client)
        time.sleep(1)


def crowd(path: str) -> None:
    """As many connections as there can be, opened and closed again and again."""
    while True:
        clients = [quietly(connect, path) for _ in range(300)]
        for client in clients:
            if client is not None:
                client.close()


def pipelined(path: str) -> None:
    """Many calls at once on one connection, whose answers are read."""
    client = connect(path)
    while True:
        client.sendall(call("Show", breach=REFERENCE) * 100)
        quietly(client.recv, 1 << 20)


def watchers(path: str) -> None:
    """Watches of everything from the beginning, again and again, some of them never read."""
    unread_ones = [connect(path) for _ in range(10)]
    for client in unread_ones:
        client.sendall(call("Watch", more=True, after=0))
    while True:
        client = quietly(connect, path)
        if client is not None:
            quietly(client.sendall, call("Watch", more=True, after=0))
            for _ in range(3):
                quietly(client.recv, 1 << 20)
            client.close()


def main() -> None:
    path, what = sys.argv[1:]
    print("begun", flush=True)
    os.nice(0)
    globals()[what](path)


if __name__ == "__main__":
    main()
