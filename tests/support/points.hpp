// SPDX-License-Identifier: MIT
#pragma once

#include "support/ulp.hpp"

#include <rectify/activation.hpp>

#include <catch2/catch_test_macros.hpp>

#include <initializer_list>

namespace rectify::test {

/// f(x) = y and f'(x) = slope, to the bit.
template <class T>
struct point {
  T x;
  T y;
  T slope;
};

template <class F>
void check_points(F const& f, std::initializer_list<point<typename F::value_type>> points) {
  for (auto const& [x, y, slope] : points) {
    INFO(F::name << " at x = " << x << ": " << f(x) << ", expected " << y << "; slope " << f.derivative(x) << ", expected "
                 << slope);
    CHECK(same_bits(f(x), y));
    CHECK(same_bits(f.derivative(x), slope));
  }
}

/// f'(x) by each policy.
template <template <class, kink> class F, class T>
void check_kink(T x, T zero, T left, T right) {
  INFO("at the kink x = " << x);
  CHECK(same_bits(F<T, kink::zero>{}.derivative(x), zero));
  CHECK(same_bits(F<T, kink::left>{}.derivative(x), left));
  CHECK(same_bits(F<T, kink::right>{}.derivative(x), right));
}

/// f(x) = y and f'(x) = slope, for exact values in many digits, within the bounds of the header.
template <class F>
void check_golden(F const& f, typename F::value_type x, long double y, long double slope) {
  INFO(F::name << " at x = " << x << ": " << f(x) << ", slope " << f.derivative(x));
  CHECK(ulp_error(f(x), y) <= F::max_ulp);
  CHECK(ulp_error(f.derivative(x), slope) <= F::derivative_max_ulp);
}

/// The same for the slope alone, within the absolute bound around the derivative's zero.
template <class F>
void check_near_zero(F const& f, typename F::value_type x, long double slope) {
  INFO(F::name << " at x = " << x << ": slope " << f.derivative(x));
  CHECK(static_cast<double>(x) >= F::derivative_near_zero.from);
  CHECK(static_cast<double>(x) <= F::derivative_near_zero.to);
  CHECK(std::abs(static_cast<long double>(f.derivative(x)) - slope) <= static_cast<long double>(F::derivative_near_zero.error));
}

} // namespace rectify::test
