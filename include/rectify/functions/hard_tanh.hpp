// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// The identity, cut off at both ends.
///
/// forward         x < min_val ? min_val : x > max_val ? max_val : x
/// derivative      1 for min_val < x < max_val, else 0; from the output y, under kink::zero: the same rule on y
/// parameters      min_val, default -1, and max_val, default 1: any finite numbers; where min_val > max_val, it is max_val
///                 everywhere, as ONNX's Clip has it
/// at zero         as anywhere inside; at min_val and max_val the slopes differ: 0 under kink::zero; 0 and 1 under kink::left;
///                 1 and 0 under kink::right. Under these two the output does not tell the kink at its end from what
///                 lies beyond
/// special values  -0 gives -0, -inf gives min_val, +inf gives max_val, NaN gives NaN, forward and derivative
/// error           none: exact
/// source          R. Collobert, "Large scale machine learning", PhD thesis, Universite Paris VI, 2004
template <std::floating_point T = float, kink K = kink::zero>
struct hard_tanh {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "hard_tanh";
  static constexpr std::string_view formula = "x < min_val ? min_val : x > max_val ? max_val : x";
  static constexpr std::string_view derivative_formula = "min_val < x && x < max_val ? 1 : 0";
  static constexpr double max_ulp = 0;
  static constexpr double derivative_max_ulp = 0;

  T min_val = T(-1);
  T max_val = T(1);
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<hard_tanh>{"min_val", &hard_tanh::min_val}, parameter<hard_tanh>{"max_val", &hard_tanh::max_val}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::at_most(math::at_least(x, V(min_val)), V(max_val));
  }

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_form(Use const& use) const noexcept {
    if constexpr (K == kink::zero) {
      if (min_val == -max_val) [[likely]] {
        use(centred{max_val});
        return;
      }
    }
    use(*this);
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_from_output_form(Use const& use) const noexcept {
    visit_derivative_form(use);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return backward(x, V(T(1)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept requires(K == kink::zero) {
    return derivative(y);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return keep_between<K>(x, V(min_val), V(max_val), dy);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept
      requires(K == kink::zero) {
    return backward(y, dy);
  }

  [[nodiscard, gnu::always_inline]] constexpr std::array<T, 2> kinks() const noexcept { return {min_val, max_val}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(hard_tanh const&, hard_tanh const&) = default;

private:
  /// The derivative where 0 lies midway between the kinks.
  struct centred {
    using value_type = T;

    T max_val;

    template <value_of<T> V>
    [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
      return backward(x, V(T(1)));
    }
    template <value_of<T> V>
    [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
      return keep_within(x, V(max_val), dy);
    }
    template <value_of<T> V>
    [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept {
      return backward(y, dy);
    }
  };
};

} // namespace rectify
