// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/sigmoid.hpp>
#include <rectify/functions/tanh.hpp>
#include <rectify/kernels/arch.hpp>

#if RTNEURAL_USE_EIGEN
#include <rectify/adapters/eigen.hpp>
#endif

/// The functions inside RTNeural's layers, in its shape of a MathsProvider:
///
///   RTNeural::ModelT<float, 1, 1, RTNeural::GRULayerT<float, 1, 8, RTNeural::SampleRateCorrectionMode::None,
///                                                     rectify::rtneural::maths_provider>, ...> model;
///   RTNeural::TanhActivationT<float, 8, rectify::rtneural::maths_provider> layer;
///
/// For each of its backends: numbers (its STL backend), registers of the xsimd that rectify needs (RTNEURAL_USE_XSIMD), and
/// expressions of Eigen (RTNEURAL_USE_EIGEN, which must be defined for this header too).
namespace rectify::rtneural {

/// e^x, in the shape of an activation.
template <std::floating_point T>
struct exponential {
  using value_type = T;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::exp(x);
  }
};

struct maths_provider {
  template <class X>
  [[nodiscard]] static auto tanh(X const& x) noexcept {
    return apply<rectify::tanh<number<X>>>(x);
  }
  template <class X>
  [[nodiscard]] static auto sigmoid(X const& x) noexcept {
    return apply<rectify::sigmoid<number<X>>>(x);
  }
  template <class X>
  [[nodiscard]] static auto exp(X const& x) noexcept {
    return apply<exponential<number<X>>>(x);
  }

private:
  template <class X>
  struct number_of {
    using type = typename X::Scalar; // of Eigen
  };
  template <math::value X>
  struct number_of<X> {
    using type = math::scalar_of<X>;
  };
  template <class X>
  using number = typename number_of<X>::type;

  template <class F, class X>
  static auto apply(X const& x) noexcept {
#if RTNEURAL_USE_EIGEN
    if constexpr (!math::value<X>) {
      return x.array().unaryExpr(eigen::forward<F>(F{}));
    } else
#endif
      return F{}.forward(x);
  }
};

} // namespace rectify::rtneural
