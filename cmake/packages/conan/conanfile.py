"""conan create cmake/packages/conan: the headers, as a package for Conan 2."""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout


class RectifyConan(ConanFile):
    name = "rectify"
    description = "Neural-network activation functions: one formula for scalar and SIMD, forward and backward"
    license = "MIT"
    topics = ("activation-functions", "neural-network", "simd", "header-only")
    package_type = "header-library"
    settings = "os", "compiler", "build_type", "arch"
    no_copy_source = True

    @property
    def _root(self):
        return os.path.join(self.recipe_folder, "..", "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._root, "CMakeLists.txt"))
        self.version = re.search(r"VERSION (\d+\.\d+\.\d+)\n", text).group(1)

    def export_sources(self):
        copy(self, "include/*.hpp", src=self._root, dst=self.export_sources_folder)
        copy(self, "LICENSE", src=self._root, dst=self.export_sources_folder)

    def layout(self):
        basic_layout(self, src_folder=".")

    def requirements(self):
        self.requires("xsimd/[>=14.2 <16]", transitive_headers=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", src=os.path.join(self.source_folder, "include"), dst=os.path.join(self.package_folder, "include"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "rectify")
        self.cpp_info.components["core"].set_property("cmake_target_name", "rectify::core")
        self.cpp_info.components["rectify"].set_property("cmake_target_name", "rectify::rectify")
        self.cpp_info.components["rectify"].requires = ["core", "xsimd::xsimd"]
        for component in self.cpp_info.components.values():
            component.bindirs = []
            component.libdirs = []
