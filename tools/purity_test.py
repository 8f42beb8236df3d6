#!/usr/bin/env python3
"""Proves that cmake/purity.cmake refuses what pure code may not import, and nothing else."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CXX = os.environ.get("CXX") or shutil.which("c++") or "g++"

PURE = """
#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <unordered_map>
#include <vector>
namespace heartwire::core {
std::string pure(std::vector<int>& values, std::string_view text) {
  values.push_back(1);
  std::sort(values.begin(), values.end());
  std::unordered_map<int, int> counts{{1, 2}};
  std::map<std::string, int> names{{"a", counts[1]}};
  return std::string(text) + std::to_string(names.size());
}
std::ostream& print(std::ostream& out, std::string_view text, bool flag, double number) {
  return out << "text " << text << ' ' << flag << 1 << 2U << 3L << number;
}
}
"""

IMPURE = {
    "clock": ("#include <chrono>", "long f() { return std::chrono::steady_clock::now()"
              ".time_since_epoch().count(); }", "steady_clock::now"),
    "wall clock": ("#include <ctime>", "long f() { return ::time(nullptr); }", "imports time"),
    "randomness": ("#include <random>", "unsigned f() { return std::random_device{}(); }",
                   "random_device"),
    "output": ("#include <cstdio>", 'void f() { std::puts("x"); }', "imports puts"),
    "stream": ("#include <iostream>", "void f() { std::cerr << 1; }", "std::cerr"),
    "file": ("#include <cstdio>", 'auto f() { return std::fopen("x", "r"); }', "imports fopen"),
    "socket": ("#include <sys/socket.h>", "int f() { return ::socket(1, 2, 3); }",
               "imports socket"),
    "thread": ("#include <thread>", "void f() { std::thread([] {}).join(); }", "std::thread"),
    "environment": ("#include <cstdlib>", 'auto f() { return std::getenv("X"); }',
                    "imports getenv"),
    "unknown library": ("", 'extern "C" int mystery(); int f() { return mystery(); }',
                        "imports mystery"),
    "upper layer": ("namespace heartwire::net { void g(); }",
                    "void f() { heartwire::net::g(); }", "heartwire::net::g"),
}
GLOBALS = {
    "counter": ("", "int counter; int f() { return ++counter; }", "global variable"),
    "static local": ("#include <vector>",
                     "int f(int i) { static std::vector<int> v(3); return v.at(i); }",
                     "global variable"),
}


def check(source, rule="strict", name="sample"):
    """Compiles `source` as a pure layer is, and returns (passed, message, archive remains)."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / f"{name}.cpp").write_text(source)
        archive = path / "libsample.a"
        subprocess.run([CXX, "-std=c++20", "-fno-exceptions", "-fno-rtti", "-c", f"{name}.cpp",
                        "-o", f"{name}.cpp.o"], cwd=path, check=True)
        subprocess.run(["ar", "rc", archive, f"{name}.cpp.o"], cwd=path, check=True)
        run = subprocess.run(["cmake", "-D", "NM=nm", "-D", f"ARCHIVE={archive}", "-D",
                              f"RULE={rule}", "-P", ROOT / "cmake/purity.cmake"],
                             capture_output=True, text=True, check=False)
        return run.returncode == 0, run.stderr, archive.exists()


def sample(include, function):
    return f"{include}\nnamespace heartwire::core {{\n{function}\n}}\n"


class Purity(unittest.TestCase):
    def test_containers_strings_and_arithmetic_are_pure(self):
        passed, message, remains = check(PURE)
        self.assertTrue(passed, message)
        self.assertTrue(remains)

    def test_each_kind_of_impurity_fails_and_is_named(self):
        for kind, (include, function, expected) in {**IMPURE, **GLOBALS}.items():
            with self.subTest(kind):
                passed, message, remains = check(sample(include, function))
                self.assertFalse(passed)
                self.assertIn(expected, message)
                self.assertFalse(remains, "the next build would take the archive for good")

    def test_a_third_party_parser_may_import_more_but_no_clock_or_socket(self):
        unknown = check(sample(*IMPURE["unknown library"][:2]), rule="forbidden")
        self.assertTrue(unknown[0], unknown[1])
        for kind in ("clock", "wall clock", "randomness", "output", "file", "socket", "thread"):
            with self.subTest(kind):
                self.assertFalse(check(sample(*IMPURE[kind][:2]), rule="forbidden")[0])

    def test_only_the_check_may_say_last_words(self):
        words = '#include <cstdio>\nvoid f() { std::fprintf(stderr, "%d", 1); }'
        self.assertTrue(check(words, name="check")[0])
        self.assertFalse(check(words, name="other")[0])


if __name__ == "__main__":
    unittest.main()
