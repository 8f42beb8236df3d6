"""heartwire sim: worlds that keep every promise, and how one is replayed."""

import re
import unittest

import tool


class Tests(tool.ToolTest):
    def test_five_hundred_worlds_keep_every_promise(self):
        done = self.run_tool("sim", "--seeds", "500")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout.decode(), r"^500 worlds, .* 0 broke a promise\n$")

    def test_a_seed_has_one_history(self):
        first = self.run_tool("sim", "--seed", "3", "--transcript").stdout
        second = self.run_tool("sim", "--seed", "3", "--transcript").stdout

        self.assertEqual(first, second)
        self.assertTrue(re.search(rb"client 0 dialled generation=1 attempt=0", first))

    def test_faults_of_ones_own_take_the_place_of_the_drawn_ones(self):
        done = self.run_tool("sim", "--seed", "3", "--transcript", "--faults",
                             "refuse 0 0 5000; reset 0 20000 0")

        self.assertEqual(done.returncode, 0, done.stderr)
        told = done.stdout.decode()
        self.assertIn("fault 0: refuse 0 0 5000\nfault 1: reset 0 20000 0\n", told)
        self.assertRegex(told, r"(?m)^ +0\.[0-9]+ client 0 lost generation=1 cause=refused$")

    def test_faults_that_make_no_sense_are_refused(self):
        for faults, text in (("earthquake 0 1 2", "there is no fault"),
                             ("hole_up 77 1 2", "there are only"),
                             ("hole_up 0 1", "lacks a number")):
            done = self.run_tool("sim", "--seed", "3", "--faults", faults)

            self.assertEqual(done.returncode, 2)
            self.assertIn(text, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
