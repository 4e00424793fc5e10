// SPDX-License-Identifier: MIT
#include "support/inputs.hpp"
#include "support/ulp.hpp"

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

template <template <std::floating_point, rectify::kink> class Function, rectify::kink K>
void check_forward_of_policies(Function<float, K> const& f) {
  static_assert(Function<float, K>::forward_ignores_kink);
  for (float const x : rectify::test::mixed_inputs<float>(200)) {
    INFO(f.name << ", x = " << x);
    float const y = Function<float, rectify::kink::zero>{}.forward(x);
    CHECK(rectify::test::same_bits(Function<float, rectify::kink::left>{}.forward(x), y));
    CHECK(rectify::test::same_bits(Function<float, rectify::kink::right>{}.forward(x), y));
  }
}

} // namespace

TEST_CASE("forward is the same for every policy") {
  rectify::for_each_function(rectify::catalogue<>{}, [](auto const& f) { check_forward_of_policies(f); });
}

TEST_CASE("the catalogue is the list in cmake/functions.cmake") {
  CHECK(catalogue_is_list_of_cmake());
}
