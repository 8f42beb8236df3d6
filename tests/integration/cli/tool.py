"""Runs the heartwire tool for its tests: programs whose output can be waited for, and a WebSocket
server of a few lines that says what a test wants said."""

import base64
import glob
import hashlib
import os
import queue
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

HEARTWIRE = os.environ.get("HEARTWIRE", "heartwire")
# What is tested goes directly, whatever proxy the machine is behind.
for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]
# Nothing is waited for longer; it is for machines that are busy with many tests.
PATIENCE = 30


def wait_for(is_so):
    """For what no line tells."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError("what was waited for never came")
        time.sleep(0.01)


def state_of(thread):
    """The letter behind the name in a stat file of /proc; a thread that has ended counts as T."""
    try:
        with open(thread, encoding="ascii") as file:
            return file.read().rpartition(") ")[2][0]
    except OSError:
        return "T"


def wait_file(path):
    """The number in a file that somebody is about to write in one step."""
    wait_for(lambda: os.path.exists(path))
    with open(path, encoding="ascii") as file:
        return int(file.read())


def make_certificate(cert, key, name, alternatives):
    """Writes a certificate that vouches for itself, and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    f"/CN={name}", "-addext", f"subjectAltName={alternatives}", "-keyout", key,
                    "-out", cert], check=True, capture_output=True)


class Program:
    """A heartwire that runs; its lines are collected as they come."""

    def __init__(self, *arguments, **options):
        for stream in ("stdin", "stdout", "stderr"):
            options.setdefault(stream, subprocess.PIPE)
        self.process = subprocess.Popen([HEARTWIRE, *arguments], **options)
        self.out, self.err = [], []
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._collect, args=pair, daemon=True)
                         for pair in ((self.process.stdout, self.out),
                                      (self.process.stderr, self.err)) if pair[0]]
        for thread in self._threads:
            thread.start()

    def _collect(self, stream, lines):
        for line in stream:
            with self._changed:
                lines.append(line.decode(errors="replace").rstrip("\n"))
                self._changed.notify_all()

    def type(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def wait_line(self, pattern, lines=None, count=1):
        """The match of the count-th line of standard error (or `lines`) that has the pattern."""
        lines = self.err if lines is None else lines
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                found = [match for match in (re.search(pattern, line) for line in lines) if match]
                if len(found) >= count:
                    return found[count - 1]
                if not self._changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"no line with {pattern!r}; there were:\n"
                                         + "\n".join(self.out + self.err))

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """Waits for the end and returns the exit code."""
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                if stream:
                    stream.close()
            except OSError:
                pass


class TinyServer:
    """Accepts WebSocket connections one after the other and hands each to `talk(tiny)`."""

    def __init__(self, talk, greet=True):
        self.talk, self.greet = talk, greet
        self.accepted = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.connection = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                self.connection, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            try:
                if self.greet:
                    self._upgrade()
                self.talk(self)
            except OSError:
                pass
            self.connection.close()

    def _upgrade(self):
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.connection.recv(1)
        key = re.search(rb"Sec-WebSocket-Key: (\S+)", head, re.I).group(1)
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                  .digest()).decode()
        self.connection.sendall(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n"
                                 f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode())

    def send(self, opcode, payload):
        size = len(payload)
        length = bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size)
        self.connection.sendall(bytes([0x80 | opcode]) + length + payload)

    def _take(self, size):
        taken = b""
        while len(taken) < size:
            more = self.connection.recv(size - len(taken))
            if not more:
                raise ConnectionError
            taken += more
        return taken

    def next_frame(self):
        """Opcode and payload of the client's next frame; ConnectionError at its end."""
        head = self._take(2)
        size = head[1] & 0x7F
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
        mask = self._take(4)
        payload = self._take(size)
        return head[0] & 0x0F, bytes(octet ^ mask[i % 4] for i, octet in enumerate(payload))

    def close_with(self, code, reason):
        self.send(8, struct.pack(">H", code) + reason)
        self.drain()

    def drain(self):
        """Until the client ends; answers its Close."""
        while self.next_frame()[0] != 8:
            pass
        self.send(8, struct.pack(">H", 1000))

    def close(self):
        self.listener.close()


class Peer:
    """A WebSocket client of a few lines, for what `heartwire connect` would not say."""

    def __init__(self, port, target="/", *headers):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        head = [f"GET {target} HTTP/1.1", "Host: tool.test", "Upgrade: websocket",
                "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13", *headers]
        self.socket.sendall("\r\n".join(head + ["", ""]).encode())
        self.head = b""
        while not self.head.endswith(b"\r\n\r\n"):
            self.head += self._take(1)
        self.status = int(self.head.split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _take(self, size):
        taken = b""
        while len(taken) < size:
            more = self.socket.recv(size - len(taken))
            if not more:
                raise ConnectionError("the server ended the connection")
            taken += more
        return taken

    def send(self, opcode, payload):
        """Masked with zeros, so that what is sent is what is read here."""
        self.socket.sendall(bytes([0x80 | opcode, 0x80 | len(payload)]) + bytes(4) + payload)

    def receive(self):
        """Opcode and payload of the next frame."""
        opcode, size = self._take(2)
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
        return opcode & 0x0F, self._take(size)


class ToolTest(unittest.TestCase):
    def run_tool(self, *arguments, text="", **options):
        return subprocess.run([HEARTWIRE, *arguments], timeout=PATIENCE, capture_output=True,
                              input=text if isinstance(text, bytes) else text.encode(), **options)

    def start(self, *arguments, **options):
        program = Program(*arguments, **options)
        self.addCleanup(program.kill)
        return program

    def tiny_server(self, talk, greet=True):
        server = TinyServer(talk, greet)
        self.addCleanup(server.close)
        return server

    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def serve(self, *arguments):
        """A server on a free port, and its URL without a path."""
        server = self.start("serve", "--listen", "127.0.0.1:0", *arguments)
        lines = server.out if "--json" in arguments else server.err
        return server, server.wait_line(r"wss?://[0-9.]+:\d+", lines).group(0)

    def faults(self, target, *arguments):
        """The proxy in front of a port, and its own port."""
        proxy = self.start("faults", "0", str(target), *arguments)
        return proxy, int(proxy.wait_line(r"listening on 127\.0\.0\.1:(\d+)").group(1))

    def free_port(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]

    def freeze(self, program):
        """SIGSTOP: what it had open stays open, and it does nothing any more."""
        program.signal(signal.SIGSTOP)
        self.addCleanup(program.signal, signal.SIGCONT)
        threads = glob.glob(f"/proc/{program.process.pid}/task/*/stat")
        wait_for(lambda: all(state_of(thread) == "T" for thread in threads))
