// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// A parabola in place of silu.
///
/// forward         x · min(max(x / 6 + 1/2, 0), 1) = x <= -3 ? -0 : x >= 3 ? x : x (x + 3) / 6
/// derivative      x < -3 ? 0 : x > 3 ? 1 : (2 x + 3) / 6
/// at zero         -0 gives -0; derivative 1/2. At -3 the slopes are 0 and -1/2, at 3 they are 3/2 and 1: 0 under kink::zero;
///                 0 and 3/2 under kink::left; -1/2 and 1 under kink::right
/// special values  -inf gives -0, +inf gives +inf, NaN gives NaN, forward and derivative
/// error           forward and derivative 2 ULP, also near their zeros. 1/6 is the real number
/// source          A. Howard et al., "Searching for MobileNetV3", ICCV 2019
template <std::floating_point T = float, kink K = kink::zero>
struct hard_swish {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "hard_swish";
  static constexpr std::string_view formula = "x · min(max(x / 6 + 1/2, 0), 1)";
  static constexpr std::string_view derivative_formula = "x < -3 ? 0 : x > 3 ? 1 : x / 3 + 1/2";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_rounded_apart = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    V const from_low_end = math::at_least(x, V(T(-3)));                           // -inf too; -3 · 0 is -0
    V const gate = over<6>(V(math::at_most(V(from_low_end + V(T(3))), V(T(6))))); // 1 from 3 up
    return V(from_low_end * gate);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    V const end(T(3));
    V const one(T(1));
    if constexpr (math::has_replace_by_sign<V>) { // no comparison: they go one by one
      using math::replacement;
      using traits = math::value_traits<V>;
      constexpr replacement at_low = K == kink::right ? replacement::none : replacement::zero;
      constexpr replacement at_high = K == kink::zero    ? replacement::zero
                                      : K == kink::right ? replacement::one
                                                         : replacement::none;
      V const above_low = traits::replace_by_sign(V(x + end), slope(x), replacement::zero, at_low, replacement::none);
      return traits::replace_by_sign(V(x - end), above_low, replacement::none, at_high, replacement::one);
    } else if constexpr (K == kink::zero) {
      auto const outside = math::abs(x) >= end;
      return math::select(outside, math::keep_where(x > end, one), slope(x));
    } else if constexpr (K == kink::left) {
      return math::select(x > end, one, math::zero_where(x <= V(-end), slope(x)));
    } else {
      return math::select(x >= end, one, math::zero_where(x < V(-end), slope(x)));
    }
  }

  [[nodiscard, gnu::always_inline]] static constexpr std::array<T, 2> kinks() noexcept { return {T(-3), T(3)}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(hard_swish const&, hard_swish const&) = default;

private:
  /// x / 3 + 1/2, from -3 to 3: of a sum that is exact near its zero, and takes no unit that multiplies.
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V slope(V const& x) noexcept {
    return over<3>(V(x + V(T(1.5))));
  }

  /// x / Divisor, 3 or 6. With fma, by its reciprocal in two parts: nearly always the same number, and no division.
  template <int Divisor, value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V over(V const& x) noexcept {
    if constexpr (math::fuses<V>) {
      constexpr T third_of_it = T(Divisor / 3);
      constexpr T high = T(1) / T(Divisor);
      constexpr T low = (T(1) - T(2) * third_of_it * high - third_of_it * high) / T(Divisor); // both differences are exact
      return math::fma(x, V(high), V(x * V(low)));
    } else {
      return x / V(T(Divisor));
    }
  }
};

} // namespace rectify
