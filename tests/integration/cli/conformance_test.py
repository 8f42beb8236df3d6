"""`heartwire conformance`: examined by a suite's server that nobody here wrote the WebSocket of."""

import unittest

import suite_server
import tool


class Tests(tool.ToolTest):
    def suite(self, **options):
        suite = suite_server.Suite(**options)
        self.addCleanup(suite.close)
        return suite

    def examine(self, suite, *arguments):
        return self.run_tool("conformance", suite.url, *arguments)

    def test_every_case_of_a_suite_is_run_and_found_right(self):
        suite = self.suite()
        agent = "heart wire/\u00fc & sons=1"
        done = self.examine(suite, "--agent", agent)
        count = len(suite.cases)
        self.assertEqual(suite.verdicts, {agent: dict.fromkeys(range(1, count + 1), "OK")})
        self.assertEqual(suite.reported, [agent])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"{count} cases run, 0 of them in vain", done.stdout.decode())
        self.assertIn(f"case {count} of {count}: ", done.stderr.decode())

    def test_messages_lean_on_one_another_if_told_so(self):
        suite = self.suite(cases=[suite_server.compresses()] * 2)
        done = self.examine(suite, "--context-takeover", "-q")
        self.assertEqual(suite.verdicts, {"heartwire": {1: "OK", 2: "OK"}})
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_range_of_cases_is_run_alone(self):
        suite = self.suite(cases=[suite_server.pings] * 5)
        for cases, run in (("2", [2]), ("2-3", [2, 3]), ("4-", [4, 5]), ("5-9", [5])):
            suite.verdicts.clear()
            done = self.examine(suite, "--cases", cases)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(sorted(suite.verdicts["heartwire"]), run)
        done = self.examine(suite, "--cases", "6-")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"the suite has only 5 cases", done.stderr)

    def test_a_suite_that_cannot_be_asked_is_told(self):
        done = self.run_tool("conformance", f"ws://127.0.0.1:{self.free_port()}")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"did not say how many cases it has: ", done.stderr)
        self.assertIn(b"refused", done.stderr)
        for count in ("many", "", "-1", "99999999999"):
            done = self.examine(self.suite(count=count))
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"did not say how many cases it has: ", done.stderr)

    def test_a_case_that_cannot_be_run_is_told_and_the_others_are_run(self):
        suite = self.suite(cases=[suite_server.pings, None, suite_server.pings])
        done = self.examine(suite, "--quiet")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertRegex(done.stderr, rb"case 2 of 3: .*404")
        self.assertIn(b"3 cases run, 1 of them in vain", done.stdout)
        self.assertEqual(sorted(suite.verdicts["heartwire"]), [1, 3])
        self.assertEqual(suite.reported, ["heartwire"])

    def test_a_case_without_end_is_left_after_its_time(self):
        suite = self.suite(cases=[suite_server.never_ends, suite_server.pings])
        done = self.examine(suite, "--case-timeout", "300ms")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"case 1 of 2: it did not end in its time", done.stderr)
        self.assertEqual(suite.verdicts["heartwire"][2], "OK")

    def test_bad_usage_is_told(self):
        for arguments, text in ((["http://127.0.0.1"], b"is no ws:// or wss:// URL"),
                                (["ws://h", "--cases", "0"], b"is no range of cases"),
                                (["ws://h", "--cases", "3-2"], b"is no range of cases"),
                                (["ws://h", "--cases", "x"], b"is no range of cases"),
                                ([], b"URL is required")):
            done = self.run_tool("conformance", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
