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

template <class F>
struct policies_of;
template <template <std::floating_point, rectify::kink> class Function, std::floating_point T, rectify::kink K>
struct policies_of<Function<T, K>> {
  using zero = Function<T, rectify::kink::zero>;
  using left = Function<T, rectify::kink::left>;
  using right = Function<T, rectify::kink::right>;
};

template <class Zero, class Left, class Right>
void check_same_forward(Zero const& zero, Left const& left, Right const& right) {
  static_assert(Zero::forward_ignores_kink);
  for (float const x : rectify::test::mixed_inputs<float>(200)) {
    INFO(zero.name << ", x = " << x);
    CHECK(rectify::test::same_bits(left.forward(x), zero.forward(x)));
    CHECK(rectify::test::same_bits(right.forward(x), zero.forward(x)));
  }
}

} // namespace

TEST_CASE("forward is the same for every policy") {
  rectify::for_each_function(rectify::catalogue<>{}, []<class F>(F const&) {
    using policies = policies_of<F>;
    check_same_forward(typename policies::zero{}, typename policies::left{}, typename policies::right{});
  });
}

TEST_CASE("the catalogue is the list in cmake/functions.cmake") {
  CHECK(catalogue_is_list_of_cmake());
}
