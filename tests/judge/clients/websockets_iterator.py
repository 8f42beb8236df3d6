"""python3-websockets: its reconnecting iterator at its defaults, as in its documentation.

--best: its keepalive and its limit on handshakes keep their defaults (20 and 20 s, 10 s), which
"Timeouts" in its documentation gives reasons for. What connect() leaves to the loop's body is
decided there: which errors are fatal, and how long to wait after a connection that was lost."""

import asyncio
import itertools
import random
import sys

import websockets

URL = sys.argv[1]
IS_BEST = "--best" in sys.argv


async def keep_sending(websocket):
    for number in itertools.count():
        await websocket.send(f"message {number}")
        await asyncio.sleep(1)


async def main():
    async for websocket in websockets.connect(URL):
        sender = None
        try:
            if "/greeting" in URL:
                await websocket.send("subscribe")
            if "/silent-busy" in URL:
                sender = asyncio.create_task(keep_sending(websocket))
            async for _ in websocket:
                pass
        except websockets.ConnectionClosed as lost:
            # Policy, and the application's own codes: this application takes them for an end.
            if IS_BEST and (lost.code == 1008 or lost.code >= 4000):
                return
            if IS_BEST:
                await asyncio.sleep(random.uniform(1, 5))
        finally:
            if sender:
                sender.cancel()


asyncio.run(main())
