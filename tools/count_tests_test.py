#!/usr/bin/env python3
"""Proves that ./run test tells the truth about what passed."""

import unittest

import count_tests

REPORT = """<?xml version="1.0"?>
<testsuite>
  <testcase name="good" status="run"/>
  <testcase name="bad" status="fail"><failure message=""/></testcase>
  <testcase name="skip" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
  <testcase name="off" status="disabled"/>
  <testcase name="unbuilt" status="notrun"><skipped message="Unable to find executable"/></testcase>
</testsuite>
"""


class CountTests(unittest.TestCase):
    def test_a_test_that_was_not_built_has_failed(self):
        self.assertEqual(count_tests.junit(REPORT), (1, 2, 2))

    def test_the_summary_of_unittest(self):
        log = "..F\n\nRan 5 tests in 0.1s\n\nFAILED (failures=1, errors=1, skipped=1)\n"
        self.assertEqual(count_tests.unittest(log), (2, 2, 1))
        self.assertEqual(count_tests.unittest("Ran 1 test in 0.1s\n\nOK\n"), (1, 0, 0))

    def test_a_log_without_a_summary_is_no_success(self):
        with self.assertRaises(ValueError):
            count_tests.unittest("SyntaxError")


if __name__ == "__main__":
    unittest.main()
