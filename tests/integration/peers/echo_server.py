#!/usr/bin/python3
"""A WebSocket server of python3-websockets, ordered about by messages.

Prints `port N`, and then, of the N-th connection, `open N PATH`, `header N NAME: VALUE` (x- only),
`got N TEXT` (short texts), `ponged N`, `closed N CODE REASON`. echo_server.mjs does the same.

Orders are messages: `!close CODE REASON`, `!ping` (a Ping frame), `!say TEXT`, `!split TEXT` (a
character in each frame), `!total` (answered with the bytes received so far). On the path /sink
nothing is echoed. What is longer than 64 KiB is echoed in fragments.

`--compression JSON`: permessage-deflate, with parameters of RFC 7692 by name; what is echoed is
compressed then, however short. Default: none.
"""
import argparse
import asyncio
import json
import ssl
import sys

import websockets
from websockets.extensions import permessage_deflate

FRAGMENT = 65536
SHORT = 100


def say(*words):
    print(*words, flush=True)


class Guest:
    def __init__(self, number, socket, path, dialect):
        self.number, self.socket, self.path, self.dialect = number, socket, path, dialect
        self.total = 0

    async def obey(self, order, rest):
        if order == "!close":
            code, _, reason = rest.partition(" ")
            await self.socket.close(int(code), reason)
        elif order == "!ping":
            await (await self.socket.ping())
            say("ponged", self.number)
        elif order == "!say":
            await self.socket.send(rest)
        elif order == "!split":
            await self.socket.send(list(rest))
        elif order == "!total":
            await self.socket.send(f"total {self.total}")

    def answer(self, message):
        """What the server's dialect answers to a heartbeat, if this is one."""
        if self.dialect == "text":
            return "pong" if message == "ping" else None
        if self.dialect == "json" and isinstance(message, str) and message.startswith("{"):
            return '{"type":"pong"}' if json.loads(message).get("type") == "ping" else None
        return None

    async def hear(self, message):
        if isinstance(message, str):
            if len(message) <= SHORT:
                say("got", self.number, message)
            if message.startswith("!"):
                order, _, rest = message.partition(" ")
                # Not awaited: a Pong comes only while we read.
                asyncio.ensure_future(self.obey(order, rest))
                return
        self.total += len(message)
        answer = self.answer(message)
        if answer is not None:
            await self.socket.send(answer)
        elif not self.path.startswith("/sink"):
            pieces = [message[at:at + FRAGMENT] for at in range(0, len(message), FRAGMENT)]
            await self.socket.send(pieces if len(pieces) > 1 else message)


class Server:
    def __init__(self, dialect):
        self.count, self.dialect = 0, dialect

    async def serve(self, socket, path):
        self.count += 1
        guest = Guest(self.count, socket, path, self.dialect)
        for name, value in socket.request_headers.raw_items():
            if name.lower().startswith("x-"):
                say("header", guest.number, f"{name.lower()}: {value}")
        say("open", guest.number, path)
        try:
            async for message in socket:
                await guest.hear(message)
        except websockets.ConnectionClosed:
            pass
        say("closed", guest.number, socket.close_code, socket.close_reason)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--dialect", default="")
    parser.add_argument("--subprotocol", action="append")
    parser.add_argument("--compression", type=json.loads)
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    options = parser.parse_args()
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    extensions = None
    if options.compression is not None:
        extensions = [permessage_deflate.ServerPerMessageDeflateFactory(**options.compression)]
    server = await websockets.serve(
        Server(options.dialect).serve, options.host, options.port, ssl=context,
        subprotocols=options.subprotocol, ping_interval=None, max_size=1 << 27,
        compression=None, extensions=extensions, close_timeout=2)
    say("port", server.sockets[0].getsockname()[1])
    await server.wait_closed()


sys.exit(asyncio.run(main()))
