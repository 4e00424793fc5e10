// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions.hpp>

#include <xsimd/xsimd.hpp>

#include <cmath>

/// What one would write without the library, by the type of its functor: `std_formula` for one number with the standard
/// library, `xsimd_formula` for a register with xsimd's own functions. A function without one has no such row.
///
/// The members a direction needs: forward(x), derivative(x), backward(x, dy), backward_from_output(y, dy), slope(x, dy).
/// What happens at 0 and at NaN, where the library keeps its contract and these shortcuts do not, is not asked of them.
namespace rectify_bench {

template <class F>
struct std_formula;
template <class F>
struct xsimd_formula;

template <class F>
concept has_std_formula = requires {
  sizeof(std_formula<F>);
};
template <class F>
concept has_xsimd_formula = requires {
  sizeof(xsimd_formula<F>);
};

template <class T, rectify::kink K>
struct std_formula<rectify::relu<T, K>> {
  rectify::relu<T, K> f;

  template <class U>
  [[nodiscard]] U forward(U x) const noexcept {
    return x > U(0) ? x : U(0);
  }
  template <class U>
  [[nodiscard]] U derivative(U x) const noexcept {
    return x > U(0) ? U(1) : U(0);
  }
  template <class U>
  [[nodiscard]] U backward(U x, U dy) const noexcept {
    return x > U(0) ? dy : U(0);
  }
  template <class U>
  [[nodiscard]] U backward_from_output(U y, U dy) const noexcept {
    return backward(y, dy);
  }
};

template <class T, rectify::kink K>
struct xsimd_formula<rectify::relu<T, K>> {
  rectify::relu<T, K> f;

  template <class B>
  [[nodiscard]] B forward(B const& x) const noexcept {
    return xsimd::max(x, B(T(0)));
  }
  template <class B>
  [[nodiscard]] B derivative(B const& x) const noexcept {
    return xsimd::select(x > B(T(0)), B(T(1)), B(T(0)));
  }
  template <class B>
  [[nodiscard]] B backward(B const& x, B const& dy) const noexcept {
    return xsimd::select(x > B(T(0)), dy, B(T(0)));
  }
  template <class B>
  [[nodiscard]] B backward_from_output(B const& y, B const& dy) const noexcept {
    return backward(y, dy);
  }
};

/// leaky_relu and prelu differ in the name of the slope.
template <class T>
struct std_leak {
  T a;

  template <class U>
  [[nodiscard]] U forward(U x) const noexcept {
    return x > U(0) ? x : U(a) * x;
  }
  template <class U>
  [[nodiscard]] U derivative(U x) const noexcept {
    return x > U(0) ? U(1) : U(a);
  }
  template <class U>
  [[nodiscard]] U backward(U x, U dy) const noexcept {
    return x > U(0) ? dy : U(a) * dy;
  }
  template <class U>
  [[nodiscard]] U backward_from_output(U y, U dy) const noexcept {
    return backward(y, dy);
  }
  template <class U>
  [[nodiscard]] U slope(U x, U dy) const noexcept {
    return x > U(0) ? U(0) : x * dy;
  }
};

template <class T>
struct xsimd_leak {
  T a;

  template <class B>
  [[nodiscard]] B forward(B const& x) const noexcept {
    return xsimd::select(x > B(T(0)), x, B(a) * x);
  }
  template <class B>
  [[nodiscard]] B derivative(B const& x) const noexcept {
    return xsimd::select(x > B(T(0)), B(T(1)), B(a));
  }
  template <class B>
  [[nodiscard]] B backward(B const& x, B const& dy) const noexcept {
    return xsimd::select(x > B(T(0)), dy, B(a) * dy);
  }
  template <class B>
  [[nodiscard]] B backward_from_output(B const& y, B const& dy) const noexcept {
    return backward(y, dy);
  }
  template <class B>
  [[nodiscard]] B slope(B const& x, B const& dy) const noexcept {
    return xsimd::select(x > B(T(0)), B(T(0)), x * dy);
  }
};

template <class T, rectify::kink K>
struct std_formula<rectify::leaky_relu<T, K>> : std_leak<T> {
  explicit std_formula(rectify::leaky_relu<T, K> const& f) : std_leak<T>{f.negative_slope} {}
};
template <class T, rectify::kink K>
struct std_formula<rectify::prelu<T, K>> : std_leak<T> {
  explicit std_formula(rectify::prelu<T, K> const& f) : std_leak<T>{f.slope} {}
};
template <class T, rectify::kink K>
struct xsimd_formula<rectify::leaky_relu<T, K>> : xsimd_leak<T> {
  explicit xsimd_formula(rectify::leaky_relu<T, K> const& f) : xsimd_leak<T>{f.negative_slope} {}
};
template <class T, rectify::kink K>
struct xsimd_formula<rectify::prelu<T, K>> : xsimd_leak<T> {
  explicit xsimd_formula(rectify::prelu<T, K> const& f) : xsimd_leak<T>{f.slope} {}
};

template <class T, rectify::kink K>
struct std_formula<rectify::elu<T, K>> {
  rectify::elu<T, K> f;

  template <class U>
  [[nodiscard]] U forward(U x) const noexcept {
    return x > U(0) ? x : U(f.alpha) * std::expm1(x);
  }
  template <class U>
  [[nodiscard]] U derivative(U x) const noexcept {
    return x > U(0) ? U(1) : U(f.alpha) * std::exp(x);
  }
  template <class U>
  [[nodiscard]] U backward(U x, U dy) const noexcept {
    return x > U(0) ? dy : dy * U(f.alpha) * std::exp(x);
  }
  template <class U>
  [[nodiscard]] U backward_from_output(U y, U dy) const noexcept {
    return y > U(0) ? dy : dy * (y + U(f.alpha));
  }
};

template <class T, rectify::kink K>
struct xsimd_formula<rectify::elu<T, K>> {
  rectify::elu<T, K> f;

  template <class B>
  [[nodiscard]] B forward(B const& x) const noexcept {
    return xsimd::select(x > B(T(0)), x, B(f.alpha) * xsimd::expm1(x));
  }
  template <class B>
  [[nodiscard]] B derivative(B const& x) const noexcept {
    return xsimd::select(x > B(T(0)), B(T(1)), B(f.alpha) * xsimd::exp(x));
  }
  template <class B>
  [[nodiscard]] B backward(B const& x, B const& dy) const noexcept {
    return xsimd::select(x > B(T(0)), dy, dy * B(f.alpha) * xsimd::exp(x));
  }
  template <class B>
  [[nodiscard]] B backward_from_output(B const& y, B const& dy) const noexcept {
    return xsimd::select(y > B(T(0)), dy, dy * (y + B(f.alpha)));
  }
};

} // namespace rectify_bench
