// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// Rectified linear unit with a threshold: x jumps in where it is large enough.
///
/// forward         x > alpha ? x : +0
/// derivative      1 for x > alpha, else 0; from the output y, where the policy is not kink::right: 1 for y > 0, else 0
/// parameters      alpha: the threshold, any finite number, default 1; from the output >= 0
/// at zero         0 by default; at x = alpha the function jumps (but for alpha = 0), and the slopes beside are 0 and 1: 0 under
///                 kink::zero and kink::left, 1 under kink::right
/// special values  -0 gives +0 for alpha >= 0, else -0; -inf gives +0, +inf gives +inf, NaN gives NaN, forward and derivative
/// error           none: exact
/// source          K. Konda, R. Memisevic and D. Krueger, "Zero-bias autoencoders and the benefits of co-adapting features", ICLR
///                 2015
template <std::floating_point T = float, kink K = kink::zero>
struct thresholded_relu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "thresholded_relu";
  static constexpr std::string_view formula = "x > alpha ? x : 0";
  static constexpr std::string_view derivative_formula = "x > alpha ? 1 : 0";
  static constexpr double max_ulp = 0;
  static constexpr double derivative_max_ulp = 0;

  T alpha = T(1);
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<thresholded_relu>{"alpha", &thresholded_relu::alpha}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::zero_where(x <= V(alpha), x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return backward(x, V(T(1)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept requires(K != kink::right) {
    return backward_from_output(y, V(T(1)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    if constexpr (math::has_replace_by_sign<V>) { // no comparison
      return math::keep_above_zero<K == kink::right>(V(x - V(alpha)), dy);
    } else {
      V const held = math::held_in_register(x);
      return math::keep_where_or_nan_of(held, K == kink::right ? held >= V(alpha) : held > V(alpha), dy);
    }
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept
      requires(K != kink::right) {
    return math::keep_above_zero<false>(y, dy);
  }

  [[nodiscard, gnu::always_inline]] constexpr std::array<T, 1> kinks() const noexcept { return {alpha}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[nodiscard, gnu::always_inline]] constexpr parameter_error check_from_output() const noexcept {
    if (alpha >= T(0)) {
      return {};
    }
    return {"alpha", static_cast<double>(alpha), "must be >= 0 for the derivative from the output"};
  }

  [[gnu::always_inline]] friend constexpr bool operator==(thresholded_relu const&, thresholded_relu const&) = default;
};

} // namespace rectify
