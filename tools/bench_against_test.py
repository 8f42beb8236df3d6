#!/usr/bin/env python3
"""Proves that ./run bench --against reads the right column of the right rows."""

import unittest

import bench_against

ECHO = """
20 bytes, 50 connections, 16 messages on their way on each
                  messages/s server CPU us each   CPU over heartwire's
heartwire            1135000               0.23                   1.00
Boost.Beast           114000               2.18                   9.70

16384 bytes, 50 connections, 16 messages on their way on each
heartwire              37000               6.20                   1.00
"""
CONNECTIONS = """
bare epoll                    0                  5           2000                 8.10
heartwire                   690               2354           2000                 9.40
server CPU a heartbeat, heartwire over bare epoll: 1.16
"""


class Costs(unittest.TestCase):
    def test_only_heartwires_rows_count(self):
        self.assertEqual(bench_against.costs(ECHO, 1), [0.23, 6.2])
        self.assertEqual(bench_against.costs(CONNECTIONS, 3), [9.4])

    def test_a_row_too_short_is_none(self):
        self.assertEqual(bench_against.costs("heartwire 1\n", 1), [])


if __name__ == "__main__":
    unittest.main()
