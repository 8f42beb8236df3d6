"""`heartwire faults`: each fault on order, by standard input and by option."""

import signal
import socket
import threading
import time
import unittest

import tool


class Tests(tool.ToolTest):
    def setUp(self):
        """An echo behind the proxy."""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.target = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.echo, args=(connection,), daemon=True).start()

    def echo(self, connection):
        try:
            while data := connection.recv(65536):
                connection.sendall(data)
        except OSError:
            pass
        connection.close()

    def connect(self, port):
        connection = socket.create_connection(("127.0.0.1", port), tool.PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def order(self, proxy, command):
        """Types a command, and waits until it has been obeyed: `status` answers behind it."""
        told = sum(" accepted; up " in line for line in proxy.err)
        proxy.type(command + "\nstatus\n")
        proxy.wait_line(" accepted; up ", count=told + 1)

    def assert_echoes(self, connection, word=b"hello"):
        connection.sendall(word)
        self.assertEqual(connection.recv(4096), word)

    def assert_silent(self, connection):
        connection.settimeout(0.3)
        with self.assertRaises(TimeoutError):
            connection.recv(4096)
        connection.settimeout(tool.PATIENCE)

    def test_freeze_holds_bytes_back_and_thaw_lets_them_go(self):
        proxy, port = self.faults(self.target)
        for direction in ("", " up", " down"):
            connection = self.connect(port)
            self.assert_echoes(connection)
            self.order(proxy, "freeze" + direction)
            connection.sendall(b"later")
            self.assert_silent(connection)
            self.order(proxy, "thaw" + direction)
            self.assertEqual(connection.recv(4096), b"later")

    def test_drop_throws_bytes_of_one_direction_away(self):
        proxy, port = self.faults(self.target)
        for direction in ("up", "down"):
            connection = self.connect(port)
            self.assert_echoes(connection)
            self.order(proxy, f"drop {direction}")
            connection.sendall(b"lost")
            self.assert_silent(connection)
            self.order(proxy, f"pass {direction}")
            self.assert_echoes(connection, b"found")
        proxy.wait_line("dropped up 4, down 0")
        proxy.wait_line("dropped up 4, down 4")

    def test_cut_ends_connections_in_order_and_reset_does_not(self):
        proxy, port = self.faults(self.target)
        connection = self.connect(port)
        self.assert_echoes(connection)
        proxy.type("cut\n")
        self.assertEqual(connection.recv(4096), b"")
        connection = self.connect(port)
        self.assert_echoes(connection)
        proxy.type("reset\n")
        with self.assertRaises(ConnectionResetError):
            connection.recv(4096)

    def test_new_connections_are_refused_or_closed_or_held_until_accepted_again(self):
        proxy, port = self.faults(self.target)
        self.order(proxy, "refuse")
        with self.assertRaises(ConnectionRefusedError):
            self.connect(port)
        self.order(proxy, "close-new")
        self.assertEqual(self.connect(port).recv(4096), b"")
        self.order(proxy, "hold-new")
        held = self.connect(port)
        held.sendall(b"anybody?")
        self.assert_silent(held)
        self.order(proxy, "accept")
        self.assert_echoes(self.connect(port))

    def test_delay_and_throttle_by_order_and_by_option(self):
        def seconds(connection, payload):
            began = time.monotonic()
            connection.sendall(payload)
            count = 0
            while count < len(payload):
                count += len(connection.recv(65536))
            return time.monotonic() - began

        typed, typed_port = self.faults(self.target)
        self.order(typed, "delay 150ms")
        _, delayed_port = self.faults(self.target, "--delay", "300ms up")
        for port in (typed_port, delayed_port):
            self.assertGreaterEqual(seconds(self.connect(port), b"x"), 0.29)
        self.order(typed, "clear; throttle 20kB up")
        _, throttled_port = self.faults(self.target, "--throttle", "20kB up")
        for port in (typed_port, throttled_port):
            self.assertGreaterEqual(seconds(self.connect(port), b"x" * 10000), 0.3)

    def test_forget_treats_the_idle_as_a_nat_does(self):
        proxy, port = self.faults(self.target, "--forget-idle", "200ms rst")
        connection = self.connect(port)
        self.assert_echoes(connection)
        time.sleep(0.5)  # Being idle is the point: nothing tells until somebody speaks.
        with self.assertRaises((ConnectionResetError, BrokenPipeError)):
            connection.sendall(b"still there?")
            connection.recv(4096)
        self.order(proxy, "forget 200ms")
        connection = self.connect(port)
        self.assert_echoes(connection)
        time.sleep(0.5)  # Idle once more.
        connection.sendall(b"still there?")
        self.assert_silent(connection)

    def test_retarget_sends_new_connections_elsewhere(self):
        proxy, port = self.faults(self.free_port())
        self.order(proxy, f"retarget 127.0.0.1:{self.target}")
        self.assert_echoes(self.connect(port))

    def test_a_script_and_freeze_after_run_by_themselves(self):
        for arguments in (("--freeze-after", "1s"), ("--script", "wait 1s; freeze")):
            proxy, port = self.faults(self.target, *arguments)
            connection = self.connect(port)
            self.assert_echoes(connection)
            proxy.wait_line("freeze")
            connection.sendall(b"late")
            self.assert_silent(connection)

    def test_commands_wait_their_turn_and_quit_ends_with_0(self):
        proxy, _ = self.faults(self.target)
        began = time.monotonic()
        proxy.type("wait 300ms; status\nquit\n")
        self.assertEqual(proxy.end(), 0)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        proxy.wait_line("no faults; 0 open of 0 accepted")

    def test_a_bad_command_is_named_and_changes_nothing(self):
        proxy, port = self.faults(self.target)
        for command, words in (("frezze", 'unknown command "frezze"'),
                               ("freeze sideways", 'freeze: unexpected "sideways"'),
                               ("delay 5", 'delay: bad time "5": needs a unit'),
                               ("throttle x", 'throttle: bad rate "x"'),
                               ("retarget x", 'retarget: bad address "x"'),
                               ("freeze; bogus", 'unknown command "bogus"')):
            proxy.type(command + "\n")
            proxy.wait_line(words)
        self.order(proxy, "")
        proxy.wait_line("no faults; ")
        self.assert_echoes(self.connect(port))

    def test_it_outlives_its_input_and_ends_with_0_on_a_signal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            proxy, port = self.faults(self.target)
            proxy.process.stdin.close()
            proxy.wait_line("end of input; going on until SIGINT or SIGTERM")
            self.assert_echoes(self.connect(port))
            proxy.signal(number)
            self.assertEqual(proxy.end(), 0)

    def test_a_port_in_use_is_named_and_exits_with_1(self):
        done = self.run_tool("faults", f"127.0.0.1:{self.target}", "1")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"127.0.0.1:{self.target}", done.stderr.decode())
        self.assertIn("in use", done.stderr.decode().lower())

    def test_bad_addresses_and_options_exit_with_2_and_a_hint(self):
        for arguments, words in ((["0"], "TARGET is required"),
                                 (["99999", "1"], 'LISTEN: bad address "99999"'),
                                 (["nowhere:1", "1"], '"nowhere" is not an IP address'),
                                 (["0", "host"], 'TARGET: bad address "host"'),
                                 (["0", "0"], "TARGET: a target needs a port"),
                                 (["0", "1", "--delay", "5"], '--delay: bad time "5"'),
                                 (["0", "1", "--throttle", "x"], '--throttle: bad rate "x"'),
                                 (["0", "1", "--forget-idle", "x"], '--forget-idle: bad time "x"'),
                                 (["0", "1", "--freeze-after", "x"], '--freeze-after: bad time'),
                                 (["0", "1", "--script", "dance"], '--script: unknown command')):
            done = self.run_tool("faults", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertIn(words, done.stderr.decode())
            self.assertIn("heartwire faults --help says more", done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
