"""`heartwire connect`: lines to messages, messages to lines, and a connection that comes back."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

import tool

QUICK = ("--retry-min", "50ms", "--retry-max", "200ms")


class Tests(tool.ToolTest):
    def test_lines_go_and_answers_come_in_order_and_it_closes_cleanly(self):
        _, url = self.serve()
        text = "".join(f"line {i}\n" for i in range(20000))
        done = self.run_tool("connect", url + "/echo", text=text)
        self.assertEqual((done.returncode, done.stdout.decode()), (0, text))
        self.assertRegex(done.stderr.decode(), r"(?s)connecting to .*open: .*closed, as asked")

    def test_json_tells_every_event_and_message_as_an_object_a_line(self):
        _, url = self.serve()
        done = self.run_tool("connect", "--json", url + "/echo", text='say "hi"\n')
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events],
                         ["connecting", "open", "message", "close", "exit"])
        self.assertEqual(done.stderr, b"")
        self.assertEqual((events[2]["type"], events[2]["data"]), ("text", 'say "hi"'))
        self.assertEqual((events[3]["cause"], events[3]["clean"]), ("user", True))
        self.assertEqual((events[4]["code"], events[4]["unsent"]), (0, 0))
        for event in events:
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_binary_messages_are_hex_or_raw_or_base64(self):
        server = self.tiny_server(lambda tiny: (tiny.send(2, b"\x00\xff\n"), tiny.drain()))
        plain = self.run_tool("connect", server.url)
        self.assertEqual(plain.stdout, b"00ff0a\n")
        self.assertIn(b"binary message of 3 bytes, as hex", plain.stderr)
        self.assertEqual(self.run_tool("connect", "--binary", "raw", server.url).stdout,
                         b"\x00\xff\n")
        self.assertIn(b'"type":"binary","base64":"AP8K"',
                      self.run_tool("connect", "--json", server.url).stdout)

    def test_a_pipe_gets_messages_as_they_are_and_a_terminal_gets_them_harmless(self):
        server = self.tiny_server(lambda tiny: (tiny.send(1, b"\x1b[2Jx\ny"), tiny.drain()))
        self.assertEqual(self.run_tool("connect", "-q", server.url).stdout, b"\x1b[2Jx\ny\n")
        command = f"{tool.HEARTWIRE} connect -q {server.url} </dev/null"
        terminal = subprocess.run(["script", "-qec", command, "/dev/null"], timeout=tool.PATIENCE,
                                  capture_output=True, stdin=subprocess.DEVNULL)
        self.assertIn(rb"\x1b[2Jx\ny", terminal.stdout)
        self.assertNotIn(b"\x1b[2J", terminal.stdout)

    def test_what_a_peer_says_when_closing_cannot_reach_the_terminal(self):
        server = self.tiny_server(lambda tiny: tiny.close_with(4000, b"\x1b[2Jbye\n"))
        done = self.run_tool("connect", "--no-reconnect", server.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'closed 4000', done.stderr)
        self.assertIn(rb'peer said "\x1b[2Jbye\n"', done.stderr)

    def test_a_good_end_by_the_server_is_one_where_one_connection_was_wanted(self):
        server = self.tiny_server(lambda tiny: tiny.close_with(1000, b""))
        self.assertEqual(self.run_tool("connect", "--no-reconnect", server.url).returncode, 0)

    def test_lines_that_cannot_be_sent_are_refused_with_a_word_and_the_rest_goes_on(self):
        _, url = self.serve()
        done = self.run_tool("connect", "-q", "--outbox-bytes", "1KiB", url + "/echo",
                             text=b"x" * 2000 + b"\n\xff\xfe\nfine\n")
        self.assertEqual((done.returncode, done.stdout), (0, b"fine\n"))
        self.assertRegex(done.stderr.decode(), r"line 1 was not sent: it is longer than 1024 bytes")
        self.assertRegex(done.stderr.decode(), r"line 2 was not sent: the text is not valid UTF-8")

    def test_giving_up_exits_with_1_and_counts_what_was_not_sent(self):
        url = f"ws://127.0.0.1:{self.free_port()}/"
        done = self.run_tool("connect", url, "--attempts", "2", *QUICK, text="a\nb\n")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr.count(b"attempt failed, refused"), 3)
        self.assertIn(b"gave up: that was the last attempt allowed", done.stderr)
        self.assertIn(b"2 messages were not sent", done.stderr)

    def test_garbage_from_a_server_is_named_and_bears_no_control_characters(self):
        garbage = b"\x1b[2J\x00nonsense\r\n\r\n"
        server = self.tiny_server(lambda tiny: tiny.connection.sendall(garbage), greet=False)
        done = self.run_tool("connect", server.url, "--no-reconnect")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"attempt failed, handshake: ")
        self.assertNotIn(b"\x1b", done.stderr)

    def test_a_signal_closes_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            server, url = self.serve("--json")
            client = self.start("connect", url + "/room")
            client.wait_line("open: ")
            client.signal(number)
            self.assertEqual(client.end(), 0)
            client.wait_line("closed, as asked$")
            server.wait_line('"event":"close".*"code":1000.*"clean":true', server.out)

    def test_a_signal_told_twice_at_once_is_one_wish(self):
        _, url = self.serve()
        client = self.start("connect", url + "/room")
        client.wait_line("open: ")
        self.freeze(client)  # So that it finds both at once, however busy the machine.
        client.signal(signal.SIGINT)
        client.signal(signal.SIGTERM)
        client.signal(signal.SIGCONT)
        self.assertEqual(client.end(), 0)

    def test_signals_that_come_while_it_ends_do_not_make_it_a_crash(self):
        _, url = self.serve()
        client = self.start("connect", url + "/room")
        client.wait_line("open: ")
        client.signal(signal.SIGINT)
        client.wait_line("closed, as asked$")
        while client.process.poll() is None:  # Until its very last instruction.
            client.signal(signal.SIGTERM)
        self.assertIn(client.end(), (0, 1))  # 1 if one came late enough for a second wish.

    def test_a_signal_ends_a_pending_retry(self):
        client = self.start("connect", f"ws://127.0.0.1:{self.free_port()}/", "--retry-min", "20s")
        client.wait_line(r"retry 1 in [23]\d[.0-9]* s")
        client.signal(signal.SIGINT)
        self.assertEqual(client.end(), 0)
        client.wait_line("before it was open")

    def test_a_second_signal_stops_at_once_though_the_server_is_frozen(self):
        server, url = self.serve()
        client = self.start("connect", url + "/room")
        client.wait_line("open: ")
        self.freeze(server)
        client.signal(signal.SIGINT)
        client.wait_line("closing; ")
        time.sleep(0.3)  # A repetition sooner than 0.2 s would count as the same wish.
        began = time.monotonic()
        client.signal(signal.SIGINT)
        self.assertEqual(client.end(), 1)
        self.assertLess(time.monotonic() - began, 3)

    def test_a_frozen_server_is_noticed_and_nothing_queued_is_lost(self):
        server, url = self.serve()
        client = self.start("connect", url + "/echo", "--interval", "500ms", "--timeout", "1s",
                            "--greeting", "subscribe", *QUICK)
        client.wait_line("subscribe", client.out)
        self.freeze(server)
        began = time.monotonic()
        client.wait_line("lost, heartbeat: ")
        self.assertLess(time.monotonic() - began, 1.5 + 2)
        client.type("meanwhile 1\nmeanwhile 2\n")
        client.wait_line("retry 1 in")
        server.signal(signal.SIGCONT)
        client.wait_line("meanwhile 2", client.out)
        client.process.stdin.close()
        self.assertEqual(client.end(), 0)
        self.assertEqual(client.out, ["subscribe", "subscribe", "meanwhile 1", "meanwhile 2"])

    def test_a_reader_that_went_away_ends_it_quietly(self):
        _, url = self.serve()
        command = f"{tool.HEARTWIRE} connect {url}/echo | head -n 1; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], timeout=tool.PATIENCE, capture_output=True,
                              input="".join(f"{i}\n" for i in range(100000)).encode())
        self.assertEqual((done.returncode, done.stdout), (0, b"0\n"))
        self.assertNotRegex(done.stderr.decode(), "(?i)error|pipe")

    def test_a_reader_that_stops_holds_up_neither_heartbeats_nor_the_messages_behind_them(self):
        lines = [f"{i:060000}" for i in range(300)]
        sent, pings = [], []

        def flood(tiny):
            tiny.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
            threading.Thread(target=listen, args=(tiny,), daemon=True).start()
            for line in lines:
                tiny.send(1, line.encode())
                sent.append(line)
            ended.wait(tool.PATIENCE)

        def listen(tiny):
            try:
                while (frame := tiny.next_frame())[0] != 8:
                    if frame[0] == 9:
                        pings.append(len(sent))
                        if len(sent) == len(lines):  # Nobody else sends any more.
                            tiny.send(10, frame[1])
                tiny.send(8, frame[1])
            except OSError:
                pass
            ended.set()

        ended = threading.Event()
        reader, writer = os.pipe()
        client = self.start("connect", self.tiny_server(flood).url, "--interval", "200ms",
                            "--timeout", "400ms", stdin=subprocess.DEVNULL, stdout=writer)
        os.close(writer)
        # Eight pings, longer than --interval, --timeout and --eof-wait, while nothing can leave.
        tool.wait_for(lambda: len(pings) > 8 and pings[-8] == pings[-1])
        self.assertLess(len(sent), len(lines))
        with os.fdopen(reader, "rb") as output:
            self.assertEqual(output.read().decode().splitlines(), lines)
        self.assertEqual(client.end(), 0)
        self.assertEqual([line for line in client.err if "lost" in line], [])

    def test_duration_and_quiet_and_staying_at_the_end_of_input(self):
        _, url = self.serve()
        began = time.monotonic()
        done = self.run_tool("connect", "-q", "--on-eof", "stay", "--duration", "2s", url + "/echo",
                             text="x\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"x\n", b""))
        self.assertGreaterEqual(time.monotonic() - began, 2)

    def test_heartbeats_are_shown_when_asked_for_and_in_every_dialect(self):
        _, url = self.serve("--dialect", "text", "--dialect", "json")
        for dialect in ("ping", "text", "json"):
            client = self.start("connect", "-v", "--interval", "100ms", "--dialect", dialect,
                                "--on-eof", "stay", url + "/room")
            found = client.wait_line(r"heartbeat answered in ([0-9.]+) m?s")
            self.assertGreater(float(found.group(1)), 0)
            client.signal(signal.SIGTERM)
            self.assertEqual(client.end(), 0)
            self.assertEqual(client.out, [])

    def test_headers_and_subprotocols_reach_the_server(self):
        heads = []
        server = self.tiny_server(lambda tiny: heads.append(tiny.connection.recv(4096)),
                                  greet=False)
        self.run_tool("connect", server.url, "--no-reconnect", "--header", "X-One: 1", "--header",
                      "X-Two: two words", "--subprotocol", "a", "--subprotocol", "b")
        head = heads[0].decode()
        for line in ("X-One: 1", "X-Two: two words"):
            self.assertIn(line, head)
        self.assertTrue(re.search(r"Sec-WebSocket-Protocol: a, ?b", head), head)


if __name__ == "__main__":
    unittest.main()
