// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/forms.hpp>

namespace rectify {

/// Leaky rectified linear unit.
///
/// forward         x < 0 ? negative_slope · x : x
/// derivative      negative_slope for x < 0, 1 for x > 0; from the output y: the same rule on y
/// parameters      negative_slope: any finite number, default 0.01; from the output >= 0 (> 0 under kink::right)
/// at zero         slopes negative_slope and 1: 1 where they agree, else 0, negative_slope or 1 by the kink policy
/// special values  -0 gives -0, +inf gives +inf, -inf gives negative_slope · (-inf), which for 0 is NaN; NaN gives
///                 NaN, forward and derivative
/// error           forward 0.5 ULP (one rounding), derivative exact
/// source          A. Maas, A. Hannun and A. Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013
template <std::floating_point T = float, kink K = kink::zero>
struct leaky_relu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "leaky_relu";
  static constexpr std::string_view formula = "x < 0 ? negative_slope · x : x";
  static constexpr std::string_view derivative_formula = "x < 0 ? negative_slope : 1";
  static constexpr double max_ulp = 0.5;
  static constexpr double derivative_max_ulp = 0;

  static constexpr T default_negative_slope = T(0.01); // g++ 12 does not fold the conversion in the initialiser of a temporary
  T negative_slope = default_negative_slope;
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<leaky_relu>{"negative_slope", &leaky_relu::negative_slope}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::leak(x, V(negative_slope));
  }

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_forward_form(Use const& use) const noexcept {
    visit_leak_form(*this, negative_slope, use);
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_form(Use const& use) const noexcept {
    visit_leak_slope_form<K>(*this, negative_slope, use);
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_from_output_form(Use const& use) const noexcept {
    visit_derivative_form(use);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return slope_by_sign<K>(x, negative_slope);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return derivative(y);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return scale_gradient_by_sign<K>(x, dy, negative_slope);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept {
    return backward(y, dy);
  }

  [[nodiscard, gnu::always_inline]] static constexpr std::array<T, 1> kinks() noexcept { return {T(0)}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[nodiscard, gnu::always_inline]] constexpr parameter_error check_from_output() const noexcept {
    return check_sign_is_kept<K>("negative_slope", negative_slope);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(leaky_relu const&, leaky_relu const&) = default;
};

} // namespace rectify
