// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/forms.hpp>

namespace rectify {

/// Continuously differentiable exponential linear unit.
///
/// forward         x < 0 ? alpha · (e^(x/alpha) - 1) : x
/// derivative      x < 0 ? e^(x/alpha) : 1; from the output y: y/alpha + 1 for y < 0, 1 for y > 0
/// parameters      alpha: the negative limit, from 2^-100 to 2^100, default 1
/// at zero         both slopes are 1, so the kink policy K has no effect: derivative 1
/// special values  -0 gives -0, +inf gives +inf, -inf gives exactly -alpha, NaN gives NaN; derivative 0 at -inf, 1 at +inf
/// error           forward and derivative 2 ULP for every alpha, 1 ULP for alpha = 1; subnormal results too. From the output
///                 2 ULP of y/alpha + 1; near y = -alpha that is not the derivative at x: what y lost cannot be had back
/// source          J. T. Barron, "Continuously differentiable exponential linear units", arXiv:1704.07483, 2017
template <std::floating_point T = float, kink K = kink::zero>
struct celu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "celu";
  static constexpr std::string_view formula = "x < 0 ? alpha · (e^(x/alpha) - 1) : x";
  static constexpr std::string_view derivative_formula = "x < 0 ? e^(x/alpha) : 1";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr double default_max_ulp = 1;            // with alpha = 1
  static constexpr double default_derivative_max_ulp = 1; // with alpha = 1
  static constexpr bool is_long_chain = true;
  static constexpr bool is_long_chain_from_output = true;

  T alpha = T(1);
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<celu>{"alpha", &celu::alpha}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return is_elu() ? unit_elu<T>{}.forward(x) : of_any{alpha}.forward(x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return is_elu() ? unit_elu<T>{}.derivative(x) : of_any{alpha}.derivative(x);
  }

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_forward_form(Use const& use) const noexcept {
    if (is_elu()) [[likely]] {
      use(unit_elu<T>{});
    } else {
      use(of_any{alpha});
    }
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_form(Use const& use) const noexcept {
    visit_forward_form(use);
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_from_output_form(Use const& use) const noexcept {
    if (is_elu()) [[likely]] {
      use(unit_elu<T>{});
    } else {
      use(*this);
    }
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    V const one(T(1));
    // one rounding and that of the product; y/alpha + 1 would not be 0 at y = -alpha for every alpha
    return math::select(y >= V(T(0)), one, V(V(y + V(alpha)) * V(T(1) / alpha)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[nodiscard, gnu::always_inline]] constexpr parameter_error check() const noexcept {
    if (alpha >= T(0x1p-100) && alpha <= T(0x1p100)) {
      return {};
    }
    return {"alpha", static_cast<double>(alpha), "must be from 2^-100 to 2^100"};
  }

private:
  /// Nothing to divide by?
  [[nodiscard, gnu::always_inline]] constexpr bool is_elu() const noexcept { return alpha == T(1); }

  /// celu with another alpha.
  struct of_any {
    using value_type = T;
    static constexpr bool is_long_chain = true;

    T alpha;

    // x is reduced in units of alpha: x = n · alpha · log(2) + r. So x/alpha is never rounded, which would count |x/alpha| times;
    // r/alpha is, in what r does not give exactly. And n = 0 leaves r = x.

    template <value_of<T> V>
    [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
      using e = math::exp_coefficients<T>;
      constexpr int field = math::exponent_field(T(1));
      V const clamped = math::at_least_below_zero(x, V(e::minus_one_from * alpha));
      V const shifted = math::exponent_of_exp<false, field>(V(clamped * V(T(1) / alpha)));
      V const n = math::unshifted<field>(shifted);
      V const power = math::power_of_field(shifted);
      V const high = math::as_rounded(math::fma(n, V(-log2_high()), clamped));
      V const low = n * V(-log2_low());
      V const r = high + low;
      V const quotient = r * V(T(1) / alpha);
      V const unscaled = high + math::fma(V(r * quotient), math::exp_remainder(quotient), low);
      V const below = math::fma(power, unscaled, V(V(power - V(T(1))) * V(alpha)));
      return math::select_below_zero(x, below, below, x);
    }

    template <value_of<T> V>
    [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
      using e = math::exp_coefficients<T>;
      constexpr int field = math::exponent_field(math::over_least<T>);
      V const clamped = math::at_least(V(math::at_most(x, V(T(0)))), V(e::underflow * alpha));
      V const shifted = math::exponent_of_exp<false, field>(V(clamped * V(T(1) / alpha)));
      V const n = math::unshifted<field>(shifted);
      V const high = math::as_rounded(math::fma(n, V(-log2_high()), clamped));
      V const low = n * V(-log2_low());
      V const inverse(T(1) / alpha);
      V const quotient_low = low * inverse;
      // spelled as fma: g++ contracts the product with the sum where the machine can, clang does not
      V const r = math::fma(high, inverse, quotient_low);
      V const small = math::fma(high, inverse, math::fma(V(r * r), math::exp_remainder(r), quotient_low));
      V const power = math::power_of_field(shifted);                         // over `least`
      return math::as_rounded(math::fma(small, power, power)) * V(e::least); // 1 from 0 up
    }

    // alpha · log(2) in two parts, the first so short that products with n are exact
    [[nodiscard, gnu::always_inline]] constexpr T log2_high() const noexcept { return math::upper_half(T(alpha * log2)); }
    [[nodiscard, gnu::always_inline]] constexpr T log2_low() const noexcept {
      T const product = math::as_rounded(T(alpha * log2));
      // T(...), since nvcc 13.0 makes of a reference to such a constant a trap in device code, as math::coefficient tells
      T const product_error = math::product_error(alpha, T(log2), product);
      return T(math::as_rounded(math::fma(alpha, T(log2_rest), product_error)) + math::as_rounded(T(product - log2_high())));
    }

    // log(2), rounded, and the rest
    static constexpr T log2 = math::exp_coefficients<T>::log2_high + math::exp_coefficients<T>::log2_low;
    static constexpr T log2_rest = (math::exp_coefficients<T>::log2_high - log2) + math::exp_coefficients<T>::log2_low;
  };

public:
  [[gnu::always_inline]] friend constexpr bool operator==(celu const&, celu const&) = default;
};

} // namespace rectify
