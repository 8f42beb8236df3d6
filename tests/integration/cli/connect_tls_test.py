"""`heartwire connect` and `heartwire serve` over TLS: verified, or not at all."""

import subprocess
import unittest

import tool


class Tests(tool.ToolTest):
    def setUp(self):
        folder = self.folder()
        self.cert, self.key = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=heart.test", "-addext", "subjectAltName=DNS:heart.test", "-keyout",
                        self.key, "-out", self.cert], check=True, capture_output=True)
        _, url = self.serve("--cert", self.cert, "--key", self.key)
        self.assertTrue(url.startswith("wss://"), url)
        self.url = url + "/echo"

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

    def test_insecure_works_and_warns_loudly(self):
        done = self.connect("--insecure", "--quiet")
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"))
        self.assertIn(b"WARNING: --insecure", done.stderr)


if __name__ == "__main__":
    unittest.main()
