// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/forms.hpp>

namespace rectify {

/// Exponential linear unit.
///
/// forward         x < 0 ? alpha · (e^x - 1) : x
/// derivative      alpha · e^x for x < 0, 1 for x > 0; from the output y: y + alpha for y < 0, 1 for y > 0
/// parameters      alpha: any finite number, default 1; from the output >= 0 (> 0 under kink::right)
/// at zero         slopes alpha and 1: 1 where they agree, else 0, alpha or 1 by the kink policy
/// special values  -0 gives -0, +inf gives +inf, -inf gives exactly -alpha, NaN gives NaN; derivative 0 at -inf, 1 at +inf
/// error           forward and derivative 2 ULP for every alpha, 1 ULP for alpha = 1; subnormal results too. From the output
///                 y + alpha is one rounding, but it cancels where y is near -alpha: what y lost cannot be had back
/// source          D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network learning by exponential
///                 linear units (ELUs)", ICLR 2016
template <std::floating_point T = float, kink K = kink::zero>
struct elu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "elu";
  static constexpr std::string_view formula = "x < 0 ? alpha · (e^x - 1) : x";
  static constexpr std::string_view derivative_formula = "x < 0 ? alpha · e^x : 1";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr double default_max_ulp = 1;            // with alpha = 1
  static constexpr double default_derivative_max_ulp = 1; // with alpha = 1
  static constexpr bool is_long_chain = true;

  T alpha = T(1);
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<elu>{"alpha", &elu::alpha}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    // 0 for the lanes that keep x, so that a large x neither overflows nor raises a flag in the branch not taken
    V const below = math::expm1_below_zero(x);
    return math::select_below_zero(x, below, V(V(alpha) * below), x);
  }

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_forward_form(Use const& use) const noexcept {
    if (alpha == T(1)) [[likely]] {
      use(unit_elu<T>{});
    } else {
      use(*this);
    }
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_form(Use const& use) const noexcept {
    visit_forward_form(use);
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_from_output_form(Use const& use) const noexcept {
    visit_forward_form(use);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return slope_of_side<K>(x, math::scaled_exp_of_nonpositive(alpha, math::at_most(x, V(T(0)))), alpha, T(1));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return slope_of_side<K>(y, V(y + V(alpha)), alpha, T(1));
  }

  [[nodiscard, gnu::always_inline]] static constexpr std::array<T, 1> kinks() noexcept { return {T(0)}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[nodiscard, gnu::always_inline]] constexpr parameter_error check_from_output() const noexcept {
    return check_sign_is_kept<K>("alpha", alpha);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(elu const&, elu const&) = default;
};

} // namespace rectify
