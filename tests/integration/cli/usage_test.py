"""What the tool says to those who call it wrongly, and to those who ask."""

import unittest

import tool

URL = "ws://127.0.0.1:9/"


class Tests(tool.ToolTest):
    def assert_refused(self, arguments, *words):
        done = self.run_tool(*arguments)
        self.assertEqual(done.returncode, 2, (arguments, done))
        self.assertEqual(done.stdout, b"", arguments)
        for word in ("heartwire", *words):
            self.assertIn(word, done.stderr.decode(), arguments)

    def test_version_and_help_go_to_standard_output(self):
        for arguments in (["--version"], ["--help"], ["connect", "--help"], ["serve", "--help"],
                          ["faults", "--help"], ["demo", "--help"]):
            done = self.run_tool(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
            self.assertIn(b"heartwire", done.stdout, arguments)

    def test_output_that_cannot_be_written_is_named_and_exits_with_1(self):
        _, url = self.serve()
        for arguments in (["--version"], ["connect", "--help"], ["connect", "-q", url + "/echo"],
                          ["demo"]):
            with open("/dev/full", "wb") as full:
                client = self.start(*arguments, stdout=full)
            if url + "/echo" in arguments:
                client.type("hello\n")  # Input does not end: the failure must end it.
            self.assertEqual(client.end(), 1, arguments)
            client.wait_line("cannot write to standard output: No space left on device")

    def test_without_a_command_it_says_which_there_are(self):
        self.assert_refused([], "connect", "serve", "faults", "demo")

    def test_an_unknown_command_is_named_among_those_there_are(self):
        self.assert_refused(["conect", URL], '"conect"', "connect, serve, faults, demo")

    def test_a_bad_url_is_named(self):
        for url in ("http://example.org", "ws://", "ws://host:99999/", "example.org", "ws://a b/"):
            self.assert_refused(["connect", url], f'"{url}"')

    def test_a_bad_option_of_connect_is_named_with_what_was_expected(self):
        for option, value, word in (
                ("--interval", "5", "unit"), ("--timeout", "x", "number"),
                ("--sending", "often", "periodic"), ("--evidence", "none", "round-trip"),
                ("--reply", "slow", "adaptive"), ("--jitter", "some", "decorrelated"),
                ("--misses", "0", "1 to 255"), ("--retry-min", "0", "--retry-min"),
                ("--factor", "0.5", "factor"), ("--header", "nonsense", "Name: value"),
                ("--dialect", "klingon", "graphql-transport-ws"), ("--outbox-bytes", "0", "1 byte"),
                ("--on-eof", "dance", "close|stay"), ("--binary", "octal", "hex|raw")):
            self.assert_refused(["connect", URL, option, value], option, word)

    def test_options_that_contradict_each_other_are_named_as_they_were_typed(self):
        self.assert_refused(["connect", URL, "--retry-min", "50s"], "--retry-max", "--retry-min")
        self.assert_refused(["connect", URL, "--sending", "watchdog", "--evidence", "round-trip"],
                            "watchdog", "--evidence")
        self.assert_refused(["serve", "--ca", "x.pem"], "--ca", "--cert")

    def test_a_header_that_the_handshake_sets_is_refused(self):
        self.assert_refused(["connect", URL, "--header", "Sec-WebSocket-Key: x"],
                            "Sec-WebSocket-Key")

    def test_a_missing_url_and_an_unknown_option_are_named(self):
        self.assert_refused(["connect"], "URL")
        self.assert_refused(["connect", URL, "--bogus"], "--bogus")
        self.assert_refused(["serve", "stray"], "stray")

    def test_a_certificate_file_that_is_missing_or_none_is_named(self):
        for command in (["connect", "wss://localhost"], ["serve"]):
            for option in ("--cert", "--ca"):
                both = command + ([] if option == "--cert" or command[0] == "connect"
                                  else ["--cert", "/nowhere/cert.pem"])
                self.assert_refused(both + [option, "/nowhere/x.pem"], "/nowhere/")
        self.assert_refused(["serve", "--cert", __file__], __file__)

    def test_a_bad_option_of_serve_is_named(self):
        for option, value, word in (
                ("--listen", "127.0.0.1:99999", "99999"), ("--listen", "nowhere:80", "nowhere"),
                ("--dialect", "klingon", "klingon"), ("--send-buffer", "1", "--send-buffer"),
                ("--connections-max", "0", "--connections-max"), ("--interval", "1", "unit"),
                ("--slow-reader", "wait", "close|drop")):
            self.assert_refused(["serve", option, value], option, word)


if __name__ == "__main__":
    unittest.main()
