#!/usr/bin/env python3
"""The table of docs/judge.md out of JSON reports: table.py NAME=FILE[,FILE]... (later files fill in
cases that earlier ones lack)."""

import json
import re
import sys

SIGNS = {"pass": "pass", "warn": "**warn**", "fail": "**fail**", "not offered": "–",
         "inconclusive": "?"}


def shortened(case):
    """The verdict with the figure that tells most."""
    if case["verdict"] in ("not offered", "inconclusive"):
        return SIGNS[case["verdict"]]
    figure = case["figure"]
    found = (re.search(r"back after ([\d.]+ s(?: to [\d.]+ s)?)", figure)
             or re.match(r"(\d+) connections? in", figure)
             or re.search(r"after ([\d.]+ s)", figure)
             or re.search(r"left ([\d.]+ s)", figure)
             or re.search(r"(\d+ %) came back(?:.*?, (\d+ %))?", figure))
    return SIGNS[case["verdict"]] + (" " + ", ".join(filter(None, found.groups())) if found else "")


def read(files):
    cases = {}
    for file in files.split(","):
        with open(file, encoding="utf-8") as report:
            for case in json.load(report)["cases"]:
                cases.setdefault(case["name"], case)
    return cases


def main():
    columns = [(name, read(files)) for name, files in
               (argument.split("=", 1) for argument in sys.argv[1:])]
    names = list(dict.fromkeys(name for _, cases in columns for name in cases))
    print("| case | " + " | ".join(name for name, _ in columns) + " |")
    print("|---|" + "---|" * len(columns))
    for name in names:
        cells = [shortened(cases[name]) if name in cases else "" for _, cases in columns]
        print(f"| `{name}` | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
