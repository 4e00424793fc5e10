// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// A gated linear unit: one input multiplied by an activation of the other.
///
/// forward         a · f(b)
/// derivative      for a: f(b); for b: a · f'(b)
/// parameters      those of f
/// at zero         as f
/// special values  those of f at b, then the product by IEEE: inf · 0 is NaN
/// error           the relative error of f and of one product: 2 max_ulp + 0.5 ULP where f(b) is a normal number; where it is
///                 not, its own error of at most max_ulp subnormal units is multiplied by a
/// source          Y. Dauphin, A. Fan, M. Auli and D. Grangier, "Language modeling with gated convolutional networks", ICML 2017
///                 (f = sigmoid); N. Shazeer, "GLU variants improve transformer", 2020 (the others)
///
/// Where a and b are the halves of one axis, as PyTorch's GLU has them (the second half is the gate), call the kernels with the
/// subspans of each row.
template <activation F>
struct gated {
  using value_type = typename F::value_type;
  static constexpr std::string_view name = "gated";
  static constexpr std::string_view formula = "a · f(b)";

  F f;

  template <value_of<value_type> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& a, V const& b) const noexcept {
    return V(a * f.forward(b));
  }

  /// dy · f(b), but +0 where f(b) is 0.
  template <value_of<value_type> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_linear(V const& b, V const& dy) const noexcept {
    return scale_gradient(dy, V(f.forward(b)));
  }

  /// (dy · a) · f'(b), but +0 where f'(b) is 0, and NaN where it is NaN.
  template <value_of<value_type> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_gate(V const& a, V const& b, V const& dy) const noexcept {
    return chain(f, b, V(dy * a));
  }

  template <value_of<value_type> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& a, V const& b) const noexcept {
    return forward(a, b);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(gated const&, gated const&) = default;
};

} // namespace rectify
