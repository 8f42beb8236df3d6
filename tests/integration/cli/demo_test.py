"""`heartwire demo`: the main job, in under a minute."""

import subprocess
import time
import unittest

import tool


class Tests(tool.ToolTest):
    def test_every_step_does_what_it_must_within_a_minute(self):
        began = time.monotonic()
        done = subprocess.run([tool.HEARTWIRE, "demo"], timeout=100, capture_output=True,
                              stdin=subprocess.DEVNULL)
        text = done.stdout.decode()
        self.assertEqual((done.returncode, done.stderr), (0, b""), text)
        self.assertIn("10 of 10 steps did what they must", text)
        self.assertLess(time.monotonic() - began, 60)
        self.assertNotIn("\x1b", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 110)

    def test_it_ends_quietly_when_nobody_reads_it(self):
        began = time.monotonic()
        done = subprocess.run(["bash", "-c", f"{tool.HEARTWIRE} demo | head -n 1"], timeout=60,
                              capture_output=True, stdin=subprocess.DEVNULL)
        self.assertEqual(done.stderr, b"")
        self.assertLess(time.monotonic() - began, 15)


if __name__ == "__main__":
    unittest.main()
