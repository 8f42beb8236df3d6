"""python3-websockets: its reconnecting iterator at its defaults, as in its documentation."""

import asyncio
import itertools
import sys

import websockets

URL = sys.argv[1]


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
        except websockets.ConnectionClosed:
            pass
        finally:
            if sender:
                sender.cancel()


asyncio.run(main())
