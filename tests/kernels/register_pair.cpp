// SPDX-License-Identifier: MIT
// Every word of the formulas does to each register of a pair what it does to the register alone.
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/kernels.hpp>
#include <rectify/math.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class Pair, class V, class T, class Word>
std::size_t count_differences(Word const& word) {
  constexpr std::size_t count = lanes<Pair>;
  std::vector<T> const a = mixed_inputs<T>(8 * count, 1);
  std::vector<T> const b = random_inputs<T>(8 * count, 2);
  std::vector<T> const c = random_inputs<T>(8 * count, 3);
  auto const is_number = [](T x) { return x == x; };
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.size(); i += count) {
    T results[count];
    T expected[count];
    rectify::store(results, word(rectify::load<Pair>(&a[i]), rectify::load<Pair>(&b[i]), rectify::load<Pair>(&c[i])));
    for (std::size_t part = 0; part < count; part += lanes<V>) {
      std::size_t const at = i + part;
      rectify::store(expected + part, word(rectify::load<V>(&a[at]), rectify::load<V>(&b[at]), rectify::load<V>(&c[at])));
    }
    for (std::size_t lane = 0; lane < count; ++lane) {
      bool const is_same = same_bits(results[lane], expected[lane]) || !(is_number(results[lane]) || is_number(expected[lane]));
      different += is_same ? 0U : 1U;
    }
  }
  return different;
}

template <class T, class Word>
void check_word(char const* name, Word const& word) {
  using V = register_of<T, compiled_arch>;
  if constexpr (lanes < V >> 1) {
    using pair = register_pair<V>;
    INFO(name);
    CHECK(count_differences<pair, V, T>(word) == 0);
    CHECK(count_differences<register_pair<pair>, V, T>(word) == 0);
  }
}

} // namespace

TEMPLATE_TEST_CASE("a pair of registers, and a pair of pairs, computes as each of them", "[kernels]", float, double) {
  using T = TestType;
  auto const check = [](char const* name, auto const& word) { check_word<T>(name, word); };
  check("plus", [](auto a, auto b, auto) { return decltype(a)(a + b); });
  check("minus", [](auto a, auto b, auto) { return decltype(a)(a - b); });
  check("times", [](auto a, auto b, auto) { return decltype(a)(a * b); });
  check("over", [](auto a, auto b, auto) { return decltype(a)(a / b); });
  check("negative", [](auto a, auto, auto) { return decltype(a)(-a); });
  check("a number", [](auto a, auto, auto) { return decltype(a)(T(3)); });
  check("fma", [](auto a, auto b, auto c) { return math::fma(a, b, c); });
  check("fms", [](auto a, auto b, auto c) { return math::fms(a, b, c); });
  check("fnma", [](auto a, auto b, auto c) { return math::fnma(a, b, c); });
  check("at least", [](auto a, auto b, auto) { return math::at_least(a, b); });
  check("at most", [](auto a, auto b, auto) { return math::at_most(a, b); });
  check("less", [](auto a, auto b, auto c) { return math::select(a < decltype(a)(T(0)), b, c); });
  check("greater", [](auto a, auto b, auto c) { return math::select(a > decltype(a)(T(0)), b, c); });
  check("at most, as a condition", [](auto a, auto b, auto c) { return math::select(a <= decltype(a)(T(0)), b, c); });
  check("at least, as a condition", [](auto a, auto b, auto c) { return math::select(a >= decltype(a)(T(0)), b, c); });
  check("equal", [](auto a, auto, auto c) { return math::select(a == decltype(a)(T(0)), a, c); });
  check("not equal", [](auto a, auto, auto c) { return math::select(a != decltype(a)(T(0)), a, c); });
  check("zero where", [](auto a, auto b, auto c) { return math::zero_where(a < b, c); });
  check("keep where", [](auto a, auto b, auto c) { return math::keep_where(a < b, c); });
  check("at least below zero", [](auto a, auto, auto) { return math::at_least_below_zero(a, decltype(a)(T(-2))); });
  check("between a bound and zero", [](auto a, auto, auto) { return math::between_bound_and_zero(a, decltype(a)(T(-2))); });
  check("exponential", [](auto a, auto, auto) { return math::exp_of_nonpositive(math::negative_abs(a)); });
  check("select below zero", [](auto a, auto b, auto c) { return math::select_below_zero(a, a, b, c); });
  check("keep above zero", [](auto a, auto b, auto) { return math::keep_above_zero<false>(a, b); });
  check("keep above zero, and at it", [](auto a, auto b, auto) { return math::keep_above_zero<true>(a, b); });
  check("in a register", [](auto a, auto, auto) { return in_register(a); });
  check("absolute", [](auto a, auto, auto) { return math::abs(a); });
  check("negated", [](auto a, auto, auto) { return math::negated(a); });
  check("with the sign of", [](auto a, auto b, auto) { return math::with_sign_of(math::abs(a), b); });
  check("as rounded", [](auto a, auto, auto) { return math::as_rounded(a); });
  check("shifted up and down", [](auto a, auto b, auto) {
    using V = decltype(a);
    auto const bits = math::to_bits(a);
    return math::from_bits<V>(((bits << 3) + (math::to_bits(b) >> 5)) - bits);
  });
}
