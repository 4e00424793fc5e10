// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// The hyperbolic tangent.
///
/// forward         (e^x - e^-x) / (e^x + e^-x)
/// derivative      1 - y^2, from x as 4 s (1 - s) with s = sigmoid(-2 |x|); from the output y (1 - y) (1 + y)
/// at zero         smooth, so the kink policy K has no effect: -0 gives -0; derivative 1
/// special values  -1 at -inf, 1 at +inf, derivative 0 at both; NaN gives NaN
/// error           forward 1 ULP, derivative 2 ULP, subnormal results too. From the output 2 ULP of 1 - y^2; near |y| = 1 that is
///                 not the derivative at x: what y lost cannot be had back
/// source          Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, "Efficient BackProp", in Neural Networks: Tricks of the Trade,
///                 1998, on the function as an activation
template <std::floating_point T = float, kink K = kink::zero>
struct tanh {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "tanh";
  static constexpr std::string_view formula = "(e^x - e^-x) / (e^x + e^-x)";
  static constexpr std::string_view derivative_formula = "1 - y^2";
  static constexpr double max_ulp = 1;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_long_chain = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::tanh_first_stage(x);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const& x, std::array<V, 2> const& state) const noexcept {
    return math::tanh_second_stage(x, state);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::tanh(x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return math::sigmoid_slope_first_stage(V(math::negative_abs(x) * V(T(2))));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const&, std::array<V, 2> const& power) const noexcept {
    return math::sigmoid_slope_second_stage(power, T(4));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative_second_stage(x, derivative_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    V const one(T(1));
    if constexpr (math::fuses<V>) {
      return math::fnma(y, y, one);
    } else { // y^2 would round before it cancels
      return V(V(one - y) * V(one + y));
    }
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(tanh const&, tanh const&) = default;
};

} // namespace rectify
