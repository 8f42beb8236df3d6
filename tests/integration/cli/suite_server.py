"""A small suite as the field's public one presents itself: a server that says how many cases it
has, examines whoever asks for one, and is asked for its report. The WebSocket in it is
python3-websockets, so that nothing of ours judges itself; where a case must break the protocol it
writes bytes."""

import asyncio
import http
import os
import threading
import urllib.parse

from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.legacy import server as websockets

PATIENCE = 30


async def echo(socket, *messages):
    for message in messages:
        await socket.send(message)
        whole = message if isinstance(message, (str, bytes)) else type(message[0])().join(message)
        assert await socket.recv() == whole, "not what was sent"


def breaks(raw, code):
    async def case(socket):
        await echo(socket, "good")
        socket.transport.write(raw)
        await socket.wait_closed()
        assert socket.close_code == code, f"closed with {socket.close_code}, not {code}"
    return case


def echoes(*messages, **attributes):
    async def case(socket):
        await echo(socket, *messages)
    vars(case).update(attributes)
    return case


def compresses(**parameters):
    """Takes what is offered only if these parameters, of the factory below, are what come of it."""
    async def case(socket):
        assert socket.extensions, "compression was not agreed on"
        for size in (0, 1, 300, 5000, 5000, 40000, 131072):
            await echo(socket, "heartwire " * (size // 10), os.urandom(size))
    case.extensions = [ServerPerMessageDeflateFactory(**parameters)]
    return case


async def pings(socket):
    for payload in (b"", b"one", os.urandom(125)):
        await asyncio.wait_for(await socket.ping(payload), PATIENCE)


async def closes(socket):
    await socket.close(3999, "because")
    assert socket.close_code == 3999, "another code came back"


async def never_ends(socket):
    await socket.wait_closed()


async def hears_no_heartbeat(socket):
    """What looks like a heartbeat of some dialect is a message here."""
    await echo(socket, "ping", "pong", "2", "\n", '{"type":"ping"}', b"\xc0\x00")


CASES = [
    echoes("text", b"binary", "", b"", "\u20ac\U0001d11e", os.urandom(65536)),
    echoes(["in ", "", "fragments"], [b"in", b"fragments"]),
    pings,
    hears_no_heartbeat,
    closes,
    breaks(b"\x83\x00", 1002),
    breaks(b"\xc9\x00", 1002),
    breaks(b"\x81\x81\x00\x00\x00\x00a", 1002),
    breaks(b"\x81\x02\xc3\x28", 1007),
    breaks(b"\x01\x02\xc3\x28", 1007),
    breaks(b"\xc1\x01\x06", 1002),
    breaks(b"\x82\x7f\x00\x00\x00\x00\x04\x00\x00\x01", 1009),
    compresses(),
    compresses(server_no_context_takeover=True),
    compresses(client_no_context_takeover=True),
    compresses(server_no_context_takeover=True, client_no_context_takeover=True,
               server_max_window_bits=9, client_max_window_bits=9),
    compresses(server_max_window_bits=15, client_max_window_bits=12),
    # What does not shrink would be longer than the bound if it were compressed all the same.
    echoes(os.urandom(64 << 20), extensions=[]),
]


class Examiner(websockets.WebSocketServerProtocol):
    suite = None

    async def process_request(self, path, request_headers):
        self.url = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(self.url.query))
        self.agent, self.number = query.get("agent"), int(query.get("case", 0))
        self.case = self.suite.cases[self.number - 1] if self.number else None
        if self.number and self.case is None:
            return http.HTTPStatus.NOT_FOUND, [], b"no such case"
        return None

    def process_extensions(self, headers, available_extensions):
        accepted = getattr(self.case, "extensions", [ServerPerMessageDeflateFactory()])
        return super().process_extensions(headers, accepted)


class Suite:
    """Serves in a thread of its own until close(); `verdicts` and `reported` may be read once the
    one who is examined has gone."""

    def __init__(self, cases=None, count=None):
        self.cases = CASES if cases is None else cases
        self.count = str(len(self.cases)) if count is None else count
        self.verdicts = {}  # By agent, by number.
        self.reported = []
        self.url = None
        self.loop = asyncio.new_event_loop()
        self.is_up = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self.is_up.wait(PATIENCE), "the suite does not listen"

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.over = self.loop.create_future()
        self.loop.run_until_complete(self._serve())

    async def _serve(self):
        protocol = type("Protocol", (Examiner,), {"suite": self})
        async with websockets.serve(self._examine, "127.0.0.1", 0, create_protocol=protocol,
                                    max_size=None, ping_interval=None) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self.is_up.set()
            await self.over

    async def _examine(self, socket):
        if socket.url.path == "/getCaseCount":
            await socket.send(self.count)
        elif socket.url.path == "/updateReports":
            self.reported.append(socket.agent)
        elif socket.url.path == "/runCase":
            verdict = "OK"
            try:
                await socket.case(socket)
            except Exception as error:  # What goes wrong in a case is its verdict.
                verdict = repr(error)
            self.verdicts.setdefault(socket.agent, {})[socket.number] = verdict

    def close(self):
        self.loop.call_soon_threadsafe(self.over.set_result, None)
        self.thread.join(PATIENCE)
