"""Runs the heartwire tool for its tests: programs whose output can be waited for, and a WebSocket
server of a few lines that says what a test wants said."""

import base64
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
# Nothing is waited for longer; it is for machines that are busy with many tests.
PATIENCE = 30


class Program:
    """A heartwire that runs; its lines are collected as they come."""

    def __init__(self, *arguments, **options):
        options.setdefault("stdin", subprocess.PIPE)
        self.process = subprocess.Popen([HEARTWIRE, *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, **options)
        self.out, self.err = [], []
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._collect, args=pair, daemon=True)
                         for pair in ((self.process.stdout, self.out),
                                      (self.process.stderr, self.err))]
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
        assert len(payload) < 126
        self.connection.sendall(bytes([0x80 | opcode, len(payload)]) + payload)

    def close_with(self, code, reason):
        self.send(8, struct.pack(">H", code) + reason)
        self.drain()

    def drain(self):
        """Until the client ends."""
        while self.connection.recv(4096):
            pass

    def close(self):
        self.listener.close()


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

    def free_port(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]

    def freeze(self, program):
        """SIGSTOP: what it had open stays open, and it does nothing any more."""
        program.signal(signal.SIGSTOP)
        self.addCleanup(program.signal, signal.SIGCONT)
