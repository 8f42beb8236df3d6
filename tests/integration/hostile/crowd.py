#!/usr/bin/python3
"""A crowd of connections from one address, for tests of a server's limits.

    crowd.py PORT COUNT [ADDRESS]

Opens COUNT connections from ADDRESS, asks each for an upgrade, and prints `in N` and `out N`: how
many were let in, and how many refused or cut. Then keeps those that are in as long as it lives.
"""
import resource
import signal
import socket
import sys

REQUEST = (b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
AT_ONCE = 200


def dial(port, address):
    peer = socket.socket()
    peer.bind((address, 0))
    peer.connect(("127.0.0.1", port))
    peer.sendall(REQUEST)
    return peer


def is_in(peer):
    try:
        return peer.recv(4096).startswith(b"HTTP/1.1 101 ")
    except OSError:
        return False


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    address = sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1"
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    kept, out = [], 0
    for begin in range(0, count, AT_ONCE):
        fresh = []
        for _ in range(min(AT_ONCE, count - begin)):
            try:
                fresh.append(dial(port, address))
            except OSError:
                out += 1
        for peer in fresh:
            if is_in(peer):
                kept.append(peer)
            else:
                out += 1
                peer.close()
    print("in", len(kept), flush=True)
    print("out", out, flush=True)
    signal.pause()


main()
