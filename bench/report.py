#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges what rectify_bench measured. Standard library only.

  report.py table RUN.json             a page of Markdown: how many cells are won, and a table for each direction
  report.py chart RUN.json             the same as a picture (SVG)
  report.py summary RUN.json           what the others read, in a tenth of the bytes
  report.py compare OLD.json NEW.json  fails where the library has lost 10 % beyond the noise
  report.py --check README.md RUN.json [RUN.json ...] [--update]
                                       is what stands in README.md between the marks, and the chart and the page beside each
                                       RUN.json, what they say? --update writes them. The first run's chart is shown in README.md

RUN.json is Google Benchmark's file with all repetitions (--benchmark_repetitions=N --benchmark_out=RUN.json), or a summary.
Times are nanoseconds of CPU time for 1024 elements, medians of the repetitions.

Noise: repetitions of a row spread by their median absolute deviation, and a median of n of them has a standard error of
1.2533 * 1.4826 * MAD / sqrt(n). Two runs of the same program (A/A) then differ by less than 1.96 * sqrt(2) of these in 95 of
100 cases. A row whose few repetitions happened to agree counts as noisy as the median row of its run.

Errors are a contender's largest over the numbers timed, of all sizes. As exact as the library is a peer with at most 2 ULP, or with
at most a quarter more than the library; where errors are not known, every peer.
"""

import json
import math
import os
import statistics
import sys

OURS = "rectify"
ALLOWED_LOSS = 0.10
EXACT_ULP, ALLOWED_ERROR = 2.0, 1.25
MARK, END_MARK = "<!-- bench -->", "<!-- end of bench -->"
DIRECTIONS = ["forward", "backward", "backward_from_output"]
WORDS = {
    "forward": "Forward",
    "backward": "Backward from the input",
    "backward_from_output": "Backward from the output",
    "gated_forward": "Gated units, forward",
    "gated_backward": "Gated units, backward",
}


class Run:
    """rows: {name: (median, standard error as a share of it)}; errors: {name without the elements: in ULP}"""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        self.context = content["context"]
        if "rows" in content:
            self.rows = {name: tuple(numbers) for name, numbers in content["rows"].items()}
            self.errors = content.get("errors in ULP", {})
        else:
            times = {}
            self.errors = {}
            # shuffled repetitions come in any order; families are numbered in the order of the program
            for entry in sorted(content["benchmarks"], key=lambda entry: entry.get("family_index", 0)):
                if entry["run_type"] == "iteration" and "ns_per_1024" in entry:
                    times.setdefault(entry["run_name"], []).append(entry["ns_per_1024"])
                    if "max_ulp" in entry:
                        who = without_elements(entry["run_name"])
                        self.errors[who] = max(self.errors.get(who, 0), rounded(entry["max_ulp"]))
            self.rows = {name: summary_of(numbers) for name, numbers in times.items()}
            self.context["repetitions"] = max((len(numbers) for numbers in times.values()), default=0)
        if not self.rows:
            sys.exit(f"{path}: no rows with ns_per_1024 and repetitions")
        self.usual_error = statistics.median(error for _, error in self.rows.values())

    def error(self, name):
        return max(self.rows[name][1], self.usual_error)

    def ulp(self, name):
        return self.errors.get(without_elements(name))

    def is_as_exact(self, name, ours):
        known = self.ulp(name) is not None and self.ulp(ours) is not None
        return not known or self.ulp(name) <= max(EXACT_ULP, ALLOWED_ERROR * self.ulp(ours))

    def cells(self):
        """(direction, function, type, elements) -> {contender: name of the row}, in the order of the run"""
        found = {}
        for name in self.rows:
            direction, function, type_, contender, elements = name.split("/")
            found.setdefault((direction, function, type_, elements), {})[contender] = name
        return found


def without_elements(name):
    return name.rsplit("/", 1)[0]


def summary_of(times):
    middle = statistics.median(times)
    deviation = statistics.median(abs(time - middle) for time in times)
    return rounded(middle), rounded(1.2533 * 1.4826 * deviation / math.sqrt(len(times)) / middle)


def rounded(number):
    return float(f"{number:.4g}")


def noise(error, other):
    return 1.96 * math.hypot(error, other)


def time(number):
    return f"{number:.1f}" if number < 100 else f"{number:.0f}"


class Comparison:
    """Ours beside the fastest of some peers: {name: its row}."""

    def __init__(self, run, ours, peers):
        self.peer = min(peers, key=lambda who: run.rows[peers[who]][0])
        theirs = peers[self.peer]
        self.time = run.rows[theirs][0]
        self.ratio = run.rows[ours][0] / self.time
        self.ulp = run.ulp(theirs)
        apart = noise(run.error(ours), run.error(theirs))
        self.verdict = "level" if abs(self.ratio - 1) <= apart else "ahead" if self.ratio < 1 else "behind"


class Cell:
    """Ours beside the fastest of the others, beside the fastest of those that are as exact, and beside the limit, which is the
    fastest way to move the same data. None where there is no such peer."""

    def __init__(self, run, key, contenders, limits):
        self.direction, self.function, self.type, self.elements = key
        ours = contenders[OURS]
        self.ours = run.rows[ours][0]
        self.ulp = run.ulp(ours)
        peers = {who: name for who, name in contenders.items() if not who.startswith(OURS)}
        exact = {who: name for who, name in peers.items() if run.is_as_exact(name, ours)}
        self.any = Comparison(run, ours, peers) if peers else None
        self.exact = Comparison(run, ours, exact) if exact else None
        known = limits.get((self.direction, self.type, self.elements))
        self.share = known / self.ours if known else None


def judged(run):
    cells = run.cells()
    limits = {}
    for (direction, function, type_, elements), contenders in cells.items():
        if function == "any":
            limits[direction, type_, elements] = min(run.rows[name][0] for name in contenders.values())
    return [Cell(run, key, contenders, limits) for key, contenders in cells.items() if OURS in contenders]


def sorted_cells(cells):
    """By function, in the order of the run, then by size."""
    order = {}
    for cell in cells:
        order.setdefault((cell.function, cell.type), len(order))
    return sorted(cells, key=lambda cell: (order[cell.function, cell.type], size_of(cell.elements), cell.elements))


def size_of(elements):
    return math.prod(int(part) for part in elements.split("x"))


def ulp(number):
    return "" if number is None else f"{number:.2f}" if number < 100 else f"{number:.1e}"


def share(number):
    return "" if number is None else f"{number:.2f}"


def counts(comparisons):
    """Cells of a table: how many comparisons, and how many of them ahead, level and behind whom."""
    found = [comparison for comparison in comparisons if comparison]
    if not found:
        return "0 | | | "
    said = [sum(comparison.verdict == verdict for comparison in found) for verdict in ("ahead", "level", "behind")]
    winners = [comparison.peer for comparison in found if comparison.verdict == "behind"]
    names = sorted(set(winners), key=lambda peer: (-winners.count(peer), peer))
    whom = f" ({', '.join(f'{peer} {winners.count(peer)}' for peer in names)})" if names else ""
    return " | ".join(str(number) for number in (len(found), *said)) + whom


def by_direction(cells):
    names = [name for name in DIRECTIONS if any(cell.direction == name for cell in cells)]
    names += sorted({cell.direction for cell in cells} - set(names))
    return [(name, sorted_cells([cell for cell in cells if cell.direction == name])) for name in names]


def conditions(run):
    context = run.context
    peers = [f"{key[5:]} {value}" for key, value in context.items() if key.startswith("peer ")]
    text = f"{context.get('date', '')[:10]}, {context.get('machine', 'machine unknown')}, one thread, {context.get('compiler', 'compiler unknown')}"
    text += f" with `{context.get('flags', '')}` ({context.get('instruction set', '').split(',')[0]})"
    text += f"; medians of {context['repetitions']} shuffled repetitions." if context.get("repetitions") else "."
    return text + (f" Peers: {'; '.join(peers)}." if peers else "")


def meaning():
    return ["Nanoseconds of CPU time for 1024 elements; a cell is level where the two differ by less than the noise of an A/A pair. Errors are a",
            "contender's largest over the numbers timed, in ULP, or in units of the absolute bound beside the zero of a derivative; as exact as",
            f"the library is a peer whose error is at most {EXACT_ULP:g} of these, or at most {ALLOWED_ERROR:g} times the library's."]


def verdicts(run):
    lines = ["| | cells with a peer | ahead of the fastest | level | behind | cells with one as exact | ahead of the fastest of these | level | behind |"]
    lines += ["|---|---:|---:|---:|---|---:|---:|---:|---|"]
    for direction, cells in by_direction(judged(run)):
        lines.append(f"| {WORDS.get(direction, direction)} | {counts([cell.any for cell in cells])} | {counts([cell.exact for cell in cells])} |")
    return lines


def table(run):
    lines = ["# Every cell", "", conditions(run), "", *meaning(), "", *verdicts(run), "", "The limit is the time of the same data moved without a function, in the fastest of the ways timed: memcpy, loads and stores,"]
    lines += ["stores past the caches. A share of it above 1 is a time below it."]
    for direction, cells in by_direction(judged(run)):
        lines += ["", f"## {WORDS.get(direction, direction)}", ""]
        lines += ["| function | elements | rectify | its ULP | best peer | which | its ULP | rectify / peer | verdict | beside the best as exact | share of the limit |"]
        lines += ["|---|---:|---:|---:|---:|---|---:|---:|---|---|---:|"]
        for cell in cells:
            name = f"`{cell.function}`" + ("" if cell.type == "f32" else " " + cell.type)
            best = cell.any
            peer = f"{time(best.time)} | {best.peer} | {ulp(best.ulp)} | {best.ratio:.2f} | {best.verdict}" if best else "| | | |"
            exact = f"{cell.exact.ratio:.2f} {cell.exact.peer}, {cell.exact.verdict}" if cell.exact else ""
            lines.append(f"| {name} | {cell.elements} | {time(cell.ours)} | {ulp(cell.ulp)} | {peer} | {exact} | {share(cell.share)} |")
    lines += streaming_table(run)
    return "\n".join(lines) + "\n"


def streaming_table(run):
    """Is the threshold right? The same function by default, and with and without stores past the caches."""
    lines = []
    for (direction, function, type_, elements), contenders in run.cells().items():
        names = [contenders.get(name) for name in (OURS, OURS + "_streamed", OURS + "_cached")]
        if all(names):
            times = " | ".join(time(run.rows[name][0]) for name in names)
            lines.append(f"| `{function}` {direction} | {elements} | {times} |")
    if lines:
        lines = ["", "## Stores past the caches", "", "| function | elements | by default | past the caches | never |", "|---|---:|---:|---:|---:|", *lines]
    return lines


STYLE = """<style>
.page{fill:#fff;stroke:#d8dee4}.ink{fill:#1f2328}.faint{fill:#656d76}.grid{stroke:#eaeef2}.axis{stroke:#8c959f}
.s0{fill:#9ecbff;stroke:#9ecbff}.s1{fill:#54a0ee;stroke:#54a0ee}.s2{fill:#0969da;stroke:#0969da}.s3{fill:#063f82;stroke:#063f82}
@media(prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#30363d}.ink{fill:#e6edf3}.faint{fill:#8d96a0}
.grid{stroke:#21262d}.axis{stroke:#6e7681}.s0{fill:#1f4b7f;stroke:#1f4b7f}.s1{fill:#2f74c0;stroke:#2f74c0}
.s2{fill:#58a6ff;stroke:#58a6ff}.s3{fill:#c2e0ff;stroke:#c2e0ff}}
.ring{fill:none;stroke-width:1.5}
</style>"""


def chart(run):
    """A dot for each cell: how many times as fast as the best peer; a ring where that peer is less exact. One panel a direction, one
    line a function."""
    grouped = [(direction, [cell for cell in cells if cell.any and cell.type == "f32" and cell.elements.isdigit()])
               for direction, cells in by_direction(judged(run)) if direction in DIRECTIONS]
    grouped = [(direction, cells) for direction, cells in grouped if cells]
    sizes = sorted({int(cell.elements) for _, cells in grouped for cell in cells})
    low, high = 0.25, 8.0
    width, left, right, step = 760, 130, 740, 17

    def x_of(speed):
        return left + (right - left) * math.log(min(max(speed, low), high) / low) / math.log(high / low)

    marks = []

    def word(x, y, kind, anchor, text, more=""):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        marks.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{text}</text>')

    word(16, 24, "ink", "start", "Speed beside the fastest peer", ' font-size="15" font-weight="600"')
    word(16, 42, "faint", "start", "how many times as fast as the best of the other libraries; right of 1 rectify is ahead; rings: that one is less exact")
    x = right
    for number, size in reversed(list(enumerate(sizes))):
        label = f"{size >> 20} Mi" if size >= 1 << 20 else f"{size >> 10} Ki" if size >= 1024 else str(size)
        word(x, 24, "faint", "end", label)
        x -= 7.0 * len(label) + 8
        marks.append(f'<circle class="s{min(number, 3)}" cx="{x:.1f}" cy="20" r="4"/>')
        x -= 14
    y = 62
    for direction, cells in grouped:
        functions = list(dict.fromkeys(cell.function for cell in cells))
        word(16, y + 4, "ink", "start", WORDS[direction], ' font-weight="600"')
        top, y = y + 12, y + 12
        bottom = top + step * len(functions) + 4
        for speed in (0.25, 0.5, 1, 2, 4, 8):
            at = x_of(speed)
            marks.append(f'<path class="{"axis" if speed == 1 else "grid"}" d="M{at:.1f} {top}V{bottom}"/>')
            word(at, bottom + 13, "faint", "middle", f"{speed:g}")
        for function in functions:
            y += step
            word(left - 10, y, "ink", "end", function)
            for cell in cells:
                if cell.function == function:
                    number = min(sizes.index(int(cell.elements)), 3)
                    ring = "" if cell.exact and cell.exact.peer == cell.any.peer else " ring"
                    marks.append(f'<circle class="s{number}{ring}" cx="{x_of(1 / cell.any.ratio):.1f}" cy="{y - 4:.1f}" r="4"/>')
        y = bottom + 36
    height = y - 8
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
                      'font-family="system-ui, sans-serif" font-size="11">', STYLE,
                      f'<rect class="page" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>', *marks, "</svg>"]) + "\n"


def summary(run):
    kept = ("date", "machine", "compiler", "flags", "instruction set", "repetitions")
    context = {key: value for key, value in run.context.items() if key in kept or key.startswith("peer ")}
    rows, errors = (",\n".join(f"{json.dumps(name)}: {json.dumps(numbers)}" for name, numbers in of.items()) for of in (run.rows, run.errors))
    return f'{{"context": {json.dumps(context, indent=1)},\n"rows": {{\n{rows}\n}},\n"errors in ULP": {{\n{errors}\n}}}}\n'


def compare(old, new):
    """Prints what the library's rows have gained and lost; 1 where one has lost too much, or is gone."""
    for key in ("machine", "compiler", "flags"):
        if old.context.get(key) != new.context.get(key):
            print(f"note: {key} was {old.context.get(key)!r} and is {new.context.get(key)!r}")
    failed = 0
    mine = [name for name in old.rows if name.split("/")[3].startswith(OURS)]
    for name in mine:
        if name not in new.rows:
            print(f"LOST   {name}: is not in the new run")
            failed += 1
            continue
        before, now = old.rows[name][0], new.rows[name][0]
        apart = noise(old.error(name), new.error(name))
        change = now / before - 1
        text = f"{name}: {time(before)} -> {time(now)} ({100 * change:+.1f} %, noise {100 * apart:.1f} %)"
        if change > ALLOWED_LOSS + apart:
            print(f"LOST   {text}")
            failed += 1
        elif change < -ALLOWED_LOSS - apart:
            print(f"gained {text}")
    print(f"{len(mine)} rows, {failed} lost more than {100 * ALLOWED_LOSS:.0f} % beyond the noise")
    return 1 if failed else 0


def check(readme, paths, update):
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    if MARK not in text or END_MARK not in text:
        sys.exit(f"{readme} lacks {MARK} or {END_MARK}")
    before, rest = text.split(MARK, 1)
    _, behind = rest.split(END_MARK, 1)
    wanted, blocks = {}, []
    for path in paths:
        run = Run(path)
        chart_path, page_path = (os.path.splitext(path)[0] + extension for extension in (".svg", ".md"))
        wanted |= {chart_path: chart(run), page_path: table(run)}
        chart_link, page_link = (os.path.relpath(file_path, os.path.dirname(os.path.abspath(readme))).replace(os.sep, "/") for file_path in (chart_path, page_path))
        if not blocks:
            blocks += [f"![speed beside the fastest peer]({chart_link})", "", conditions(run), "", *meaning(), "", *verdicts(run), ""]
            blocks += [f"[Every cell]({page_link})."]
        else:
            blocks += ["", conditions(run), "", *verdicts(run), "", f"[Every cell]({page_link}), [the chart]({chart_link})."]
    wanted[readme] = f"{before}{MARK}\n" + "\n".join(blocks) + f"\n{END_MARK}{behind}"
    stale = []
    for file_path, content in wanted.items():
        if update:
            with open(file_path, "w", encoding="utf-8") as file:
                file.write(content)
        else:
            try:
                with open(file_path, encoding="utf-8") as file:
                    found = file.read()
            except FileNotFoundError:
                found = None
            if found != content:
                stale.append(file_path)
    for file_path in stale:
        print(f"{file_path} is not what the runs say: report.py --check {readme} {' '.join(paths)} --update writes it")
    return 1 if stale else 0


def main(arguments):
    update = "--update" in arguments
    arguments = [argument for argument in arguments if argument != "--update"]
    if len(arguments) == 2 and arguments[0] in ("table", "chart", "summary"):
        print({"table": table, "chart": chart, "summary": summary}[arguments[0]](Run(arguments[1])), end="")
        return 0
    if len(arguments) == 3 and arguments[0] == "compare":
        return compare(Run(arguments[1]), Run(arguments[2]))
    if len(arguments) >= 3 and arguments[0] == "--check":
        return check(arguments[1], arguments[2:], update)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
