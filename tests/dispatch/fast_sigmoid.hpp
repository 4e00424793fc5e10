// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

/// A functor of a user, for which the user has rectify_add_dispatch() compile kernels. Cheap to compile, and with other bits
/// where there is fma.
namespace my {

template <std::floating_point T = float>
struct fast_sigmoid {
  using value_type = T;
  static constexpr std::string_view name = "fast_sigmoid";

  T beta = T(1.5);
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{rectify::parameter<fast_sigmoid>{"beta", &fast_sigmoid::beta}};
  }

  template <rectify::value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return V(x / denominator(x));
  }

  template <rectify::value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    V const d = denominator(x);
    return V(V(T(1)) / V(d * d));
  }

private:
  template <rectify::value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V denominator(V const& x) const noexcept {
    return rectify::math::fma(V(beta), rectify::math::abs(x), V(T(1)));
  }
};

} // namespace my
