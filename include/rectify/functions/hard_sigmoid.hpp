// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// A straight line in place of the sigmoid.
///
/// forward         x <= low ? +0 : x >= high ? 1 : alpha · x + beta, where the line meets 0 and 1: low = -beta / alpha and
///                 high = (1 - beta) / alpha, rounded to T
/// derivative      alpha for low < x < high, else 0; from the output y, under kink::zero: alpha for 0 < y < 1, else 0
/// parameters      alpha: slope, from 2^-32 to 2^32, default 1/6 as in PyTorch and Keras 3 (ONNX's HardSigmoid: 0.2);
///                 beta: value at 0, from -2^32 to 2^32, default 1/2
/// at zero         beta; at low and high the slopes differ: 0 under kink::zero; 0 and alpha under kink::left; alpha and 0 under
///                 kink::right. Under these two the output does not tell the kink at its end from what lies beyond
/// special values  -inf gives +0, +inf gives 1, NaN gives NaN, forward and derivative
/// error           forward 2 ULP, also near its zero; derivative exact
/// source          M. Courbariaux, Y. Bengio and J.-P. David, "BinaryConnect: training deep neural networks with binary weights
///                 during propagations", NIPS 2015
template <std::floating_point T = float, kink K = kink::zero>
struct hard_sigmoid {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "hard_sigmoid";
  static constexpr std::string_view formula = "min(max(alpha · x + beta, 0), 1)";
  static constexpr std::string_view derivative_formula = "-beta < alpha · x && alpha · x < 1 - beta ? alpha : 0";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 0;

  static constexpr T default_alpha = T(1) / T(6);
  T alpha = default_alpha;
  T beta = T(0.5);
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<hard_sigmoid>{"alpha", &hard_sigmoid::alpha},
                      parameter<hard_sigmoid>{"beta", &hard_sigmoid::beta}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    V const low(kinks()[0]);
    V const high(kinks()[1]);
    // cut off before, since infinities would meet in the sum; the sum with one rounding, since it cancels near its zero
    V const line = math::sum_with_product(V(beta), math::at_most(math::at_least(x, low), high), V(alpha));
    return math::zero_where(x <= low, math::select(x >= high, V(T(1)), math::at_most(line, V(T(1)))));
  }

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_forward_form(Use const& use) const noexcept {
    if constexpr (math::fuses<T>) {
      if (line_ends_at_kinks()) [[likely]] {
        use(clipped_line{alpha, beta});
        return;
      }
    }
    use(*this);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return keep_between<K>(x, V(kinks()[0]), V(kinks()[1]), V(alpha));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept requires(K == kink::zero) {
    return keep_between<K>(y, V(T(0)), V(T(1)), V(alpha));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return keep_between<K>(x, V(kinks()[0]), V(kinks()[1]), V(dy * V(alpha)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept
      requires(K == kink::zero) {
    return keep_between<K>(y, V(T(0)), V(T(1)), V(dy * V(alpha)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  /// low and high.
  [[nodiscard, gnu::always_inline]] constexpr std::array<T, 2> kinks() const noexcept {
    return {T(-beta / alpha), T((T(1) - beta) / alpha)};
  }

  [[nodiscard, gnu::always_inline]] constexpr parameter_error check() const noexcept {
    if (!(alpha >= T(0x1p-32) && alpha <= T(0x1p32))) {
      return {"alpha", static_cast<double>(alpha), "must be from 2^-32 to 2^32"};
    }
    if (!(beta >= T(-0x1p32) && beta <= T(0x1p32))) {
      return {"beta", static_cast<double>(beta), "must be from -2^32 to 2^32"};
    }
    return {};
  }

  [[gnu::always_inline]] friend constexpr bool operator==(hard_sigmoid const&, hard_sigmoid const&) = default;

private:
  /// Where no kink is to be looked for.
  struct clipped_line {
    using value_type = T;

    T alpha;
    T beta;

    template <value_of<T> V>
    [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
      return math::at_most(math::at_least(math::fma(x, V(alpha), V(beta)), V(T(0))), V(T(1)));
    }
  };

  /// Does the line itself reach 0 and 1 at the rounded kinks, and does it begin so far from 0 that none of its sums vanishes as
  /// -0?
  [[nodiscard, gnu::always_inline]] constexpr bool line_ends_at_kinks() const noexcept {
    bool const reaches_zero = math::fma(kinks()[0], alpha, beta) <= T(0);
    bool const reaches_one = math::fma(kinks()[1], alpha, beta) >= T(1);
    bool const has_no_minus_zero = math::abs(beta) >= std::numeric_limits<T>::epsilon();
    return reaches_zero && reaches_one && has_no_minus_zero;
  }
};

} // namespace rectify
