"""What Doxygen reads in place of a file of the project: filter.py FILE, with the project's directory in RECTIFY_SOURCE.

A header: its documentation, which stands in columns ("at zero   slopes 0 and 1"), as lists; and beside a functor its formulas,
its pictures and its measured errors, from where the project already has them. A line stays on its line.
A page: what stands in README.md is not written a second time; `<!-- README: mark -->` brings what is between these marks,
`<!-- README, section: heading -->` what is below this heading, and `<!-- file: name -->` a file of the build."""
import os
import re
import sys

import formula

SOURCE = os.environ["RECTIFY_SOURCE"]
GENERATED = os.environ["RECTIFY_GENERATED"]

FIELD = re.compile(r"^(\s*)/// ([a-z][A-Za-z ]{2,14}?)(?: {2,})(\S.*)$")
CODE = re.compile(r"^(\s*)/// {2,6}(\S.*)$")
CONTINUATION = re.compile(r"^\s*/// {7,}(\S.*)$")
# what Doxygen 1.9.4 does not read: attributes it prints, and after a requires-clause it takes <class ...> for a tag
UNREAD = re.compile(r"\[\[[^\]]*\]\] ?|^requires\(sizeof\.\.\.\(\w+\) >= \d\) ")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def between(text, begin, end):
    parts = text.split(begin)
    if len(parts) != 2 or end not in parts[1]:
        raise ValueError(f"README.md has no single '{begin}' with '{end}' after it")
    return parts[1].split(end)[0]


def escaped(text):
    """Plain words for Doxygen: no command, no tag, no emphasis."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\@#*`~%\[\]])", r"\\\1", text)


def html(text):
    return f" @htmlonly {text} @endhtmlonly"


def image(path, words):
    return f" @image html {path} \"{words}\" "


def measured(name):
    """The rows of the README's table of errors that are about this function."""
    rows = []
    for block in ("accuracy",):
        for line in between(read(SOURCE, "README.md"), f"<!-- {block} -->", f"<!-- end of {block} -->").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] == name:
                rows.append(cells)
    if not rows:
        return ""
    types = {"f32": "float", "f64": "double"}
    body = "".join(
        f"<tr><td>{direction}</td><td>{types[kind]}</td><td>{machine}</td><td>{error}</td><td>{correct} %</td>"
        f"<td>{bound}{'; ' + absolute if absolute else ''}</td></tr>"
        for _, direction, kind, machine, error, _, correct, bound, absolute in rows)
    return html("<h3>Measured</h3><div class=\"scroll\"><table class=\"markdownTable\"><tr><th>direction</th><th>type</th>"
                "<th>machine</th><th>largest error, ULP</th><th>correctly rounded</th><th>bound, ULP</th></tr>"
                f"{body}</table></div>")


def functor(text):
    """What is added to a functor's documentation, in one line."""
    found = {key: re.search(rf'std::string_view {key} =\s*"([^"]*)"', text) for key in ("name", "formula", "derivative_formula")}
    if not all(found.values()):
        return ""
    name, forward, derivative = (found[key].group(1) for key in ("name", "formula", "derivative_formula"))
    added = html(formula.mathml(formula.F_OF_X, forward) + formula.mathml(formula.DERIVATIVE_OF_X, derivative))
    if os.path.exists(os.path.join(SOURCE, "examples/curves", f"{name}.svg")):
        added += html("<div class=\"pictures\">") + image(f"{name}.svg", f"{name} and its derivative")
        added += image(f"{name}_error.svg", "error of float over its range, in ULP; dashed: the bound") + html("</div>")
    return added + measured(name)


def about_header(lines):
    """What is said before `namespace rectify` is about the header, and would be joined with that of all others."""
    for number, line in enumerate(lines):
        if line == "namespace rectify {":
            first = number
            while first > 0 and lines[first - 1].startswith("///"):
                first -= 1
            if first < number and first > 0 and lines[first - 1] == "":
                lines[first - 1] = "/// @file"


def header(text):
    lines = text.splitlines()
    about_header(lines)
    if "#include <rectify/kernels.hpp>" in lines and "#include <rectify/catalogue.hpp>" in lines: # rectify.hpp, after its last line
        lines += ["/// @namespace rectify", "/// The whole library: functors, the catalogue of them, and the kernels that apply them to ranges."]
    result = []
    field = None # the indentation of the list that is open
    for number, line in enumerate(lines):
        line = UNREAD.sub("", line)
        match = FIELD.match(line)
        more = CONTINUATION.match(line)
        if match:
            begin = "</dd>" if field is not None else "<dl class=\"fields\">"
            field = match[1]
            result.append(f"{field}/// {begin}<dt>{match[2]}</dt><dd>{escaped(match[3])}")
        elif field is not None and more:
            result.append(f"{field}/// {escaped(more[1])}")
        elif field is not None:
            result[-1] += "</dd></dl>"
            field = None
            result.append(line)
        elif code := CODE.match(line):
            result.append(f"{code[1]}/// <br><code>{escaped(code[2])}</code>")
        else:
            result.append(line)
        follows = lines[number + 1] if number + 1 < len(lines) else ""
        if line.lstrip().startswith("///") and re.match(r"template <std::floating_point T = float, kink K = kink::zero>", follows):
            if field is not None:
                result[-1] += "</dd></dl>"
                field = None
            result[-1] += functor(text)
    return "\n".join(result) + "\n"


def as_page(text):
    """Markdown of README.md within a page: folded parts lie open, pictures and links are those of the site."""
    text = re.sub(r"<details><summary>(.*?)</summary>", r"### \1", text).replace("</details>", "")
    text = re.sub(r"!\[([^\]]*)\]\([^)]*?([^/)]+\.svg)\)", r'@image html \2 "\1"', text)
    text = text.replace("(their errors stand above)", '(their errors: @ref numbers "Numbers")')
    text = re.sub(r"\]\(#every-machine\)", "](@ref every_machine)", text)
    text = re.sub(r"\[([^\]]*)\]\((?!https?:|@ref)([^)]+)\)", r"\1 (`\2`)", text) # files of the sources are not on the site
    return text.replace("```sh\n", "```{.sh}\n").replace("```cmake\n", "```{.cmake}\n").replace("```cpp\n", "```{.cpp}\n")


def section(heading):
    text = read(SOURCE, "README.md")
    return between(text + "\n## ", f"\n## {heading}\n", "\n## ")


def paragraph(begin):
    return f"**{begin}**" + between(read(SOURCE, "README.md"), f"\n**{begin}**", "\n\n")


def gallery():
    """Every function of the README's table with its formulas and its picture."""
    rows = between(read(SOURCE, "README.md"), "<!-- table of functions -->\n", "<!-- end of table of functions -->").splitlines()[2:]
    cards = []
    for line in rows:
        name, parameters, forward, derivative, _, at_zero, bound, derivative_bound = (
            cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1]))
        name, forward, derivative = (text.strip("`") for text in (name, forward, derivative))
        cards.append(f"## {name} {{#short_{name}}}\n\n" +
                     html(formula.mathml(formula.F_OF_X, forward) + formula.mathml(formula.DERIVATIVE_OF_X, derivative)) + "\n\n" +
                     f"Parameters: {parameters}. Derivative at 0: {at_zero}. Bounds: {bound} and {derivative_bound} ULP. "
                     f"@ref rectify::{name} \"The whole of {name}\".\n\n" +
                     image(f"{name}.svg", f"{name} and its derivative") + "\n")
    return "\n".join(cards)


def example():
    return "```{.cpp}\n" + between(read(SOURCE, "README.md").split("\n## ")[0], "```cpp\n", "```") + "```"


def page(text):
    text = text.replace("<!-- functions -->", "" if "<!-- functions -->" not in text else gallery())
    text = text.replace("<!-- README: example -->", "" if "<!-- README: example -->" not in text else example())
    text = re.sub(r"<!-- README, paragraph: (.*?) -->", lambda m: as_page(paragraph(m[1])), text)
    text = re.sub(r"<!-- README: (.*?) -->",
                  lambda m: as_page(between(read(SOURCE, "README.md"), f"<!-- {m[1]} -->\n", f"<!-- end of {m[1]} -->")), text)
    text = re.sub(r"<!-- README, section: (.*?) -->", lambda m: as_page(section(m[1])), text)
    return re.sub(r"<!-- file: (.*?) -->\n", lambda m: read(GENERATED, m[1]), text)


def main(arguments):
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        text = read(arguments[0])
        text = page(text) if arguments[0].endswith(".md") else header(text)
    except (ValueError, OSError) as error: # Doxygen does not look at the exit code, but an unknown command is an error to it
        print(f"filter.py: {arguments[0]}: {error}", file=sys.stderr)
        text = ("" if arguments[0].endswith(".md") else "/// @file\n/// ") + "@filter_has_failed\n"
    print(text, end="")


if __name__ == "__main__":
    main(sys.argv[1:])
