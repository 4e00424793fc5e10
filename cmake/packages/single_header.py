"""The library as one header, for a tab of Compiler Explorer or a folder of vendored files; xsimd is all that it includes of others.
  single_header.py VERSION INCLUDE_DIRECTORY OUTPUT HEADER...    writes it: every header once, where it is first included
  single_header.py --check INCLUDE_DIRECTORY OUTPUT HEADER...    fails where a header is missing from it, or in it twice, or changed
rectify/parallel.hpp, which makes libstdc++ ask for oneTBB, is there under RECTIFY_POLICIES."""
import os
import re
import sys

OWN = re.compile(r"#include <(rectify/[^>]+)>")
OTHER = re.compile(r"#include [<\"]")
OPTIONAL = {"rectify/parallel.hpp": "RECTIFY_POLICIES"}


def body(directory, name):
    """The header without what it includes and what is said once for all."""
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        lines = file.read().splitlines()
    return [line for line in lines if line not in ("#pragma once", "// SPDX-License-Identifier: MIT")]


class Single:
    def __init__(self, directory):
        self.directory = directory
        self.done = set()
        self.lines = []

    def add(self, name):
        """The header, with what it includes where it includes it: value.hpp ends with the scalars that it is needed by."""
        if name in self.done:
            return
        self.done.add(name)
        self.lines.append(f"// ==== {name}")
        depth = 0
        for line in body(self.directory, name):
            depth += line.startswith("#if") - line.startswith("#endif")
            match = OWN.match(line)
            if not match:
                self.lines.append(line)
            elif depth and match[1] not in self.done:
                self.add_under_condition(name, match[1])
            else:
                self.add(match[1])

    def add_under_condition(self, where, name):
        """What stands in an #if may bring nothing that others would then miss."""
        for line in body(self.directory, name):
            match = OWN.match(line)
            if match and match[1] not in self.done:
                sys.exit(f"single_header.py: {where} includes {name} under a condition, and that brings {match[1]}")
        self.add(name)


def tidy(lines):
    """No two empty lines, and none where an include was."""
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines) + "\n")
    return re.sub(r"(// ==== [^\n]*\n)\n+", r"\1", text)


def write(version, directory, output, headers):
    single = Single(directory)
    optional = [name for name in headers if name in OPTIONAL]
    for name in headers:
        if name not in optional:
            single.add(name)
    for name in optional:
        single.lines += ["", f"#ifdef {OPTIONAL[name]}"]
        single.add(name)
        single.lines += [f"#endif // {OPTIONAL[name]}", ""]
    top = [f"// rectify {version}, in one header: activation functions for neural networks. Needs C++20 and xsimd 14.2 or newer.",
           "// SPDX-License-Identifier: MIT", "// Made of the library's headers by cmake/packages/single_header.py: do not edit.", "#pragma once", ""]
    with open(output, "w", encoding="utf-8") as file:
        file.write(tidy(top + single.lines))


def check(directory, output, headers):
    with open(output, encoding="utf-8") as file:
        found = file.read().splitlines()
    wrong = [f"it includes {line}" for line in found if OWN.search(line) or line.startswith('#include "')]
    marks = [line[8:] for line in found if line.startswith("// ==== ")]
    wrong += [f"{name} is in it {marks.count(name)} times" for name in sorted(set(marks) | set(headers)) if marks.count(name) != 1]
    kept = [line for line in found if line]
    text = "\n".join(kept)
    for name in headers:
        # line by line between includes, in one piece: what stands between two includes of its own stays together
        pieces = "\n".join(line for line in body(directory, name) if line)
        for piece in re.split(OWN, pieces)[::2]:
            piece = piece.strip("\n")
            if piece and piece not in text:
                wrong.append(f"{name} is not in it as it is now")
                break
    for line in wrong:
        print(f"{output}: {line}")
    print(f"{len(headers)} headers, {len(found)} lines, {len(wrong)} mistakes")
    return 1 if wrong or not headers else 0


def main(arguments):
    if len(arguments) > 3 and arguments[0] == "--check":
        return check(arguments[1], arguments[2], arguments[3:])
    if len(arguments) > 3:
        write(arguments[0], arguments[1], arguments[2], arguments[3:])
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
