"""follow.py DIRECTORY [OPTION...]: does to a copy of the sources, in the directory, what .github/CONTRIBUTING.md prints under "Add a
function in four steps": writes its files, applies its changes, runs its commands (with the options at the configuring one). Fails where
a step does, where the function's tests are not run, or where the README has not got its row."""
import os
import re
import shutil
import subprocess
import sys

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def write(text, *path):
    with open(os.path.join(*path), "w", encoding="utf-8") as file:
        file.write(text)


def apply(copy, block):
    """A change as it is printed: the name of the file, and lines that are there (' ') or to be added ('+')."""
    name, *lines = block.splitlines()
    name = name.removeprefix("# ")
    if any(line[:1] not in ("+", " ") for line in lines):
        sys.exit(f"follow.py: a change of {name} has a line that neither is there nor is added")
    before = "".join(line[1:] + "\n" for line in lines if line[0] == " ")
    after = "".join(line[1:] + "\n" for line in lines)
    text = read(copy, name)
    if text.count("\n" + before) != 1:
        sys.exit(f"follow.py: {name} has these lines {text.count(before)} times:\n{before}")
    write(text.replace("\n" + before, "\n" + after), copy, name)
    print(f"changed  {name}")


def main(directory, options):
    section = re.search(r"\n## Add a function in four steps\n(.*?)\n## ", read(SOURCE, ".github", "CONTRIBUTING.md"), re.S)[1]
    copy = os.path.join(os.path.abspath(directory), "copy")
    kept = os.path.join(copy, "build") # so that a second run compiles what has changed
    if os.path.isdir(copy):
        for name in os.listdir(copy):
            path = os.path.join(copy, name)
            if path != kept:
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    shutil.copytree(SOURCE, copy, ignore=lambda path, names: [n for n in names if n in (".git", "build", "__pycache__")],
                    dirs_exist_ok=True)

    steps = 0
    commands = []
    for match in re.finditer(r"^```(\w+)\n(.*?)^```\n", section, re.S | re.M):
        kind, block = match.groups()
        before = section[:match.start()].rstrip()
        if kind == "diff":
            apply(copy, block)
        elif kind == "sh":
            commands += block.splitlines()
        else:
            named = re.search(r"`([\w/.]+)`:\Z", before)
            if not named:
                sys.exit(f"follow.py: no file is named before the code after '{before[-60:]}'")
            if os.path.exists(os.path.join(copy, named[1])):
                sys.exit(f"follow.py: {named[1]} is there already")
            write(block, copy, named[1])
            print(f"wrote    {named[1]}")
        steps += 1
    if steps < 7 or len(commands) < 4:
        sys.exit(f"follow.py: only {steps} blocks and {len(commands)} commands were found")

    function = re.search(r"RECTIFY_TEST_FUNCTION=(\w+)", commands[0])[1]
    ran = ""
    for command in commands:
        print(f"running  {command}", flush=True)
        if command == commands[0]:
            command = " ".join([command, *options])
        result = subprocess.run(command, shell=True, cwd=copy, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if result.returncode != 0:
            sys.exit(f"{result.stdout[-6000:]}\nfollow.py: this step fails: {command}")
        ran += result.stdout
    checks = {
        "its tests were run": re.search(r"All tests passed \(\d+ assertions in \d+ test cases\)", ran),
        "the README's table has its row": f"\n| `{function}` | none | " in read(copy, "README.md"),
        "there is a picture of it": os.path.exists(os.path.join(copy, "examples", "curves", f"{function}.svg")),
        "the README shows the picture": f"examples/curves/{function}.svg" in read(copy, "README.md"),
        "the sources themselves are as they were": function not in read(SOURCE, "include", "rectify", "catalogue.hpp"),
    }
    for claim, holds in checks.items():
        print(f"{'holds' if holds else 'DOES NOT HOLD'}: {claim}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
