#!/usr/bin/env python3
"""Proves that each rule of tools/tidy.py can fail, and that clean code passes."""

import pathlib
import tempfile
import unittest

import cxx_scan
import tidy

HEADER = "#pragma once\n"


class TidyTest(unittest.TestCase):
    def run_rule(self, rule, files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                file = pathlib.Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return [str(problem) for problem in tidy.problems(folder, [rule])[1]]

    def assert_fails(self, rule, files, expected):
        found = self.run_rule(rule, files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(expected, found[0])

    def assert_passes(self, rule, files):
        self.assertEqual(self.run_rule(rule, files), [])


class Arrows(TidyTest):
    def test_a_layer_may_use_what_its_line_names(self):
        self.assert_passes("arrows", {
            "heartwire/endpoint/a.cpp": '#include "heartwire/core/b.hpp"\n#include <vector>\n',
            "heartwire/client.hpp": '#include "heartwire/client/client.hpp"\n',
            "cli/serve.cpp": '#include "heartwire/server.hpp"\n',
            "tests/unit/ws/a_test.cpp": '#include "heartwire/net/anything.hpp"\n'})

    def test_siblings_stay_apart(self):
        self.assert_fails("arrows", {"heartwire/core/a.cpp": '\n#include "heartwire/ws/b.hpp"\n'},
                          "heartwire/core/a.cpp:2: core may not include ws")

    def test_no_layer_looks_up(self):
        for lower, upper in (("base", "core"), ("ws", "endpoint"), ("net", "client"),
                             ("client", "server"), ("hub", "net")):
            with self.subTest(lower):
                self.assert_fails("arrows", {
                    f"heartwire/{lower}/a.hpp": f'#include "heartwire/{upper}/b.hpp"\n'},
                    f"{lower} may not include {upper}")

    def test_the_top_headers_belong_to_their_face(self):
        self.assert_fails("arrows", {
            "heartwire/client_options.hpp": '#include "heartwire/server.hpp"\n'},
            "client may not include server")

    def test_a_new_folder_must_be_placed(self):
        self.assert_fails("arrows", {"heartwire/misc/a.hpp": HEADER}, "'misc' is no layer")


class GuardedHeaders(TidyTest):
    def test_net_sees_the_world(self):
        self.assert_passes("guarded", {
            "heartwire/net/a.hpp": "#include <boost/asio.hpp>\n#include <openssl/ssl.h>\n"
                                   "#include <sys/socket.h>\n",
            "heartwire/ws/http_parser.cpp": "#include <boost/beast/http.hpp>\n",
            "heartwire/asio.hpp": "#include <boost/asio.hpp>\n"})

    def test_nobody_else_does(self):
        for path, header in (("heartwire/client/a.cpp", "boost/asio/io_context.hpp"),
                             ("heartwire/ws/frame.cpp", "boost/beast/core.hpp"),
                             ("heartwire/ws/http.hpp", "boost/beast/http.hpp"),
                             ("heartwire/core/a.cpp", "openssl/rand.h"),
                             ("heartwire/server/a.cpp", "sys/socket.h"),
                             ("heartwire/server/a.cpp", "unistd.h")):
            with self.subTest(header):
                self.assert_fails("guarded", {path: f"#include <{header}>\n"}, "header " + header)

    def test_pure_layers_cannot_fetch_time_or_chance(self):
        for header in ("thread", "random", "ctime", "iostream", "cstdio", "mutex"):
            with self.subTest(header):
                self.assert_fails("guarded", {"heartwire/core/a.cpp": f"#include <{header}>\n"},
                                  "a pure layer may not include")
        self.assert_passes("guarded", {
            "heartwire/core/a.cpp": "#include <ostream>\n#include <chrono>\n",
            "heartwire/net/a.cpp": "#include <thread>\n"})


class PublicHeaders(TidyTest):
    LEAK = {"heartwire/net/loop.hpp": "#include <boost/asio/io_context.hpp>\n",
            "heartwire/net/wrap.hpp": '#include "heartwire/net/loop.hpp"\n'}

    def test_no_public_header_reaches_asio_however_far(self):
        self.assert_fails(
            "public", {**self.LEAK, "heartwire/client.hpp": '#include "heartwire/net/wrap.hpp"\n'},
            "by heartwire/client.hpp -> heartwire/net/wrap.hpp -> heartwire/net/loop.hpp")

    def test_sources_details_and_the_asio_header_may(self):
        include = '#include "heartwire/net/wrap.hpp"\n'
        self.assert_passes("public", {**self.LEAK, "heartwire/client/client.cpp": include,
                                      "heartwire/client/detail/state.hpp": include,
                                      "heartwire/asio.hpp": include})


class Sizes(TidyTest):
    def test_a_file_of_601_lines_is_too_long(self):
        self.assert_fails("sizes", {"heartwire/ws/a.cpp": "\n" * 601}, "a.cpp:601: 601 lines")
        self.assert_passes("sizes", {"heartwire/ws/a.cpp": "\n" * 600})

    def test_a_line_of_101_columns_is_too_long(self):
        self.assert_fails("sizes", {"heartwire/ws/a.cpp": "//" + "x" * 99}, "101 columns")
        self.assert_passes("sizes", {"heartwire/ws/a.cpp": "// é" + "x" * 96})

    def test_a_function_of_71_lines_is_too_long(self):
        def source(lines):
            return "namespace a {\n\nint f(int b,\n      int c) {\n" + "  g();\n" * lines + "}\n}\n"
        self.assert_fails("sizes", {"cli/a.cpp": source(68)}, "cli/a.cpp:3: function of 71 lines")
        self.assert_passes("sizes", {"cli/a.cpp": source(67)})

    def test_a_test_case_is_a_function_too(self):
        source = "TEST(Suite, case) {\n" + "  g();\n" * 70 + "}\n"
        self.assert_fails("sizes", {"tests/unit/ws/a_test.cpp": source}, "function of 72 lines")


class Mirrors(TidyTest):
    def test_each_source_has_its_test(self):
        self.assert_fails("mirrors", {"heartwire/ws/frame.cpp": "", "heartwire/ws/frame.hpp": ""},
                          "frame.cpp:1: has no test, write tests/unit/ws/frame_test.cpp")
        self.assert_passes("mirrors", {"heartwire/ws/frame.cpp": "",
                                       "tests/unit/ws/frame_test.cpp": ""})

    def test_a_header_with_logic_has_its_test(self):
        logic = "inline int f(int a) {\n  return a > 0 ? 1 : 2;\n}\n"
        self.assert_fails("mirrors", {"heartwire/core/a.hpp": logic}, "has no test")

    def test_a_header_without_logic_needs_none(self):
        self.assert_passes("mirrors", {
            "heartwire/core/a.hpp": "struct A {\n  int b() const { return c_; }\n  int c_;\n};\n",
            "heartwire/net/b.cpp": ""})


class Words(TidyTest):
    def test_marks_of_unfinished_work_fail(self):
        self.assert_fails("words", {"cli/a.cpp": "\n// FIX" + "ME: later\n"}, "cli/a.cpp:2: FIXME")
        self.assert_fails("words", {"cli/a.cpp": "// TO" + "DO later\n"}, "write TODO(topic):")
        self.assert_passes("words", {"cli/a.cpp": "// TO" + "DO(proxies): CONNECT\n"})

    def test_a_path_of_one_machine_fails(self):
        self.assert_fails("words", {"docs/a.md": "see (/ho" + "me/me/x)\n"}, "one machine")
        self.assert_passes("words", {"docs/a.md": "wss://host/home/feed\n"})

    def test_a_header_has_its_guard(self):
        self.assert_fails("words", {"heartwire/ws/a.hpp": "// text\n"}, "#pragma once")


class Docs(TidyTest):
    def test_short_documents_stay_short(self):
        self.assert_fails("docs", {"docs/driver.md": "x\n" * 61}, "61 lines, say it in 60")
        self.assert_fails("docs", {"docs/decisions/0001-a.md": "x\n" * 41}, "say it in 40")
        self.assert_passes("docs", {"docs/driver.md": "x\n" * 60, "docs/long.md": "x\n" * 200})


class Headers(TidyTest):
    def test_a_header_must_bring_what_it_uses(self):
        self.assert_fails("headers", {"heartwire/ws/a.hpp": HEADER + "std::string f();\n"},
                          "does not compile alone")

    def test_a_missing_guard_shows(self):
        self.assert_fails("headers", {"heartwire/ws/a.hpp": "struct A {};\n"}, "redefinition")

    def test_a_whole_header_passes(self):
        self.assert_passes("headers", {
            "heartwire/ws/a.hpp": HEADER + '#include "heartwire/ws/b.hpp"\nB f();\n',
            "heartwire/ws/b.hpp": HEADER + "struct B {};\n"})

    def test_a_change_below_is_noticed_and_success_is_remembered(self):
        with tempfile.TemporaryDirectory() as folder:
            below = pathlib.Path(folder, "heartwire/ws/b.hpp")
            below.parent.mkdir(parents=True)
            below.with_name("a.hpp").write_text(HEADER + '#include "heartwire/ws/b.hpp"\nB f();\n')
            below.write_text(HEADER + "struct B {};\n")
            self.assertEqual(tidy.problems(folder, ["headers"])[1], [])
            remembered = tidy.Memory(folder).before
            self.assertEqual(len(remembered), 2)
            below.write_text(HEADER)
            self.assertEqual(len(tidy.problems(folder, ["headers"])[1]), 1)


class Format(TidyTest):
    def test_only_formatted_code_passes(self):
        style = {".clang-format": "BasedOnStyle: Google\n"}
        self.assert_fails("format", {**style, "cli/a.cpp": "int a;\nint  b;\n"},
                          "cli/a.cpp:2: not formatted")
        self.assert_passes("format", {**style, "cli/a.cpp": "int a;\n"})


class Scan(unittest.TestCase):
    def sizes(self, text):
        return [function.size for function in cxx_scan.functions(text)]

    def test_types_and_tables_are_no_functions(self):
        self.assertEqual(self.sizes("struct A {\n  int b{3};\n};\nenum class E { kA };\n"
                                    "constexpr int kT[] = {\n  1,\n  f(2),\n};\n"), [])

    def test_members_operators_and_templates_are(self):
        self.assertEqual(self.sizes("struct A {\n  bool operator==(A) const {\n    return 1;\n  }\n"
                                    "};\ntemplate <class T>\nT f(T t) {\n  return t;\n}\n"), [3, 4])

    def test_a_constructor_with_braced_members_counts_to_its_end(self):
        self.assertEqual(self.sizes("A::A(int b)\n    : b_{b},\n      c_{1} {\n  f();\n}\n")[-1], 5)

    def test_braces_in_text_and_comments_do_not_count(self):
        text = "void f() {\n  // {\n  g(\"{\", '{', R\"({)\", 1'000);  /* { */\n}\nvoid h() {\n}\n"
        self.assertEqual(self.sizes(text), [4, 2])

    def test_lambdas_belong_to_their_function(self):
        self.assertEqual(self.sizes("void f() {\n  auto g = [](int) {\n    h();\n  };\n}\n"), [5])


if __name__ == "__main__":
    unittest.main()
