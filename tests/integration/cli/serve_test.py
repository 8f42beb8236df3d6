"""`heartwire serve`: rooms, limits, the dead, and a good end."""

import fcntl
import json
import os
import signal
import socket
import time
import unittest

import tool

QUICK = ("--retry-min", "50ms", "--retry-max", "200ms")


class Tests(tool.ToolTest):
    def join(self, url, *arguments):
        client = self.start("connect", url, *arguments)
        client.wait_line("open: ")
        return client

    def test_those_on_one_path_hear_each_other_and_nobody_else(self):
        server, url = self.serve()
        one, two, other = (self.join(url + path) for path in ("/a", "/a", "/b"))
        server.wait_line("#3 open: .* on /b, 1 there")
        one.type("from one\n")
        two.wait_line("from one", two.out)
        two.type("from two\n")
        one.wait_line("from two", one.out)
        other.signal(signal.SIGTERM)
        self.assertEqual(other.end(), 0)
        self.assertEqual((one.out, two.out, other.out), (["from two"], ["from one"], []))

    def test_every_path_echoes_if_told_so(self):
        _, url = self.serve("--echo")
        done = self.run_tool("connect", "-q", url + "/anywhere", text="hello\n")
        self.assertEqual(done.stdout, b"hello\n")

    def test_it_compresses_with_those_who_want_it(self):
        for server_wants in (True, False):
            server, url = self.serve("--echo", *(["--compress"] if server_wants else []))
            for number, client_wants in enumerate((True, False), 1):
                line = "x" * 10000
                wish = ["--compress"] if client_wants else []
                done = self.run_tool("connect", url + "/", *wish, text=line + "\n")
                self.assertEqual(done.stdout.decode(), line + "\n")
                is_compressed = server_wants and client_wants
                self.assertEqual(b", compressed" in done.stderr, is_compressed)
                opened = server.wait_line(f"#{number} open: .*").group()
                self.assertEqual(opened.endswith(", compressed"), is_compressed)

    def peer(self, url, target="/echo", *headers):
        peer = tool.Peer(int(url.rsplit(":", 1)[1]), target, *headers)
        self.addCleanup(peer.socket.close)
        self.assertEqual(peer.status, 101)
        return peer

    def test_it_answers_every_dialect_and_keeps_heartbeats_from_the_application(self):
        graphql, mqtt, stomp = ("Sec-WebSocket-Protocol: " + name
                                for name in ("graphql-transport-ws", "mqtt", "v12.stomp"))
        phoenix = b'[null,"7","phoenix","heartbeat",{}]'
        json_ping, json_pong = b'{"type":"ping"}', b'{"type":"pong"}'
        _, url = self.serve()
        _, text_url = self.serve("--dialect", "text", "--dialect", "json")
        for where, headers, opcode, probe, answer in (
                (url, [], 9, b"x", b"x"),
                (url, [mqtt], 2, b"\xc0\x00", b"\xd0\x00"),
                (url, [graphql], 1, json_ping, json_pong),
                (url, [], 1, phoenix, b'"phx_reply"'),
                (text_url, [], 1, b"ping", b"pong"),
                (text_url, [], 1, json_ping, json_pong)):
            peer = self.peer(where, "/echo", *headers)
            peer.send(opcode, probe)
            self.assertIn(answer, peer.receive()[1], (probe, headers))
            peer.send(1, b"hello")
            self.assertEqual(peer.receive(), (1, b"hello"), probe)
        peer = self.peer(url, "/echo", stomp)
        peer.send(1, b"\n")  # A sign of life, which nobody answers.
        peer.send(1, b"hello")
        self.assertEqual(peer.receive(), (1, b"hello"))

    def test_it_asks_in_the_dialects_in_which_the_server_asks(self):
        for dialect, target, probe in (("engine.io", "/?EIO=4", (1, b"2")),
                                       ("sockjs", "/x/000/abc/websocket", (1, b"h"))):
            _, url = self.serve("--dialect", dialect, "--interval", "200ms")
            self.assertEqual(self.peer(url, target).receive(), probe)
        _, url = self.serve("--interval", "200ms")
        self.assertEqual(self.peer(url).receive()[0], 9)

    def test_a_draining_server_closes_with_1012_and_says_when_to_return(self):
        server, url = self.serve("--close-window", "0", "--downtime", "2s")
        peer = self.peer(url)
        server.signal(signal.SIGTERM)
        opcode, payload = peer.receive()
        self.assertEqual((opcode, payload[:2]), (8, b"\x03\xf4"))
        self.assertRegex(payload[2:], rb"^retry-after=[2-9]$")
        peer.send(8, payload)
        self.assertEqual(server.end(), 0)

    def test_a_port_in_use_is_named_and_exits_with_1(self):
        _, url = self.serve()
        address = url.removeprefix("ws://")
        done = self.run_tool("serve", "--listen", address)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"cannot listen on {address}: address already in use", done.stderr.decode())

    def test_the_port_file_names_the_port(self):
        path = self.folder() + "/port"
        _, url = self.serve("--port-file", path)
        self.assertEqual(tool.wait_file(path), int(url.rsplit(":", 1)[1]))
        done = self.run_tool("serve", "--listen", "0", "--port-file", "/nowhere/port")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"/nowhere/port", done.stderr)

    def test_a_signal_drains_and_tells_clients_when_to_return(self):
        server, url = self.serve("--close-window", "0", "--downtime", "1s")
        client = self.join(url + "/room", *QUICK)
        server.signal(signal.SIGTERM)
        self.assertEqual(server.end(), 0)
        server.wait_line("draining: sending 1 connection away")
        server.wait_line("#1 sent away, 1012")
        told = client.wait_line(r'closed 1012: .*peer said "retry-after=(\d+)"')
        delay = client.wait_line(r"retry 1 in ([0-9.]+) s")
        self.assertGreaterEqual(float(delay.group(1)), float(told.group(1)))

    def test_a_second_signal_stops_at_once_though_a_client_is_frozen(self):
        server, url = self.serve("--close-window", "20s")
        client = self.join(url + "/room")
        self.freeze(client)
        server.signal(signal.SIGTERM)
        server.wait_line("draining")
        time.sleep(0.3)  # A repetition sooner than 0.2 s would count as the same wish.
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        self.assertEqual(server.end(), 1)
        self.assertLess(time.monotonic() - began, 3)

    def test_a_frozen_client_is_reaped(self):
        server, url = self.serve("--interval", "500ms", "--timeout", "1s")
        client = self.join(url + "/room")
        began = time.monotonic()
        self.freeze(client)
        server.wait_line("#1 suspect: ")
        server.wait_line("#1 reaped, heartbeat: ")
        self.assertLess(time.monotonic() - began, 1.5 + 2)

    def test_garbage_is_refused_with_a_word_and_harms_nobody(self):
        server, url = self.serve()
        client = self.join(url + "/room")
        port = int(url.rsplit(":", 1)[1])
        for garbage in (b"\x1b[2J\x00\xff\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port), tool.PATIENCE) as raw:
                raw.sendall(garbage)
                self.assertRegex(raw.recv(4096), rb"^HTTP/1\.1 4\d\d ")
        server.wait_line("refused with 4", count=2)
        self.assertNotIn("\x1b", "".join(server.err))
        client.signal(signal.SIGTERM)
        self.assertEqual(client.end(), 0)

    def test_one_too_many_is_refused_and_told_when_to_come_again(self):
        _, url = self.serve("--connections-max", "1")
        self.join(url + "/room")
        done = self.run_tool("connect", url + "/room", "--no-reconnect")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"attempt failed, http_status 503: ")

    def status(self, url, *headers):
        with tool.Peer(int(url.rsplit(":", 1)[1]), "/room", *headers) as peer:
            return peer.status

    def test_a_page_of_a_foreign_origin_is_refused_unless_it_is_named(self):
        server, url = self.serve("--origin", "https://app.test")
        self.assertEqual(self.status(url, "Origin: http://evil.test"), 403)
        server.wait_line("refused with 403")
        self.assertEqual(self.status(url, "Origin: http://tool.test"), 101)  # It is the Host.
        self.assertEqual(self.status(url, "Origin: https://app.test"), 101)
        _, open_url = self.serve("--origin", "*")
        self.assertEqual(self.status(open_url, "Origin: http://evil.test"), 101)

    def test_only_who_bears_a_token_comes_in(self):
        tokens = os.path.join(self.folder(), "tokens")
        with open(tokens, "w", encoding="ascii") as file:
            file.write("# of the tests\nopen-sesame\n")
        server, url = self.serve("--token-file", tokens)
        self.assertEqual(self.status(url), 401)
        self.assertEqual(self.status(url, "Authorization: Bearer close-sesame"), 401)
        self.join(url + "/room", "--header", "Authorization: Bearer open-sesame")
        server.wait_line("refused with 401", count=2)
        self.assertNotIn("sesame", "".join(server.err))

    def test_a_token_file_that_cannot_be_used_is_named_and_exits_with_2(self):
        empty = os.path.join(self.folder(), "empty")
        with open(empty, "w", encoding="ascii") as file:
            file.write("# none\n")
        for path, why in ((empty, "no token"), (empty + "-not", "cannot read")):
            done = self.run_tool("serve", "--token-file", path)
            self.assertEqual(done.returncode, 2)
            self.assertIn(path, done.stderr.decode())
            self.assertIn(why, done.stderr.decode())

    def test_a_message_that_is_too_long_ends_the_connection_with_1009(self):
        server, url = self.serve("--message-bytes-max", "1KiB")
        client = self.join(url + "/echo", "--no-reconnect")
        client.type("x" * 2000 + "\n")
        client.wait_line("closed 1009")
        self.assertEqual(client.end(), 1)
        server.wait_line("#1 gone, protocol_error 1009")

    def test_one_that_sends_too_often_is_sent_away_with_1008(self):
        _, url = self.serve("--message-rate", "10")
        client = self.join(url + "/echo", "--no-reconnect")
        client.type("x\n" * 100)
        client.wait_line("closed 1008")
        self.assertEqual(client.end(), 1)

    def test_json_tells_every_event_as_an_object_a_line(self):
        server, url = self.serve("--json", "--close-window", "0")
        self.run_tool("connect", "-q", url + "/a?b=c", text="x\n")
        server.wait_line('"event":"close"', server.out)
        server.signal(signal.SIGINT)
        self.assertEqual(server.end(), 0)
        events = [json.loads(line) for line in server.out]
        self.assertEqual([event["event"] for event in events],
                         ["listening", "open", "close", "draining", "exit"])
        self.assertEqual((events[1]["path"], events[1]["query"]), ("/a", "b=c"))
        self.assertEqual((events[2]["cause"], events[2]["by"]), ("closed", "peer"))
        self.assertEqual((events[4]["accepted"], events[4]["reaped"]), (1, 0))
        self.assertEqual(server.err, [])

    def test_it_serves_on_while_nobody_reads_what_it_says_and_tells_what_it_left_out(self):
        path = self.folder() + "/port"
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        server = self.start("serve", "--listen", "0", "--json", "--port-file", path,
                            "--close-window", "0", stdout=writer)
        os.close(writer)
        port = tool.wait_file(path)
        for _ in range(150):  # Each says 12 KB about itself: together more than what may wait.
            with tool.Peer(port, "/room?" + "x" * 12000) as peer:
                self.assertEqual(peer.status, 101)
        done = self.run_tool("connect", "-q", f"ws://127.0.0.1:{port}/echo", text="still here\n")
        self.assertEqual((done.returncode, done.stdout), (0, b"still here\n"))
        server.signal(signal.SIGTERM)
        with os.fdopen(reader, "rb") as lines:
            events = [json.loads(line) for line in lines]
        self.assertEqual((server.end(), events[-1]["event"]), (0, "exit"))
        left_out = sum(event.get("count", 0) for event in events if event["event"] == "left_out")
        self.assertGreater(left_out, 0)
        # 151 came and went; listening, left_out, draining and exit are the others.
        notes = [event for event in events if event["event"] not in ("open", "close")]
        told = len(events) - len(notes)
        self.assertLessEqual(abs(2 * 151 - told - left_out), 1)

    def test_it_serves_on_when_its_reader_has_gone(self):
        reader, writer = os.pipe()
        server = self.start("serve", "--listen", "127.0.0.1:0", "--json", stdout=writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as lines:
            url = json.loads(lines.readline())["url"]
        for _ in range(3):
            done = self.run_tool("connect", "-q", url + "/echo", "--eof-wait", "200ms", text="x\n")
            self.assertEqual((done.returncode, done.stdout), (0, b"x\n"))
        server.signal(signal.SIGTERM)
        self.assertEqual(server.end(), 0)


if __name__ == "__main__":
    unittest.main()
