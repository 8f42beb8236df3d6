"""docs/cli.md names what the tool has: options, commands, events and their members."""

import pathlib
import re
import unittest

import tool

REFERENCE = pathlib.Path(__file__).parents[3] / "docs" / "cli.md"


class Tests(tool.ToolTest):
    def test_every_option_of_every_command_is_in_the_reference(self):
        text = REFERENCE.read_text(encoding="utf-8")
        for command in ("connect", "serve", "faults", "sim", "sim detectors", "demo", "conformance",
                        "judge client", "judge server"):
            part = re.search(rf"(?ms)^## {command}$(.*?)(?=^## )", text + "\n## ").group(1)
            told = self.run_tool(*command.split(), "--help").stdout.decode()
            options = set(re.findall(r"^ +(?:-\w,)?(--[a-z-]+)", told, re.M)) - {"--help"}
            missing = [name for name in sorted(options) if f"`{name}" not in part]
            self.assertEqual(missing, [], command)

    def test_every_command_of_faults_is_in_the_reference(self):
        text = REFERENCE.read_text(encoding="utf-8")
        told = self.run_tool("faults", "--help").stdout.decode()
        for name in re.findall(r"^  ([a-z-]+)(?: [\[A-Z].*|)  +[a-z]", told, re.M):
            self.assertIn(f"`{name}", text)


if __name__ == "__main__":
    unittest.main()
