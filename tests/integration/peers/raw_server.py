#!/usr/bin/python3
"""A server that misbehaves on purpose, with plain sockets.

Prints `port N`, then for the N-th connection `connection N`, `ms N MILLISECONDS` (since the start,
of the accept), and where it reads frames `close-code N CODE`; `gone N` at its end.

    raw_server.py silent                      never answers
    raw_server.py bytes HEX                   says this at once, then nothing
    raw_server.py answer HEX                  says this after the request
    raw_server.py trickle MS TEXT             after the request says TEXT again and again, a byte
                                              every MS milliseconds
    raw_server.py status LINE [HEADER...]     answers the request with a status and ends
    raw_server.py upgrade [HEX]               upgrades, says this, and reads on
    raw_server.py upgrade-close               upgrades and ends at once
"""
import base64
import hashlib
import signal
import socket
import sys
import threading
import time

BEGIN = time.monotonic()
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def say(*words):
    print(*words, flush=True)


def read_head(peer):
    head = b""
    while b"\r\n\r\n" not in head:
        more = peer.recv(4096)
        if not more:
            return None
        head += more
    return head


def upgrade(peer):
    head = read_head(peer)
    if head is None:
        return
    key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n")
               if line.lower().startswith(b"sec-websocket-key:"))
    accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
    peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                 b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")


def read_close_code(peer, number):
    """Reads short masked frames until a Close."""
    data = b""
    while True:
        more = peer.recv(4096)
        if not more:
            return
        data += more
        while len(data) >= 6 and len(data) >= 6 + (data[1] & 127):
            size = data[1] & 127
            mask, body = data[2:6], data[6:6 + size]
            body = bytes(one ^ mask[at % 4] for at, one in enumerate(body))
            if data[0] & 15 == 8:
                say("close-code", number, int.from_bytes(body[:2], "big") if body else 1005)
                return
            data = data[6 + size:]


def linger(peer):
    """Stays until the other side ends."""
    while peer.recv(65536):
        pass


def trickle(peer, milliseconds, text):
    read_head(peer)
    while True:
        for one in text.encode().decode("unicode_escape").encode("latin-1"):
            peer.sendall(bytes([one]))
            time.sleep(int(milliseconds) / 1000)


def behave(peer, number, what, words):
    if what == "silent":
        linger(peer)
    elif what == "bytes":
        peer.sendall(bytes.fromhex(words[0]))
        linger(peer)
    elif what == "answer":
        read_head(peer)
        peer.sendall(bytes.fromhex(words[0]))
        linger(peer)
    elif what == "trickle":
        trickle(peer, *words)
    elif what == "status":
        read_head(peer)
        lines = ["HTTP/1.1 " + words[0], *words[1:], "Content-Length: 0", "Connection: close"]
        peer.sendall("".join(line + "\r\n" for line in lines + [""]).encode())
    elif what == "upgrade":
        upgrade(peer)
        peer.sendall(bytes.fromhex(words[0] if words else ""))
        read_close_code(peer, number)
    elif what == "upgrade-close":
        upgrade(peer)


def serve(peer, number, what, words):
    try:
        behave(peer, number, what, words)
    except OSError:
        pass
    peer.close()
    say("gone", number)


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    say("port", listener.getsockname()[1])
    number = 0
    while True:
        peer, _ = listener.accept()
        number += 1
        say("ms", number, round(1000 * (time.monotonic() - BEGIN)))
        say("connection", number)
        threading.Thread(target=serve, args=(peer, number, sys.argv[1], sys.argv[2:]),
                         daemon=True).start()


main()
