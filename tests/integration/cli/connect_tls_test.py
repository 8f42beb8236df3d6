"""`heartwire connect` and `heartwire serve` over TLS: verified, or not at all."""

import base64
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import unittest

import tool


class Tests(tool.ToolTest):
    def setUp(self):
        folder = self.folder()
        self.cert, self.key = f"{folder}/cert.pem", f"{folder}/key.pem"
        self.make_certificate()
        self.server, url = self.serve("--cert", self.cert, "--key", self.key)
        self.assertTrue(url.startswith("wss://"), url)
        self.url = url + "/echo"

    def make_certificate(self):
        tool.make_certificate(self.cert, self.key, "heart.test", "DNS:heart.test")

    def connect(self, *arguments):
        return self.run_tool("connect", self.url, "--no-reconnect", *arguments, text="hello\n")

    def test_a_certificate_of_a_trusted_issuer_with_the_right_name_is_accepted(self):
        done = self.connect("--ca", self.cert, "--server-name", "heart.test")
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"), done.stderr)
        self.assertRegex(done.stderr.decode(), r"open: .*TLSv1\.[23]")

    def test_a_certificate_of_an_unknown_issuer_is_refused(self):
        done = self.connect("--server-name", "heart.test")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"attempt failed, certificate: ", done.stderr)
        self.assertIn(b"1 message was not sent", done.stderr)

    def test_a_certificate_for_another_name_is_refused(self):
        done = self.connect("--ca", self.cert, "--server-name", "mind.test")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"mind.test", done.stderr)

    def pin(self):
        key = subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout", "-outform", "der"],
                             check=True, capture_output=True).stdout
        return "sha256//" + base64.b64encode(hashlib.sha256(key).digest()).decode()

    def test_a_pinned_key_is_enough_without_a_chain_and_another_is_refused(self):
        done = self.connect("--insecure", "--pin", self.pin())
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"), done.stderr)
        self.assertNotIn(b"WARNING", done.stderr)

        other = "sha256//" + base64.b64encode(bytes(32)).decode()
        done = self.connect("--insecure", "--pin", other)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"which is not pinned", done.stderr)

    def test_the_system_s_store_is_trusted_unless_told_otherwise(self):
        # That is where OpenSSL looks for the store instead of its own place.
        done = self.run_tool("connect", self.url, "--no-reconnect", "--server-name", "heart.test",
                             text="hello\n", env=dict(os.environ, SSL_CERT_FILE=self.cert))
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"), done.stderr)

    def test_a_hangup_makes_the_server_show_its_new_certificate_and_drops_nobody(self):
        old = self.cert + ".old"
        shutil.copy(self.cert, old)
        guest = self.start("connect", self.url, "--ca", old, "--server-name", "heart.test")
        guest.wait_line("open: ")

        self.make_certificate()
        self.server.signal(signal.SIGHUP)
        self.server.wait_line("read the certificate again")

        done = self.connect("--ca", self.cert, "--server-name", "heart.test")
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"), done.stderr)
        guest.type("still here\n")
        guest.wait_line("still here", guest.out)

    def test_a_hangup_with_a_bad_file_changes_nothing_and_names_it(self):
        good = self.cert + ".good"
        shutil.copy(self.cert, good)
        pathlib.Path(self.cert).write_text("no certificate", encoding="ascii")
        self.server.signal(signal.SIGHUP)
        self.server.wait_line("the certificate stays as it was: .*cert.pem")

        done = self.connect("--ca", good, "--server-name", "heart.test")
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"), done.stderr)

    def test_a_hangup_ends_a_server_that_has_no_certificate_to_read_again(self):
        server, _ = self.serve()
        server.signal(signal.SIGHUP)
        self.assertEqual(server.end(), -signal.SIGHUP)

    def test_what_is_no_pin_is_bad_usage(self):
        done = self.connect("--pin", "sha256//short")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'--pin has "sha256//short"', done.stderr)

    def test_insecure_works_and_warns_loudly(self):
        done = self.connect("--insecure", "--quiet")
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"))
        self.assertIn(b"WARNING: --insecure", done.stderr)


if __name__ == "__main__":
    unittest.main()
