"""`heartwire connect` and proxies: by the environment unless told otherwise."""

import os
import unittest

import tool


class Tests(tool.ToolTest):
    def setUp(self):
        _, url = self.serve()
        self.url = url + "/echo"
        self.proxy = f"127.0.0.1:{self.free_port()}"  # Nobody is there.
        self.environment = dict(os.environ, ALL_PROXY=f"http://me:secret@{self.proxy}")

    def connect(self, *arguments, **options):
        return self.run_tool("connect", self.url, "--no-reconnect", *arguments, text="hello\n",
                             **options)

    def assert_went_by_proxy(self, done):
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(f"through the proxy {self.proxy}: cannot connect to it: connection refused",
                      done.stderr.decode())
        self.assertNotIn(b"secret", done.stderr)

    def assert_went_directly(self, done):
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"), done.stderr)

    def test_the_environment_is_obeyed_by_default(self):
        self.assert_went_by_proxy(self.connect(env=self.environment))
        self.assert_went_directly(self.connect(env=dict(self.environment, NO_PROXY="127.0.0.1")))

    def test_none_goes_directly_whatever_the_environment_says(self):
        self.assert_went_directly(self.connect("--proxy", "none", env=self.environment))

    def test_the_one_that_is_named_is_gone_through(self):
        self.assert_went_by_proxy(self.connect("--proxy", f"socks5h://me:secret@{self.proxy}"))

    def test_what_is_no_proxy_is_bad_usage_and_no_password_is_shown(self):
        done = self.connect("--proxy", "ftp://me:secret@proxy")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"the scheme is ftp", done.stderr)
        self.assertNotIn(b"secret", done.stderr)


if __name__ == "__main__":
    unittest.main()
