"""`heartwire judge` over real sockets: our own client and server are examined, and so are clients
of a few lines with a fault each, for a judge that finds nothing is no judge."""

import base64
import json
import os
import re
import signal
import socket
import struct
import tempfile
import unittest

import tool

CONNECT = ("connect {url} --on-eof stay --retry-min 100ms --jitter equal --interval 500ms "
           "--timeout 500ms")
# Clients by hand: ask() asks to come in, and waits for an answer.
PRELUDE = """
import base64, os, socket, struct, sys, time
host, path = sys.argv[1][5:].split("/", 1)
name, port = host.split(":")
def ask():
    s = socket.create_connection((name, int(port)), 60)
    s.sendall((f"GET /{path} HTTP/1.1\\r\\nHost: {host}\\r\\nUpgrade: websocket\\r\\n"
               "Connection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: "
               f"{base64.b64encode(os.urandom(16)).decode()}\\r\\n\\r\\n").encode())
    s.recv(4096)
    return s
def frame(opcode, payload):
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + bytes(4) + payload
"""


class Tests(tool.ToolTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = folder.name

    def judge(self, command, *arguments, scale="0.1"):
        """Examines what `command` starts; returns the exit code and the cases by their names."""
        self.html = os.path.join(self.place, "report.html")
        path = os.path.join(self.place, "report.json")
        self.done = self.run_tool("judge", "client", "--listen", "0", "--time-scale", scale,
                                  "--exec", command, "--json", path, "--html", self.html,
                                  *arguments)
        with open(path, encoding="utf-8") as file:
            self.report = json.load(file)
        return self.done.returncode, {case["name"]: case for case in self.report["cases"]}

    def by_hand(self, talk):
        """The command of a client that runs `talk`."""
        path = os.path.join(self.place, "client.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(PRELUDE + talk)
        return f"exec /usr/bin/python3 {path} {{url}}"

    def test_finds_our_own_client_right(self):
        code, cases = self.judge(
            f"exec {tool.HEARTWIRE} {CONNECT} --greeting subscribe",
            "--case", "silent-peer", "--case", "storm", "--case", "server-restart",
            "--case", "busy-pings", "--case", "stale-socket", "--case", "greeting",
            "--case", "unauthorized", "--case", "retry-after-seconds", "--jobs", "8",
            scale="0.2")
        self.assertEqual({name: case["verdict"] for name, case in cases.items()},
                         dict.fromkeys(cases, "pass"), self.done.stdout.decode())
        self.assertEqual(code, 0)
        self.assertEqual(len(cases), 8)
        self.assertIn("8 cases: 8 pass", self.done.stdout.decode())
        self.assertEqual(self.report["pass"], 8)

    def test_fails_a_client_that_storms(self):
        code, cases = self.judge(self.by_hand("while True: ask(); time.sleep(0.001)"),
                                 "--case", "storm", "--clients", "1")
        self.assertEqual((code, cases["storm"]["verdict"]), (1, "fail"))
        self.assertRegex(cases["storm"]["figure"], r"^\d{2,} connections in ")

    def test_fails_a_client_that_stays_with_a_silent_peer(self):
        code, cases = self.judge(self.by_hand(
            "s = ask()\nwhile True: s.sendall(frame(9, b'hb')); time.sleep(0.5)"),
            "--case", "silent-peer")
        self.assertEqual((code, cases["silent-peer"]["verdict"]), (1, "fail"))

    def test_does_not_blame_a_client_for_what_it_does_not_offer(self):
        code, cases = self.judge(self.by_hand("s = ask()\ntime.sleep(100)"),
                                 "--case", "silent-peer", "--case", "close-1012", "--case",
                                 "greeting", "--clients", "1")
        self.assertEqual({case["verdict"] for case in cases.values()}, {"not offered"},
                         self.done.stdout.decode())
        self.assertEqual(code, 0)

    def test_a_client_that_ends_by_itself_ends_its_case(self):
        code, cases = self.judge("true # {url}", "--case", "silent-peer")
        self.assertEqual((code, cases["silent-peer"]["verdict"]), (1, "inconclusive"))
        self.assertEqual(cases["silent-peer"]["figure"], "never connected")

    def test_a_slow_transfer_is_as_slow_as_it_says(self):
        _, cases = self.judge(self.by_hand(
            "s = ask()\ns.sendall(frame(9, b'hb'))\nwhile s.recv(65536): pass"),
            "--case", "slow-bulk")
        self.assertEqual(cases["slow-bulk"]["verdict"], "pass")
        self.assertGreater(cases["slow-bulk"]["took_ms"], 5500)

    def test_what_a_client_says_is_escaped_everywhere(self):
        words = b"</title><script>alert(1)</script>\x1b[2J"
        self.judge(self.by_hand(f"s = ask()\ns.sendall(frame(1, {words!r}))\ntime.sleep(100)"),
                   "--case", "silent-peer")
        with open(self.html, encoding="utf-8") as file:
            page = file.read()
        self.assertNotIn("<script", page)
        self.assertNotIn("\x1b", page)
        self.assertIn("&lt;script&gt;alert(1)", page)
        self.assertNotIn(b"\x1b", self.done.stdout + self.done.stderr)
        said = [entry.get("said") for entry in self.report["cases"][0]["timeline"]]
        self.assertIn(words.decode(), said)

    def test_hostile_clients_hurt_nobody(self):
        judge = self.start("judge", "client", "--listen", "0", "--case", "half-open", "--case",
                           "silent-peer", "--time-scale", "0.1")
        host, port = judge.wait_line(r"ws://([0-9.]+):(\d+)/half-open", judge.out).groups()
        for talk in (b"", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n", b"\r\n" * 9000,
                     b"GET /" + b"a" * 100000, os.urandom(5000)):
            with socket.create_connection((host, int(port)), tool.PATIENCE) as peer:
                try:
                    peer.sendall(talk)
                except OSError:
                    pass
        with socket.create_connection((host, int(port)), tool.PATIENCE) as peer:
            key = base64.b64encode(os.urandom(16)).decode()
            peer.sendall(("GET /half-open HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          f"Sec-WebSocket-Key: {key}\r\n\r\n").encode())
            self.assertIn(b" 101 ", peer.recv(1000))
            # A frame that promises more than memory.
            peer.sendall(struct.pack(">BBQ", 0x82, 0xFF, 1 << 62) + bytes(4))
            while peer.recv(1000):
                pass
        judge.wait_line(r"half-open +inconclusive")
        judge.signal(signal.SIGINT)
        self.assertEqual(judge.end(), 1)  # Nothing was judged.

    def test_who_reads_nothing_is_let_go_once_judged(self):
        judge = self.start("judge", "client", "--listen", "0", "--case", "busy-pings", "--case",
                           "storm", "--time-scale", "0.1")
        port = int(judge.wait_line(r"ws://[0-9.]+:(\d+)/busy-pings", judge.out)[1])
        with socket.socket() as peer:
            peer.connect(("127.0.0.1", port))
            key = base64.b64encode(os.urandom(16)).decode()
            peer.sendall(("GET /busy-pings HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          f"Sec-WebSocket-Key: {key}\r\n\r\n").encode())
            # Asks for more pongs than the kernels hold, and takes none.
            peer.sendall((b"\x89\xfd" + bytes(4 + 125)) * 40000)
            judge.wait_line(r"busy-pings +fail +0 of 10 pings answered")
            tool.wait_for(lambda: peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0)
        judge.signal(signal.SIGINT)
        self.assertEqual(judge.end(), 1)

    def test_speaks_engine_io_to_who_asks_for_it(self):
        judge = self.start("judge", "client", "--listen", "0", "--case", "half-open")
        port = int(judge.wait_line(r"ws://[0-9.]+:(\d+)/half-open", judge.out)[1])
        with socket.create_connection(("127.0.0.1", port), tool.PATIENCE) as peer:
            key = base64.b64encode(os.urandom(16)).decode()
            peer.sendall(("GET /half-open/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
                          f"13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
            said = b""
            while b'0{"sid"' not in said:
                said += peer.recv(4096)
            peer.sendall(b"\x81\x82" + bytes(4) + b"40")
            while b'40{"sid"' not in said:
                more = peer.recv(4096)
                self.assertTrue(more, said)
                said += more

    def test_a_case_named_twice_is_examined_once(self):
        _, cases = self.judge("true # {url}", "--case", "silent-peer", "--case", "silent-peer")
        self.assertEqual((len(self.report["cases"]), len(cases)), (1, 1))

    def test_paths_that_are_no_cases_are_refused(self):
        judge = self.start("judge", "client", "--listen", "0", "--case", "refused",
                           "--case", "storm")
        own = int(judge.wait_line(r"ws://[0-9.]+:(\d+)/refused", judge.out)[1])
        shared = int(judge.wait_line(r"ws://[0-9.]+:(\d+)/storm", judge.out)[1])
        self.assertNotEqual(own, shared)
        for port, path in ((shared, "/nothing"), (shared, "/storm/x"), (shared, "/refused"),
                           (own, "/storm")):
            done = self.run_tool("connect", f"ws://127.0.0.1:{port}{path}", "--no-reconnect")
            self.assertRegex(done.stderr.decode(), "404", path)
        judge.signal(signal.SIGTERM)
        self.assertEqual(judge.end(), 1)  # Nothing was judged.

    def test_finds_our_own_server_right(self):
        server, url = self.serve("--interval", "2s", "--timeout", "2s", "--close-window", "2s")
        path = os.path.join(self.place, "report.json")
        done = self.run_tool("judge", "server", url + "/echo", "--time-scale", "0.3",
                             "--json", path, "--drain", f"kill -TERM {server.process.pid}")
        with open(path, encoding="utf-8") as file:
            cases = {case["name"]: case for case in json.load(file)["cases"]}
        self.assertEqual({name: case["verdict"] for name, case in cases.items()},
                         dict.fromkeys(cases, "pass"), done.stdout.decode())
        self.assertEqual((done.returncode, len(cases)), (0, 6))
        self.assertEqual(server.end(), 0)

    def test_examines_a_server_over_tls(self):
        cert, key = os.path.join(self.place, "cert.pem"), os.path.join(self.place, "key.pem")
        tool.make_certificate(cert, key, "heart.test", "IP:127.0.0.1")
        server, url = self.serve("--cert", cert, "--key", key, "--interval", "2s", "--timeout",
                                 "2s", "--close-window", "2s")
        self.assertTrue(url.startswith("wss://"), url)
        command = ["judge", "server", url + "/echo", "--time-scale", "0.3"]
        drain = ["--drain", f"kill -TERM {server.process.pid}"]

        done = self.run_tool(*command, "--case", "answers-ping")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(b"certificate", done.stdout)
        done = self.run_tool(*command, "--case", "answers-ping", "--insecure")
        self.assertEqual(done.returncode, 0, done.stdout)
        done = self.run_tool(*command, *drain, env=dict(os.environ, SSL_CERT_FILE=cert))
        self.assertIn("6 cases: 6 pass", done.stdout.decode())
        self.assertEqual(server.end(), 0)

    def test_says_so_when_there_is_no_server(self):
        done = self.run_tool("judge", "server", f"ws://127.0.0.1:{self.free_port()}/",
                             "--case", "answers-ping")
        self.assertEqual(done.returncode, 1)  # Nothing was judged.
        self.assertRegex(done.stdout.decode(), "(?s)inconclusive +could not connect.*refused")

    def test_wrong_use_is_refused(self):
        for arguments, word in ((["--case", "nothing"], "no case"), (["--exec", "true"], "{url}"),
                                (["--time-scale", "0"], "--time-scale"), (["--listen", "x"], "x")):
            done = self.run_tool("judge", "client", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(word, done.stderr.decode())
        for arguments in (["http://a/"], [], ["ws://a/", "--case", "nothing"]):
            self.assertEqual(self.run_tool("judge", "server", *arguments).returncode, 2, arguments)

    def test_the_list_names_every_case(self):
        done = self.run_tool("judge", "client", "--list")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(re.findall(rb"(?m)^[a-z0-9-]+ ", done.stdout)), 20)


if __name__ == "__main__":
    unittest.main()
