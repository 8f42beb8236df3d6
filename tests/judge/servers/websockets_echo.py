"""python3-websockets as a server at its defaults: an echo that SIGTERM shuts down, as in its
documentation. websockets_echo.py PORT"""

import asyncio
import signal
import sys

import websockets


async def echo(websocket):
    try:
        async for message in websocket:
            await websocket.send(message)
    except websockets.ConnectionClosed:
        pass


async def main():
    loop = asyncio.get_running_loop()
    stop = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, stop.set_result, None)
    async with websockets.serve(echo, "127.0.0.1", int(sys.argv[1])):
        await stop


asyncio.run(main())
