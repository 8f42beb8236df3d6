#!/usr/bin/python3
"""A WebSocket client of python3-websockets, ordered about by the server's messages.

    echo_client.py [--compression JSON] URL [SUBPROTOCOL...]

Prints `open SUBPROTOCOL`, `got TEXT` (short texts), `ponged`, `closed CODE REASON`, or `refused
STATUS RETRY-AFTER`, and ends. Orders are those of echo_server.py; all else is sent back, in
fragments if it is longer than 64 KiB. `!ask TEXT` sends TEXT, and what comes is not echoed
from then on. echo_client.mjs does the same.
"""
import argparse
import asyncio
import json

import websockets
from websockets.extensions import permessage_deflate

FRAGMENT = 65536
SHORT = 100
echoes = True


def say(*words):
    print(*words, flush=True)


async def obey(socket, order, rest):
    global echoes
    if order == "!close":
        code, _, reason = rest.partition(" ")
        await socket.close(int(code), reason)
    elif order == "!ping":
        await (await socket.ping())
        say("ponged")
    elif order == "!ask":
        echoes = False
        await socket.send(rest)


async def hear(socket, message):
    if isinstance(message, str) and len(message) <= SHORT:
        say("got", message)
    if isinstance(message, str) and message.startswith("!"):
        order, _, rest = message.partition(" ")
        asyncio.ensure_future(obey(socket, order, rest))
    elif echoes:
        pieces = [message[at:at + FRAGMENT] for at in range(0, len(message), FRAGMENT)]
        await socket.send(pieces if len(pieces) > 1 else message)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compression", type=json.loads)
    parser.add_argument("url")
    parser.add_argument("subprotocol", nargs="*")
    options = parser.parse_args()
    extensions = None
    if options.compression is not None:
        extensions = [permessage_deflate.ClientPerMessageDeflateFactory(**options.compression)]
    try:
        socket = await websockets.connect(
            options.url, subprotocols=options.subprotocol or None, ping_interval=None,
            max_size=1 << 27, compression=None, extensions=extensions, close_timeout=2)
    except websockets.InvalidStatusCode as refusal:
        say("refused", refusal.status_code, refusal.headers.get("Retry-After", "-"))
        return
    say("open", socket.subprotocol or "-")
    try:
        async for message in socket:
            await hear(socket, message)
    except websockets.ConnectionClosed:
        pass
    say("closed", socket.close_code, socket.close_reason)


asyncio.run(main())
