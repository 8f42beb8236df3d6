"""heartwire sim: worlds that keep every promise, and how one is replayed."""

import json
import os
import pathlib
import re
import tempfile
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

    def test_numbers_that_are_none_are_refused(self):
        for option, text in (("--seeds", "x"), ("--seeds", "0"), ("--from", "1.5"),
                             ("--seed", "12k")):
            done = self.run_tool("sim", option, text)

            self.assertEqual(done.returncode, 2)
            self.assertIn(f'{option}: bad number "{text}": expected a whole number',
                          done.stderr.decode())

    def test_faults_that_make_no_sense_are_refused(self):
        for faults, text in (("earthquake 0 1 2", "there is no fault"),
                             ("hole_up 77 1 2", "there are only"),
                             ("hole_up 0 1", "lacks a number")):
            done = self.run_tool("sim", "--seed", "3", "--faults", faults)

            self.assertEqual(done.returncode, 2)
            self.assertIn(text, done.stderr.decode())

    def test_a_storm_gives_the_same_figures_and_plots_each_time(self):
        def storm(seed, folder):
            plots = [os.path.join(folder, name) for name in ("open.svg", "attempts.svg")]
            done = self.run_tool("sim", "storm", "--clients", "2000", "--accept-rate", "200",
                                 "--seed", seed, "--svg", plots[0], "--attempts-svg", plots[1])
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(plots[0], "rb") as first, open(plots[1], "rb") as second:
                return done.stdout, first.read(), second.read()

        with tempfile.TemporaryDirectory() as folder:
            first = storm("1", folder)

            self.assertEqual(storm("1", folder), first)
            self.assertNotEqual(storm("2", folder)[0], first[0])
        self.assertRegex(first[0].decode(), r"(?m)^\| constant-1s +\|.*\| +100 \|")
        for plot in first[1:]:
            self.assertTrue(plot.startswith(b"<svg ") and plot.endswith(b"</svg>\n"))

    def test_a_storm_of_one_policy_in_json(self):
        done = self.run_tool("sim", "storm", "--clients", "1000", "--accept-rate", "100",
                             "--departure", "drain", "--policy", "default", "--json")

        self.assertEqual(done.returncode, 0, done.stderr)
        storm = json.loads(done.stdout)
        self.assertEqual((storm["policy"], storm["opened"], storm["attempts"]),
                         ("default", 1000, 1000))
        self.assertRegex(done.stderr.decode(), r"(?m)^default: .* bytes a client$")

    def test_a_storm_that_makes_no_sense_is_refused(self):
        for arguments, text in (
                (("--clients", "0"), "--clients is not within 1 to 10000000"),
                (("--accept-rate", "many"), "--accept-rate"),
                (("--accept-rate", "0"), "--accept-rate is not within 1 to 1000000"),
                (("--policy", "fibonacci"), 'none of default|none|full'),
                (("--departure", "slam"), 'none of crash|silence|drain'),
                (("--server-timeout", "0ms"), "--server-timeout"),
                (("--watch", "100ms"), "--watch is not within 1 s to 1 day"),
                (("--refusal-cost", "101"), "--refusal-cost is more than 100")):
            done = self.run_tool("sim", "storm", *arguments)

            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(text, done.stderr.decode())

    def test_worlds_and_storms_do_not_mix(self):
        done = self.run_tool("sim", "--seed", "3", "storm", "--clients", "100")

        self.assertEqual(done.returncode, 2)
        self.assertIn("--seed", done.stderr.decode())
        self.assertEqual(done.stdout, b"")

    def test_a_plot_that_cannot_be_written_is_told(self):
        done = self.run_tool("sim", "storm", "--clients", "100", "--policy", "equal", "--svg",
                             "/nowhere/storm.svg")

        self.assertEqual(done.returncode, 1)
        self.assertIn("--svg: cannot write /nowhere/storm.svg", done.stderr.decode())

    def test_detectors_are_compared_alike_each_time(self):
        first = self.run_tool("sim", "detectors", "--days", "1")
        second = self.run_tool("sim", "detectors", "--days", "1")

        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(first.stdout, second.stdout)
        told = first.stdout.decode()
        self.assertEqual(re.findall(r"(?m)^(.*): 1 connection-days", told),
                         ["wired", "4g", "bad-mobile"])
        self.assertRegex(told, r"(?m)^adaptive: timeout 10 s, reply_min 1 s +\d+ +[0-9.]+ ")
        self.assertNotIn("broke a promise", told)

    def test_detectors_are_compared_on_one_link_in_json_and_in_a_plot(self):
        with tempfile.TemporaryDirectory() as folder:
            plot = pathlib.Path(folder, "plot.svg")
            done = self.run_tool("sim", "detectors", "--days", "1", "--link", "4g", "--json",
                                 "--interval", "60s", "--seed", "3", "--svg", str(plot))

            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(plot.read_text(encoding="utf-8").startswith("<svg"))
        lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual({line["link"] for line in lines}, {"4g"})
        self.assertEqual({line["family"] for line in lines}, {"fixed", "misses", "adaptive", "phi"})

    def test_what_cannot_be_compared_is_refused(self):
        for arguments, code, text in ((["--link", "string"], 2, "--link"),
                                      (["--interval", "1ms"], 2, "--interval"),
                                      (["--days", "0"], 2, "--days"),
                                      (["--days", "1", "--svg", "/nowhere/plot.svg"], 1,
                                       "cannot write /nowhere/plot-wired.svg")):
            done = self.run_tool("sim", "detectors", *arguments)

            self.assertEqual(done.returncode, code, arguments)
            self.assertIn(text, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
