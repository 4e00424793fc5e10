// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// A parabola in place of silu.
///
/// forward         x · min(max(x / 6 + 1/2, 0), 1) = x <= -3 ? -0 : x >= 3 ? x : x (x + 3) / 6
/// derivative      x < -3 ? 0 : x > 3 ? 1 : (2 x + 3) / 6
/// at zero         -0 gives -0; derivative 1/2. At -3 the slopes are 0 and -1/2, at 3 they are 3/2 and 1: 0 under kink::zero; 0
/// and
///                 3/2 under kink::left; -1/2 and 1 under kink::right
/// special values  -inf gives -0, +inf gives +inf, NaN gives NaN, forward and derivative
/// error           forward and derivative 2 ULP, also near their zeros. 1/6 is the real number
/// source          A. Howard et al., "Searching for MobileNetV3", ICCV 2019
template <std::floating_point T = float, kink K = kink::zero>
struct hard_swish {
  using value_type = T;
  static constexpr std::string_view name = "hard_swish";
  static constexpr std::string_view formula = "x · min(max(x / 6 + 1/2, 0), 1)";
  static constexpr std::string_view derivative_formula = "x < -3 ? 0 : x > 3 ? 1 : x / 3 + 1/2";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    V const end(T(3));
    V const clamped = math::at_most(math::at_least(x, V(-end)), end);
    V const parabola = V(clamped * V(clamped + end)) / V(T(6));
    return math::select(x > end, x, math::with_sign_of(parabola, x)); // -3 (-3 + 3) is -0, but not in every rounding mode
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    V const end(T(3));
    V const slope = V(V(x + x) + end) / V(T(6));
    V const low(slope_at_kink<K>(T(0), T(-0.5)));
    V const high(slope_at_kink<K>(T(1.5), T(1)));
    V const inside_or_high = math::select(x < end, slope, math::select(x > end, V(T(1)), math::select(x == x, high, x)));
    return math::zero_where(x < V(-end), math::select(x == V(-end), low, inside_or_high));
  }

  [[nodiscard, gnu::always_inline]] static constexpr std::array<T, 2> kinks() noexcept { return {T(-3), T(3)}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  friend constexpr bool operator==(hard_swish const&, hard_swish const&) = default;
};

} // namespace rectify
