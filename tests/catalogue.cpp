// SPDX-License-Identifier: MIT
#include <rectify/catalogue.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string_view>

namespace {

constexpr std::string_view names_in_cmake = RECTIFY_FUNCTIONS; // cmake/functions.cmake, "relu,leaky_relu,..."

constexpr bool catalogue_is_list_of_cmake() {
  std::string_view rest = names_in_cmake;
  bool same = true;
  rectify::for_each_function(rectify::catalogue<>{}, [&](auto f) {
    std::string_view const name = rest.substr(0, rest.find(','));
    same = same && name == f.name;
    rest.remove_prefix(name.size() < rest.size() ? name.size() + 1 : name.size());
  });
  return same && rest.empty();
}

static_assert(catalogue_is_list_of_cmake(), "include/rectify/catalogue.hpp and cmake/functions.cmake list other functions");

} // namespace

TEST_CASE("the catalogue is the list in cmake/functions.cmake") {
  CHECK(catalogue_is_list_of_cmake());
}
