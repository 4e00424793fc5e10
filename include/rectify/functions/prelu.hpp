// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/forms.hpp>

namespace rectify {

/// Parametric rectified linear unit: a leaky rectifier whose slope is learned.
///
/// forward         x < 0 ? slope · x : x
/// derivative      slope for x < 0, 1 for x > 0; from the output y: the same rule on y
/// slope           d forward / d slope = x for x < 0, else 0 (for a NaN x too)
/// parameters      slope: any finite number, default 0.25; from the output >= 0 (> 0 under kink::right)
/// at zero         slopes slope and 1: 1 where they agree, else 0, slope or 1 by the kink policy
/// special values  -0 gives -0, +inf gives +inf, -inf gives slope · (-inf), which for 0 is NaN; NaN gives NaN, forward
///                 and derivative
/// error           forward 0.5 ULP (one rounding), derivatives exact
/// source          K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015
///
/// The two-argument forms take a slope for each element; channelwise_prelu is made of them.
template <std::floating_point T = float, kink K = kink::zero>
struct prelu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "prelu";
  static constexpr std::string_view formula = "x < 0 ? slope · x : x";
  static constexpr std::string_view derivative_formula = "x < 0 ? slope : 1";
  static constexpr double max_ulp = 0.5;
  static constexpr double derivative_max_ulp = 0;

  static constexpr T default_slope = T(0.25); // g++ 12 does not fold the conversion in the initialiser of a temporary
  T slope = default_slope;
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<prelu>{"slope", &prelu::slope}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V forward(V const& x, V const& slopes) noexcept {
    return math::leak(x, slopes);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::leak(x, V(slope));
  }

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_forward_form(Use const& use) const noexcept {
    visit_leak_form(*this, slope, use);
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_form(Use const& use) const noexcept {
    visit_leak_slope_form<K>(*this, slope, use);
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_from_output_form(Use const& use) const noexcept {
    visit_derivative_form(use);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V derivative(V const& x, V const& slopes) noexcept {
    return slope_by_sign<K>(x, slopes);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative(x, V(slope));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return derivative(y);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V slope_derivative(V const& x) noexcept {
    return math::keep_where(x < V(T(0)), x);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V add_slope_gradient(V const& sum, V const& x, V const& dy) noexcept {
    return math::fma_where(x < V(T(0)), x, dy, sum);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V backward(V const& x, V const& dy, V const& slopes) noexcept {
    return scale_gradient_by_sign_each<K>(x, dy, slopes);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return scale_gradient_by_sign<K>(x, dy, slope);
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
    return check_sign_is_kept<K>("slope", slope);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(prelu const&, prelu const&) = default;
};

} // namespace rectify
