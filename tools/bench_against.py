#!/usr/bin/env python3
"""Whether heartwire costs more CPU than at an earlier commit: bench_against.py REVISION [ROUNDS].

Builds the benchmarks of that commit in build/against, and runs them and those of build/release in
turn, so that both meet the same machine. Prints the medians and their ratio.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Program, its arguments, the column of the server's CPU in microseconds, what its rows are.
BENCHES = [
    ("bench_echo", ["1"], 1, ["an echo of 20 bytes", "an echo of 16 KiB"]),
    ("bench_connections", ["500", "5", "100"], 3, ["a heartbeat"]),
]


def costs(output, column):
    """The server's CPU in each row of heartwire, in order."""
    rows = [line.split() for line in output.splitlines()]
    return [float(row[1 + column]) for row in rows
            if len(row) > 1 + column and row[0] == "heartwire"]


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout


def build_earlier(revision):
    """The folder with that commit's benchmarks."""
    commit = run("git", "rev-parse", "--short", f"{revision}^{{commit}}").decode().strip()
    source = ROOT / "build/against" / commit
    if not source.exists():
        source.mkdir(parents=True)
        archive = run("git", "archive", commit)
        subprocess.run(["tar", "-x"], cwd=source, input=archive, check=True)
    subprocess.run(["cmake", "--preset", "release"], cwd=source, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "build/release", "--target", *[b[0] for b in BENCHES]],
                   cwd=source, check=True, stdout=subprocess.DEVNULL)
    return source / "build/release/bench"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("revision")
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    options = parser.parse_args()
    folders = [build_earlier(options.revision), ROOT / "build/release/bench"]
    print(f"server CPU each in us, medians of {options.rounds}; {options.revision} and now in turn")
    print(f"{'':24}{'before':>10}{'now':>10}{'ratio':>10}")
    for program, arguments, column, names in BENCHES:
        seen = [[[] for _ in names] for _ in folders]
        for _ in range(options.rounds):
            for folder, rows in zip(folders, seen):
                found = costs(run(str(folder / program), *arguments).decode(), column)
                if len(found) != len(names):
                    sys.exit(f"{folder / program} printed {len(found)} rows, not {len(names)}")
                for row, cost in zip(rows, found):
                    row.append(cost)
        for name, before, now in zip(names, *seen):
            before, now = statistics.median(before), statistics.median(now)
            print(f"{name:24}{before:10.2f}{now:10.2f}{now / before:10.2f}")


if __name__ == "__main__":
    main()
