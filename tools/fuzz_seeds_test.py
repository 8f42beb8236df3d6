#!/usr/bin/env python3
"""Proves that the seeds in the tree are those that tools/fuzz_seeds.py spells, and that no target
goes without."""

import unittest

import fuzz_seeds

CORPUS = fuzz_seeds.ROOT / "fuzz/corpus"


class FuzzSeeds(unittest.TestCase):
    def test_the_tree_holds_them_as_they_are_written(self):
        for path, data in fuzz_seeds.seeds():
            with self.subTest(seed=str(path)):
                self.assertTrue((CORPUS / path).is_file(), "missing: run tools/fuzz_seeds.py")
                self.assertEqual((CORPUS / path).read_bytes(), data, "run tools/fuzz_seeds.py")

    def test_every_target_has_seeds(self):
        targets = {path.name.removesuffix("_fuzz.cpp")
                   for path in (fuzz_seeds.ROOT / "fuzz").glob("*_fuzz.cpp")}
        self.assertEqual(targets, set(fuzz_seeds.TARGETS))

    def test_the_lifecycle_knows_the_steps_of_the_scenarios(self):
        seeds = dict(fuzz_seeds.lifecycle())
        self.assertGreater(len(seeds["silent_peer"]), 8)
        self.assertGreater(len(seeds["options_0"]), 15)


if __name__ == "__main__":
    unittest.main()
