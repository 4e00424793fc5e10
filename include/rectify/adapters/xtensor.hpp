// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/arch.hpp>

#include <xtensor/xfunction.hpp>

#include <utility>

/// Activations inside xtensor's lazy expressions: one pass over the memory for the whole expression, and the bits of the span
/// kernels.
///
///   y = rectify::xtensor::forward(rectify::silu<float>{}, w * x + b);
///   dx = rectify::xtensor::backward(rectify::silu<float>{}, x, dy);
///
/// On registers where xtensor has them: built with XTENSOR_USE_XSIMD, and with the xsimd that rectify needs (xtensor 0.24 takes
/// it). Kernels for whole ranges serve row-major containers and dense views as they are, where parameters are checked:
/// rectify::forward(f, x, y) with a y of that shape.
namespace rectify::xtensor {

/// y = f(x), as xtensor calls it: on a number, or on a register.
template <activation F>
struct forward_function {
  F f;

  [[nodiscard]] typename F::value_type operator()(typename F::value_type const& x) const noexcept { return f.forward(x); }
  template <class V>
  [[nodiscard]] V simd_apply(V const& x) const noexcept {
    return f.forward(x);
  }
};

/// f'(x), likewise.
template <differentiable_activation F>
struct derivative_function {
  F f;

  [[nodiscard]] typename F::value_type operator()(typename F::value_type const& x) const noexcept { return f.derivative(x); }
  template <class V>
  [[nodiscard]] V simd_apply(V const& x) const noexcept {
    return f.derivative(x);
  }
};

/// dy · f'(x), likewise: +0 wherever f'(x) is 0.
template <differentiable_activation F>
struct backward_function {
  using T = typename F::value_type;
  F f;

  [[nodiscard]] T operator()(T const& x, T const& dy) const noexcept { return chain(f, x, dy); }
  template <class V>
  [[nodiscard]] V simd_apply(V const& x, V const& dy) const noexcept {
    return chain(f, x, dy);
  }
};

/// The expression function(expressions...).
template <class Function, class... Expressions>
[[nodiscard]] auto expression(Function const& function, Expressions&&... expressions) {
  static_assert(
      (std::is_same_v<xt::xvalue_type_t<std::decay_t<Expressions>>, typename decltype(function.f)::value_type> && ...),
      "rectify: the elements of every expression must be the functor's value_type: write elu<double> for those of double");
  return xt::xfunction<Function, xt::const_xclosure_t<Expressions>...>(function, std::forward<Expressions>(expressions)...);
}

/// f(x), of the shape of x.
template <activation F, class X>
[[nodiscard]] auto forward(F const& f, X&& x) {
  return expression(forward_function<F>{f}, std::forward<X>(x));
}

/// f'(x), of the shape of x.
template <differentiable_activation F, class X>
[[nodiscard]] auto derivative(F const& f, X&& x) {
  return expression(derivative_function<F>{f}, std::forward<X>(x));
}

/// dy · f'(x), of the shape that x and dy broadcast to.
template <differentiable_activation F, class X, class DY>
[[nodiscard]] auto backward(F const& f, X&& x, DY&& dy) {
  return expression(backward_function<F>{f}, std::forward<X>(x), std::forward<DY>(dy));
}

} // namespace rectify::xtensor
