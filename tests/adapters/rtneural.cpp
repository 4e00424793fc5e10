// SPDX-License-Identifier: MIT
// The provider of functions for RTNeural, in each shape in which RTNeural calls one: numbers, registers, and expressions of
// Eigen. Debian has no package of RTNeural, so the calls here are those of its layers, and not its layers.
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/adapters/rtneural.hpp>
#include <rectify/rectify.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;
using provider = rectify::rtneural::maths_provider;

namespace {

template <class T>
using column = Eigen::Matrix<T, Eigen::Dynamic, 1>;

template <class T, class F>
std::vector<T> by_kernel(F const& f, std::vector<T> const& x) {
  std::vector<T> y(x.size());
  rectify::forward(f, x, y);
  return y;
}

template <class T, class Actual>
void check_bits(char const* name, Actual const& actual, std::vector<T> const& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!same_bits(T(actual(i)), expected[i])) {
      FAIL_CHECK(name << " differs at " << i << " of " << expected.size());
      return;
    }
  }
}

/// check(name, the provider's function, rectify's functor) for each of them.
template <class T, class Check>
void check_each(Check const& check) {
  check(
      "tanh", [](auto const& v) { return provider::tanh(v); }, rectify::tanh<T>{});
  check(
      "sigmoid", [](auto const& v) { return provider::sigmoid(v); }, rectify::sigmoid<T>{});
  check(
      "exp", [](auto const& v) { return provider::exp(v); }, rectify::rtneural::exponential<T>{});
}

} // namespace

TEMPLATE_TEST_CASE("RTNeural's functions of numbers and of registers are rectify's", "", float, double) {
  using T = TestType;
  using V = register_of<T, compiled_arch>;
  auto const x = mixed_inputs<T>(1031, 1);
  auto const check = [&](char const* name, auto const& function, auto const& f) {
    auto const expected = by_kernel(f, x);
    check_bits<T>(
        name, [&](std::size_t i) { return function(x[i]); }, expected);
    check_bits<T>(
        name, [&](std::size_t i) { return std::bit_cast<std::array<T, lanes<V>>>(function(V(x[i])))[0]; }, expected);
  };
  check_each<T>(check);
}

TEMPLATE_TEST_CASE("RTNeural's functions of Eigen's expressions are rectify's", "", float, double) {
  using T = TestType;
  auto const x = mixed_inputs<T>(1031, 1);
  column<T> const xs = Eigen::Map<column<T> const>(x.data(), static_cast<Eigen::Index>(x.size()));
  auto const check = [&](char const* name, auto const& function, auto const& f) {
    auto const expected = by_kernel(f, x);
    column<T> y = function(xs); // as its dense layers' activations call it
    check_bits<T>(
        name, [&](std::size_t i) { return y[static_cast<Eigen::Index>(i)]; }, expected);
    y = xs;
    y = function(y); // as its GRU calls it
    check_bits<T>(
        name, [&](std::size_t i) { return y[static_cast<Eigen::Index>(i)]; }, expected);
    auto const half = static_cast<Eigen::Index>(x.size() / 2);
    column<T> const part = function(xs.segment(half, half)); // and its LSTM
    check_bits<T>(name, [&](std::size_t i) { return part[static_cast<Eigen::Index>(i)]; },
                  {expected.begin() + half, expected.begin() + 2 * half});
    y = (T(1) - function(xs)).matrix().cwiseProduct(xs);
    CHECK(y.size() == xs.size());
  };
  check_each<T>(check);
}
