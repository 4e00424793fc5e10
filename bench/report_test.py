#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does report.py say what it should of runs whose numbers are known? data/old.json was written by hand."""

import contextlib
import io
import json
import os
import tempfile
import unittest
import xml.dom.minidom

import report

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
OLD = os.path.join(DATA, "old.json")


def said(*arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = report.main(list(arguments))
    return status, out.getvalue()


class Report(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def changed(self, change):
        """old.json, where each time is change(name of the row, time); rows whose time is None are left out"""
        with open(OLD, encoding="utf-8") as file:
            content = json.load(file)
        kept = []
        for entry in content["benchmarks"]:
            entry["ns_per_1024"] = change(entry["run_name"], entry["ns_per_1024"])
            if entry["ns_per_1024"] is not None:
                kept.append(entry)
        content["benchmarks"] = kept
        with open(self.path("new.json"), "w", encoding="utf-8") as file:
            json.dump(content, file)
        return self.path("new.json")

    def slowed(self, part, factor):
        return self.changed(lambda name, time: time * factor if part in name else time)

    def test_medians_and_their_noise(self):
        run = report.Run(OLD)
        # the fifth repetition of 400 is an outlier: median 51, absolute deviations 1 0 0 1 349, their median 1
        middle, error = run.rows["forward/relu/f32/rectify/1024"]
        self.assertEqual(middle, 51)
        self.assertAlmostEqual(error, 1.2533 * 1.4826 * 1 / 5**0.5 / 51, places=5)
        # a row without any spread is as noisy as the usual row
        self.assertEqual(run.rows["forward/any/f32/memcpy/1024"][1], 0)
        self.assertGreater(run.error("forward/any/f32/memcpy/1024"), 0)

    def test_table(self):
        status, text = said("table", OLD)
        self.assertEqual(status, 0)
        with open(os.path.join(DATA, "old.md"), encoding="utf-8") as file:
            self.assertEqual(text, file.read())
        # by hand: ours 51, peers 60 and 100, limits 51 and 40 (40 / 51 = 0.78)
        self.assertIn("| `relu` | 1024 | 51.0 | 0.00 | 60.0 | Eigen | 0.00 | 0.85 | ahead | 0.85 Eigen, ahead | 0.78 |", text)
        # 2 % apart, where an A/A pair is 10 % apart: nobody wins. Nobody is as exact: 3.5 ULP beside 0.85
        self.assertIn("| `elu` | 1024 | 204 | 0.85 | 200 | XNNPACK | 3.50 | 1.02 | level |  |", text)
        self.assertIn("| `relu` | 1024 | 120 | 0.50 | 100 | std | 0.50 | 1.20 | behind | 1.20 std, behind |", text)
        self.assertIn("| Forward | 2 | 1 | 1 | 0 | 1 | 1 | 0 | 0 |", text)
        self.assertIn("| Backward from the input | 1 | 0 | 0 | 1 (std 1) | 1 | 0 | 0 | 1 (std 1) |", text)

    def verdict_beside_the_exact(self, errors):
        """The last verdict on backward relu, where ours has 120 ns and std 100, with other errors of the two."""
        run = report.Run(OLD)
        run.errors.update({f"backward/relu/f32/{who}": error for who, error in errors.items()})
        cell = next(cell for cell in report.judged(run) if (cell.direction, cell.function) == ("backward", "relu"))
        self.assertEqual(cell.any.verdict, "behind")
        return cell.exact and cell.exact.verdict

    def test_who_is_as_exact(self):
        self.assertEqual(self.verdict_beside_the_exact({"rectify": 0.5, "std": 2.0}), "behind")
        self.assertIsNone(self.verdict_beside_the_exact({"rectify": 0.5, "std": 2.1}))
        self.assertEqual(self.verdict_beside_the_exact({"rectify": 8, "std": 10}), "behind")
        self.assertIsNone(self.verdict_beside_the_exact({"rectify": 8, "std": 10.1}))
        self.assertEqual(self.verdict_beside_the_exact({"rectify": None, "std": 10.1}), "behind")

    def test_an_error_is_the_largest_of_all_sizes(self):
        with open(OLD, encoding="utf-8") as file:
            content = json.load(file)
        ours = [entry for entry in content["benchmarks"] if entry["run_name"] == "forward/elu/f32/rectify/1024"]
        for number, entry in enumerate(ours):
            entry["run_name"] += str(number)
            entry["max_ulp"] = 50 - number
        with open(self.path("new.json"), "w", encoding="utf-8") as file:
            json.dump(content, file)
        self.assertEqual(report.Run(self.path("new.json")).errors["forward/elu/f32/rectify"], 50)

    def test_a_summary_says_the_same(self):
        _, text = said("summary", OLD)
        with open(self.path("summary.json"), "w", encoding="utf-8") as file:
            file.write(text)
        for command in ("table", "chart"):
            self.assertEqual(said(command, self.path("summary.json")), said(command, OLD))

    def test_chart_is_a_picture_of_every_cell_with_a_peer(self):
        _, text = said("chart", OLD)
        xml.dom.minidom.parseString(text)
        self.assertEqual(text.count("<circle"), 3 + 1)  # and one in the legend

    def test_equal_runs_compare(self):
        self.assertEqual(said("compare", OLD, OLD)[0], 0)

    def test_a_loss_beyond_the_noise_fails(self):
        status, text = said("compare", OLD, self.slowed("forward/relu/f32/rectify", 1.25))
        self.assertEqual(status, 1)
        self.assertIn("LOST   forward/relu/f32/rectify/1024: 51.0 -> 63.8 (+25.0 %", text)

    def test_a_loss_of_less_than_ten_percent_does_not(self):
        self.assertEqual(said("compare", OLD, self.slowed("rectify", 1.09))[0], 0)

    def test_a_loss_within_the_noise_does_not(self):
        # 15 %, of a row whose A/A pairs are 10 % apart, and of one whose pairs are 4 % apart
        self.assertEqual(said("compare", OLD, self.slowed("/elu/f32/rectify", 1.15))[0], 0)
        self.assertEqual(said("compare", OLD, self.slowed("forward/relu/f32/rectify", 1.15))[0], 1)

    def test_one_slow_repetition_is_no_loss(self):
        times = iter([3.0] + [1.0] * 100)
        self.assertEqual(said("compare", OLD, self.changed(lambda name, time: time * next(times) if "rectify" in name else time))[0], 0)

    def test_peers_may_lose(self):
        self.assertEqual(said("compare", OLD, self.slowed("Eigen", 2))[0], 0)

    def test_a_row_that_is_gone_fails(self):
        new = self.changed(lambda name, time: None if "/elu/f32/rectify" in name else time)
        status, text = said("compare", OLD, new)
        self.assertEqual(status, 1)
        self.assertIn("forward/elu/f32/rectify/1024: is not in the new run", text)

    def test_check_sees_a_stale_number(self):
        with open(self.path("README.md"), "w", encoding="utf-8") as file:
            file.write("before\n<!-- bench -->\n<!-- end of bench -->\nbehind\n")
        run = self.slowed("nobody", 1)
        self.assertEqual(said("--check", self.path("README.md"), run)[0], 1)
        self.assertEqual(said("--check", self.path("README.md"), run, "--update")[0], 0)
        self.assertEqual(said("--check", self.path("README.md"), run)[0], 0)
        with open(self.path("README.md"), encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.startswith("before\n<!-- bench -->\n![") and text.endswith("<!-- end of bench -->\nbehind\n"))
        with open(self.path("README.md"), "w", encoding="utf-8") as file:
            file.write(text.replace("| Forward | 2 |", "| Forward | 3 |"))
        status, complaint = said("--check", self.path("README.md"), run)
        self.assertEqual(status, 1)
        self.assertIn("README.md is not what", complaint)
        self.assertEqual(said("--check", self.path("README.md"), run, "--update")[0], 0)
        page = os.path.splitext(run)[0] + ".md"
        with open(page, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("| 51.0 |", text)
        with open(page, "w", encoding="utf-8") as file:
            file.write(text.replace("| 51.0 |", "| 50.0 |"))
        status, complaint = said("--check", self.path("README.md"), run)
        self.assertEqual(status, 1)
        self.assertIn(f"{page} is not what", complaint)

    def test_check_of_two_runs_shows_the_first_chart_and_both_counts(self):
        with open(self.path("README.md"), "w", encoding="utf-8") as file:
            file.write("<!-- bench -->\n<!-- end of bench -->\n")
        runs = [self.path("first.json"), self.path("second.json")]
        os.rename(self.slowed("nobody", 1), runs[0])
        os.rename(self.slowed("forward/relu/f32/rectify", 9), runs[1])
        self.assertEqual(said("--check", self.path("README.md"), *runs, "--update")[0], 0)
        self.assertEqual(said("--check", self.path("README.md"), *runs)[0], 0)
        with open(self.path("README.md"), encoding="utf-8") as file:
            text = file.read()
        self.assertEqual((text.count("![speed"), text.count("as exact as\n")), (1, 1))
        counts = [line for line in text.splitlines() if line.startswith("| Forward | 2 |")]
        self.assertEqual(len(counts), 2)
        self.assertNotEqual(*counts)
        self.assertLess(text.index("first.svg"), text.index("first.md"))
        self.assertLess(text.index("first.md"), text.index("second.md"))
        os.rename(self.changed(lambda name, time: time * 2), runs[1])
        status, complaint = said("--check", self.path("README.md"), *runs)
        self.assertEqual(status, 1)
        for name in ("README.md", "second.md"):
            self.assertIn(f"{self.path(name)} is not what", complaint)
        self.assertNotIn(f"{self.path('first.md')} is not what", complaint)


if __name__ == "__main__":
    unittest.main()
