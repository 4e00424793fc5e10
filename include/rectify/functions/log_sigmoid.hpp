// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// The logarithm of the sigmoid.
///
/// forward         -log(1 + e^-x)
/// derivative      1 / (1 + e^x); from the output y: 1 - e^y
/// at zero         smooth, so the kink policy K has no effect: -log(2), derivative 1/2
/// special values  -inf at -inf, -0 at +inf; derivative 1 and 0; NaN gives NaN
/// error           forward 2 ULP, derivative 1 ULP (double 1.25), subnormal results too. From the output 2 ULP of 1 - e^y; near
///                 y = 0 that is not the derivative at x: what y lost cannot be had back
/// source          D. R. Cox, "The regression analysis of binary sequences", Journal of the Royal Statistical Society B 20(2),
///                 1958, as the log-likelihood of logistic regression
template <std::floating_point T = float, kink K = kink::zero>
struct log_sigmoid {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "log_sigmoid";
  static constexpr std::string_view formula = "-log(1 + e^-x)";
  static constexpr std::string_view derivative_formula = "1 / (1 + e^x)";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = std::same_as<T, float> ? 1 : 1.25;
  static constexpr bool is_long_chain = true;
  static constexpr bool is_long_chain_from_output = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::softplus_first_stage(math::negated(x));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const& x, std::array<V, 2> const& power) const noexcept {
    return math::negated(math::softplus_second_stage(math::negated(x), power));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::negated(math::softplus(math::negated(x)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return math::sigmoid_first_stage(math::negated(x));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const&, std::array<V, 2> const& power) const noexcept {
    return math::sigmoid_second_stage(power);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return math::sigmoid(math::negated(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return V(V(T(0)) - math::expm1_of_nonpositive(y));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(log_sigmoid const&, log_sigmoid const&) = default;
};

} // namespace rectify
