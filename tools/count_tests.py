#!/usr/bin/env python3
"""Prints `passed failed skipped` of a test report: count_tests.py junit|unittest FILE."""

import pathlib
import re
import sys
import xml.etree.ElementTree


def junit(text):
    """CTest's report. A test that could not run, since it was not built, has failed."""
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.fromstring(text).iter("testcase"):
        note = case.find("skipped")
        if case.get("status") == "run":
            passed += 1
        elif case.get("status") == "disabled" or (
                note is not None and note.get("message", "").startswith("SKIP_")):
            skipped += 1
        else:
            failed += 1
    return passed, failed, skipped


def unittest(text):
    """The summary of Python's unittest."""
    def number(pattern):
        match = re.search(pattern, text)
        return int(match.group(1)) if match else 0

    failed = number(r"failures=(\d+)") + number(r"errors=(\d+)")
    skipped = number(r"skipped=(\d+)")
    total = re.search(r"^Ran (\d+) tests?", text, re.MULTILINE)
    if not total:
        raise ValueError("no summary of unittest in the log")
    # A subtest that fails counts one failure, but no test of its own.
    return max(0, int(total.group(1)) - failed - skipped), failed, skipped


if __name__ == "__main__":
    KIND, FILE = sys.argv[1:]
    print(*{"junit": junit, "unittest": unittest}[KIND](pathlib.Path(FILE).read_text("utf-8")))
