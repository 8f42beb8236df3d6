#!/usr/bin/env python3
"""The house style that a program can check: tools/tidy.py [--root DIR] [--only RULE,...]

Prints `path:line: what, what to do` for each problem and exits with 1 if there is one. What it
compiles or formats is remembered by content under build/tidy/, so the second run is quick.
"""

import argparse
import concurrent.futures
import fnmatch
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

import cxx_scan

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100
DOC_LINES_MAX = {"docs/driver.md": 60, "docs/decisions/*.md": 40}

# A layer includes itself and what its line names.
MAY_USE = {
    "base": "",
    "ws": "base",
    "core": "base",
    "endpoint": "ws core base",
    "hub": "core base",
    "sim": "endpoint hub ws core base",
    "judge": "ws core base",
    "net": "endpoint ws core base",
    "client": "net hub endpoint ws core base",
    "server": "net hub endpoint ws core base",
    "asio": "client server net hub endpoint ws core base",
    "cli": "client server asio sim judge net hub endpoint ws core base",
    "examples": "client server asio core base",
    "web": "core base",
}
PURE = ("base", "ws", "core", "endpoint", "hub", "sim", "judge")
MIRRORED = PURE

# Who may see the headers of the world: the pattern of the header, and the patterns of files.
GUARDED_HEADERS = (
    ("Asio", r"boost/asio", "heartwire/net/* heartwire/asio*"),
    ("Beast", r"boost/beast", "heartwire/net/* heartwire/asio* heartwire/ws/http*.cpp"),
    ("OpenSSL", r"openssl/", "heartwire/net/* heartwire/ws/http*.cpp"),
    ("zlib", r"(zlib|zconf)\.h", "heartwire/ws/deflate.cpp"),
    ("operating system", r"(sys|netinet|arpa|linux|net)/|(unistd|netdb|poll|fcntl|pthread)\.h",
     "heartwire/net/* heartwire/base/ip_address.cpp"),  # inet_pton() only reads text.
)
# A pure layer is given time, chance and bytes; these headers would let it fetch them.
IMPURE_HEADERS = re.compile(
    r"(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|"
    r"iostream|fstream|sstream|filesystem|random|ctime|time\.h|cstdio|stdio\.h|csignal|locale)$")
# What a user of the public headers must not be made to compile.
HIDDEN_HEADERS = re.compile(r"boost/(asio|beast)|openssl/")

# Exceptions, each with its reason.
EXEMPT = {
    "purity": {"heartwire/base/check.cpp": "says the last words of a program with a bug"},
    "mirror": {},
    "size": {},
}

SKIPPED_FOLDERS = {".git", "build", "out", "node_modules", "__pycache__", ".cache"}
TEXT_SUFFIXES = {".hpp", ".cpp", ".py", ".cmake", ".txt", ".md", ".json", ".sh", ".mjs", ".js",
                 ".ts", ".yml", ".conf", ".in", ""}
CODE_SUFFIXES = {".hpp", ".cpp", ".py", ".cmake", ".sh", ".mjs", ".js", ".ts"}


@dataclass(frozen=True, order=True)
class Problem:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """The files under a root, read once."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.texts = dict(self._read())

    def _read(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
            for name in sorted(names):
                path = pathlib.Path(folder, name)
                if path.suffix in TEXT_SUFFIXES and name != "package-lock.json":
                    try:
                        yield str(path.relative_to(self.root)), path.read_text(encoding="utf-8")
                    except (UnicodeDecodeError, OSError):
                        continue

    def cxx(self, *folders):
        for path, text in self.texts.items():
            if path.endswith((".hpp", ".cpp")):
                if not folders or path.split("/")[0] in folders:
                    yield path, text

    def headers(self):
        return (pair for pair in self.cxx("heartwire") if pair[0].endswith(".hpp"))

    def closure(self, path):
        """`path` and every heartwire header that it reaches, each with the chain leading there."""
        chains, waiting = {path: (path,)}, [path]
        while waiting:
            current = waiting.pop()
            for include in cxx_scan.includes(self.texts[current]):
                if include.name in self.texts and include.name not in chains:
                    chains[include.name] = chains[current] + (include.name,)
                    waiting.append(include.name)
        return chains


def layer_of(path):
    """The layer of a file or include path, or None: `heartwire/client.hpp` belongs to client."""
    parts = path.split("/")
    if parts[0] in ("cli", "examples", "web"):
        return parts[0]
    if parts[0] != "heartwire" or len(parts) < 2:
        return None
    if len(parts) > 2:
        return parts[1]
    return re.split(r"[_.]", parts[1])[0]


def matches(path, patterns):
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns.split())


def check_arrows(tree):
    for path, text in tree.cxx("heartwire", "cli", "examples", "web"):
        layer = layer_of(path)
        if layer not in MAY_USE:
            yield Problem(path, 1, f"'{layer}' is no layer, move the file into one of "
                                   f"{', '.join(MAY_USE)} or add the layer to tools/tidy.py")
            continue
        for include in cxx_scan.includes(text):
            target = layer_of(include.name)
            if target and target != layer and target not in MAY_USE[layer].split():
                yield Problem(path, include.line,
                              f"{layer} may not include {target} ({include.name}), it may use "
                              f"{MAY_USE[layer] or 'std'}: move what you need down, or pass it in")


def check_guarded_headers(tree):
    for path, text in tree.cxx("heartwire"):
        for include in cxx_scan.includes(text):
            for name, header, allowed in GUARDED_HEADERS:
                if include.is_system and re.match(header, include.name):
                    if not matches(path, allowed):
                        yield Problem(path, include.line,
                                      f"{name} header {include.name} is for {allowed} only, hide "
                                      "it behind a type of heartwire/net")
            if layer_of(path) in PURE and IMPURE_HEADERS.match(include.name):
                if path not in EXEMPT["purity"]:
                    yield Problem(path, include.line,
                                  f"a pure layer may not include <{include.name}>, take time, "
                                  "randomness and bytes as arguments")


def is_public(path):
    """Everything of the faces that is installed, but the header for users of Asio itself."""
    return layer_of(path) in ("client", "server") and "/detail/" not in path


def check_public_headers(tree):
    for path, _ in tree.headers():
        if not is_public(path):
            continue
        for reached, chain in tree.closure(path).items():
            for include in cxx_scan.includes(tree.texts[reached]):
                if include.is_system and HIDDEN_HEADERS.match(include.name):
                    yield Problem(path, 1,
                                  f"this public header reaches <{include.name}> by "
                                  f"{' -> '.join(chain)}, forward-declare or use a pimpl")


def check_sizes(tree):
    for path, text in tree.texts.items():
        if pathlib.Path(path).suffix not in CODE_SUFFIXES and path != "run":
            continue
        lines = text.splitlines()
        if len(lines) > FILE_LINES_MAX and path not in EXEMPT["size"]:
            yield Problem(path, FILE_LINES_MAX + 1, f"{len(lines)} lines, split the file by idea "
                                                    f"(at most {FILE_LINES_MAX})")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                yield Problem(path, number, f"{len(line)} columns, wrap at {COLUMNS_MAX}")
    for path, text in tree.cxx():
        for function in cxx_scan.functions(text):
            if function.size > FUNCTION_LINES_MAX:
                yield Problem(path, function.first, f"function of {function.size} lines, give its "
                                                    f"parts names (at most {FUNCTION_LINES_MAX})")


def check_mirrors(tree):
    for path, text in tree.cxx("heartwire"):
        parts = pathlib.PurePath(path)
        if layer_of(path) not in MIRRORED or len(parts.parts) < 3 or path in EXEMPT["mirror"]:
            continue
        if parts.suffix == ".hpp":
            if str(parts.with_suffix(".cpp")) in tree.texts:
                continue
            if not any(function.has_logic for function in cxx_scan.functions(text)):
                continue
        test = "/".join(("tests/unit", *parts.parts[1:-1], parts.stem + "_test.cpp"))
        if test not in tree.texts:
            yield Problem(path, 1, f"has no test, write {test}")


def check_words(tree):
    own_path = re.compile(r"(?:^|[\s\"'=(:`])/(?:work|root|home|Users)/\w")
    for path, text in tree.texts.items():
        if path.startswith("tools/tidy"):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if "FIXME" in line:
                yield Problem(path, number, "FIXME may not reach main, fix it or write "
                                            "TODO(topic): with what is missing")
            if re.search(r"\bTODO\b(?!\()", line):
                yield Problem(path, number, "a bare TODO, write TODO(topic):")
            if own_path.search(line):
                yield Problem(path, number, "a path of one machine, make it relative")
        if path.endswith(".hpp") and not text.startswith("#pragma once\n"):
            yield Problem(path, 1, "a header begins with #pragma once, add it")


def check_docs(tree):
    for path, text in tree.texts.items():
        for pattern, limit in DOC_LINES_MAX.items():
            count = len(text.splitlines())
            if fnmatch.fnmatch(path, pattern) and count > limit:
                yield Problem(path, limit + 1, f"{count} lines, say it in {limit}")


class Memory:
    """Remembers which inputs have passed, by a hash of all that went in."""

    def __init__(self, root):
        self.file = pathlib.Path(root) / "build/tidy/passed.json"
        try:
            self.before = set(json.loads(self.file.read_text()))
        except (OSError, ValueError):
            self.before = set()
        self.now = set()

    @staticmethod
    def key(*parts):
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def run(self, jobs, work):
        """Calls `work(name)` for each (key, name) that has not passed before, in parallel."""
        self.now |= {key for key, _ in jobs if key in self.before}
        todo = [(key, name) for key, name in jobs if key not in self.before]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (key, _), problem in zip(todo, pool.map(lambda job: work(job[1]), todo)):
                if problem is None:
                    self.now.add(key)
                else:
                    yield problem

    def save(self):
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(sorted(self.now | self.before)))


def tool(name, *alternatives):
    for candidate in (name, *alternatives):
        if shutil.which(candidate):
            return candidate
    sys.exit(f"tidy: {name} is not installed; ./run tidy installs it")


def run_tool(command, root, stdin=None):
    return subprocess.run(command, cwd=root, input=stdin, capture_output=True, text=True,
                          check=False)


def check_headers_compile(tree):
    headers = list(tree.headers())
    if not headers:
        return
    compiler = os.environ.get("CXX") or tool("c++", "g++", "clang++")
    version = run_tool([compiler, "--version"], tree.root).stdout

    def compiles(path):
        # Twice, so that a missing include guard shows too.
        run = run_tool([compiler, "-std=c++20", "-Wall", "-Wextra", "-fsyntax-only", "-I.", "-x",
                        "c++", "-"], tree.root, f'#include "{path}"\n#include "{path}"\n')
        if run.returncode == 0:
            return None
        errors = [line for line in run.stderr.splitlines() if "error" in line]
        return Problem(path, 1, "does not compile alone, include what it uses: "
                                + (errors or ["?"])[0])

    memory = Memory(tree.root)
    jobs = [(memory.key("compile", version, path, *(tree.texts[reached] for reached in
                                                    sorted(tree.closure(path)))), path)
            for path, _ in headers]
    yield from memory.run(jobs, compiles)
    memory.save()


def check_format(tree):
    files = list(tree.cxx())
    if not files:
        return
    formatter = tool("clang-format-14", "clang-format")
    version = run_tool([formatter, "--version"], tree.root).stdout

    def formatted(path):
        run = run_tool([formatter, "--dry-run", "-Werror", path], tree.root)
        if run.returncode == 0:
            return None
        line = re.search(r":(\d+):\d+: ", run.stderr)
        return Problem(path, int(line.group(1)) if line else 1,
                       f"not formatted, run {formatter} -i {path}")

    memory = Memory(tree.root)
    style = tree.root / ".clang-format"
    style = style.read_text() if style.exists() else ""
    jobs = [(memory.key("format", version, style, path, text), path) for path, text in files]
    yield from memory.run(jobs, formatted)
    memory.save()


RULES = {
    "arrows": check_arrows,
    "guarded": check_guarded_headers,
    "public": check_public_headers,
    "sizes": check_sizes,
    "mirrors": check_mirrors,
    "words": check_words,
    "docs": check_docs,
    "headers": check_headers_compile,
    "format": check_format,
}


def problems(root, only=None):
    tree = Tree(root)
    return tree, sorted(problem for name in only or RULES for problem in RULES[name](tree))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--only", type=lambda names: names.split(","), metavar="RULE,...",
                        help=f"some of: {', '.join(RULES)}")
    options = parser.parse_args()
    unknown = set(options.only or ()) - set(RULES)
    if unknown:
        parser.error(f"no rule {', '.join(sorted(unknown))}; there are {', '.join(RULES)}")
    tree, found = problems(options.root, options.only)
    for problem in found:
        print(problem)
    print(f"tidy: {len(tree.texts)} files, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
