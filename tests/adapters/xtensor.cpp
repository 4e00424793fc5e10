// SPDX-License-Identifier: MIT
// Inside xtensor's expressions every functor gives the bits of the kernels, on registers and on what is left of a tensor; and
// the kernels take xtensor's containers as they are. Compiled with XTENSOR_USE_XSIMD and without.
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/adapters/xtensor.hpp>
#include <rectify/rectify.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#include <algorithm>
#include <ranges>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class T>
xt::xarray<T> mixed_array(std::size_t seed) {
  xt::xarray<T> x = xt::zeros<T>({7, 3, 11});
  auto const numbers = mixed_inputs<T>(x.size(), seed);
  std::copy(numbers.begin(), numbers.end(), x.begin());
  return x;
}

template <class Expression, class T>
void check_bits(std::string_view name, Expression const& actual, xt::xarray<T> const& expected) {
  REQUIRE(std::ranges::equal(actual.shape(), expected.shape()));
  xt::xarray<T> const evaluated = actual;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!same_bits(evaluated.flat(i), expected.flat(i))) {
      FAIL_CHECK(name << " differs at " << i << " of " << expected.size());
      return;
    }
  }
}

} // namespace

TEMPLATE_TEST_CASE("a functor in an expression of xtensor gives the bits of the kernel", "", float, double) {
  using T = TestType;
  auto const x = mixed_array<T>(1);
  auto const dy = mixed_array<T>(2);
  xt::xarray<T> expected = xt::empty_like(x);
  auto const check = [&](auto const& f) {
    rectify::forward(f, x, expected);
    check_bits(f.name, rectify::xtensor::forward(f, x), expected);
    rectify::derivative(f, x, expected);
    check_bits(f.name, rectify::xtensor::derivative(f, x), expected);
    rectify::backward(f, x, dy, expected);
    check_bits(f.name, rectify::xtensor::backward(f, x, dy), expected);
  };
  check(relu<T>{});
  check(prelu<T>{});
  check(elu<T>{.alpha = T(1.5)});
  check(silu<T>{});
}

TEMPLATE_TEST_CASE("expressions of xtensor stay lazy, broadcast and nest", "", float, double) {
  using T = TestType;
  auto const x = mixed_array<T>(1);
  xt::xtensor<T, 1> const b = xt::arange<T>(11);
  xt::xarray<T> sums = x * T(2) + b;
  xt::xarray<T> expected = xt::empty_like(sums);
  rectify::forward(silu<T>{}, sums, expected);
  check_bits("nested", rectify::xtensor::forward(silu<T>{}, x * T(2) + b), expected);
  xt::xarray<T> y = xt::empty_like(x);
  xt::noalias(y) = rectify::xtensor::forward(silu<T>{}, x * T(2) + b);
  check_bits("assigned", y, expected);
  // a strided view, and one in the other order
  xt::xarray<T> const columns = xt::view(sums, xt::all(), xt::all(), xt::range(2, 5));
  xt::xarray<T> of_columns = xt::empty_like(columns);
  rectify::forward(silu<T>{}, columns, of_columns);
  check_bits("view", rectify::xtensor::forward(silu<T>{}, xt::view(sums, xt::all(), xt::all(), xt::range(2, 5))), of_columns);
}

TEMPLATE_TEST_CASE("expressions of xtensor take registers where it is built with them", "", float, double) {
  using expression = decltype(rectify::xtensor::forward(silu<TestType>{}, std::declval<xt::xtensor<TestType, 2> const&>()));
#ifdef XTENSOR_USE_XSIMD
  CHECK(xt::has_simd_interface<expression, TestType>::value);
  CHECK(xt::xassign_traits<xt::xtensor<TestType, 2>, expression>::simd_linear_assign());
#else
  CHECK_FALSE(xt::xassign_traits<xt::xtensor<TestType, 2>, expression>::simd_linear_assign());
#endif
}

TEMPLATE_TEST_CASE("kernels take xtensor's dense containers and views, and no others", "", float, double) {
  using T = TestType;
  using std::ranges::contiguous_range;
  using row_major = xt::xtensor<T, 2>;
  STATIC_CHECK(contiguous_range<row_major>);
  STATIC_CHECK(contiguous_range<xt::xarray<T>>);
  STATIC_CHECK(contiguous_range<xt::xtensor_fixed<T, xt::xshape<3, 4>>>);
  STATIC_CHECK(contiguous_range<decltype(xt::adapt(std::declval<std::vector<T>&>(), {3, 4}))>);
  STATIC_CHECK(contiguous_range<decltype(xt::view(std::declval<row_major&>(), 1, xt::all()))>);
  STATIC_CHECK_FALSE(contiguous_range<decltype(xt::view(std::declval<row_major&>(), xt::all(), xt::range(0, 2)))>);
  STATIC_CHECK_FALSE(contiguous_range<xt::xtensor<T, 2, xt::layout_type::column_major>>); // its storage() is one

  row_major x = xt::reshape_view(xt::arange<T>(-6, 6), {3, 4});
  rectify::forward(relu<T>{}, xt::view(x, 1, xt::all()));
  CHECK(x(0, 0) == -6);
  CHECK(x(1, 0) == 0);
  CHECK(x(2, 3) == 5);
  xt::xtensor<T, 2, xt::layout_type::column_major> columns = x;
  rectify::forward(relu<T>{}, columns.storage());
  CHECK(columns(0, 0) == 0);
  CHECK(columns(2, 3) == 5);
}
