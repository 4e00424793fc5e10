"""check_conan.py CONANFILE VERSION: runs the recipe with stand-ins for Conan's modules, and looks at the package that it makes."""
import fnmatch
import importlib.util
import os
import shutil
import sys
import tempfile
import types
from collections import defaultdict


def copy(conanfile, pattern, src, dst):
    for root, _, names in os.walk(src):
        for name in names:
            path = os.path.join(root, name)
            relative = os.path.relpath(path, src)
            if fnmatch.fnmatch(relative, pattern):
                os.makedirs(os.path.dirname(os.path.join(dst, relative)), exist_ok=True)
                shutil.copy(path, os.path.join(dst, relative))


def load(conanfile, path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def module(name, **contents):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(contents)


class Info:
    def __init__(self):
        self.properties = {}
        self.components = defaultdict(Info)
        self.requires = []

    def set_property(self, name, value):
        self.properties[name] = value

    def clear(self):
        self.cleared = True


class ConanFile:
    def requires(self, reference, **_):
        self.required = reference


minimum = []
module("conan", ConanFile=ConanFile)
module("conan.tools")
module("conan.tools.build", check_min_cppstd=lambda _, standard: minimum.append(standard))
module("conan.tools.files", copy=copy, load=load)
module("conan.tools.layout", basic_layout=lambda *_, **__: None)

spec = importlib.util.spec_from_file_location("recipe", sys.argv[1])
recipe = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recipe)
with tempfile.TemporaryDirectory() as work:
    conan = recipe.RectifyConan()
    conan.recipe_folder = os.path.dirname(os.path.abspath(sys.argv[1]))
    conan.export_sources_folder = conan.source_folder = os.path.join(work, "source")
    conan.package_folder = os.path.join(work, "package")
    conan.info, conan.cpp_info = Info(), Info()
    for step in ("set_version", "export_sources", "layout", "requirements", "validate", "package", "package_id", "package_info"):
        getattr(conan, step)()
    own = os.path.join(conan.recipe_folder, "..", "..", "..", "include")
    headers = sorted(os.path.relpath(os.path.join(root, name), own) for root, _, names in os.walk(own) for name in names)
    missing = [name for name in headers if not os.path.exists(os.path.join(conan.package_folder, "include", name))]
    targets = [component.properties["cmake_target_name"] for component in conan.cpp_info.components.values()]
    checks = {
        f"the version is {sys.argv[2]}": conan.version == sys.argv[2],
        f"every header is packed, also {missing}": headers and not missing,
        "the licence is packed": os.path.exists(os.path.join(conan.package_folder, "licenses", "LICENSE")),
        "xsimd is required": conan.required.startswith("xsimd/[>=14.2"),
        "C++20 is required": minimum == [20],
        "the targets are those of the project": targets == ["rectify::core", "rectify::rectify"],
    }
for claim, holds in checks.items():
    if not holds:
        print(f"does not hold: {claim}")
sys.exit(0 if all(checks.values()) else 1)
