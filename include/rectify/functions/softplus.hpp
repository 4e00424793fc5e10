// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// softplus for beta = 1.
template <std::floating_point T>
struct unit_softplus {
  using value_type = T;
  static constexpr bool is_long_chain = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::softplus_first_stage(x);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const& x, std::array<V, 2> const& power) const noexcept {
    return math::softplus_second_stage(x, power);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::softplus(x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return math::sigmoid_first_stage(x);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const&, std::array<V, 2> const& power) const noexcept {
    return math::sigmoid_second_stage(power);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return math::sigmoid(x);
  }
};

/// Softplus, the smooth rectifier.
///
/// forward         log(1 + e^(beta x)) / beta
/// derivative      1 / (1 + e^(-beta x)); from the output y: 1 - e^(-beta y)
/// parameters      beta: sharpness, from 2^-32 to 2^32, default 1
/// at zero         smooth, so the kink policy K has no effect: log(2) / beta, derivative 1/2
/// special values  0 at -inf, +inf at +inf; derivative 0 and 1; NaN gives NaN
/// error           forward 2 ULP for every beta; derivative 2 ULP, 1 ULP for beta = 1 (double 1.25); subnormal results too.
///                 From the output 2 ULP of 1 - e^(-beta y); for large y that is not the derivative at x: what y lost cannot be
///                 had back
/// source          C. Dugas, Y. Bengio, F. Belisle, C. Nadeau and R. Garcia, "Incorporating second-order functional knowledge for
///                 better option pricing", NIPS 2000
template <std::floating_point T = float, kink K = kink::zero>
struct softplus {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "softplus";
  static constexpr std::string_view formula = "log(1 + e^(beta · x)) / beta";
  static constexpr std::string_view derivative_formula = "1 / (1 + e^(-beta · x))";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr double default_derivative_max_ulp = std::same_as<T, float> ? 1 : 1.25; // with beta = 1
  static constexpr bool is_long_chain = true;
  static constexpr bool is_long_chain_from_output = true;

  T beta = T(1);
  [[nodiscard, gnu::always_inline]] static constexpr auto parameters() noexcept {
    return std::array{parameter<softplus>{"beta", &softplus::beta}};
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::softplus_first_stage(x, beta);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const& x, std::array<V, 2> const& power) const noexcept {
    return math::softplus_second_stage(x, power, beta);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::softplus(x, beta);
  }

  template <class Use>
  [[gnu::always_inline]] constexpr void visit_forward_form(Use const& use) const noexcept {
    if (beta == T(1)) [[likely]] {
      use(unit_softplus<T>{});
    } else {
      use(*this);
    }
  }
  template <class Use>
  [[gnu::always_inline]] constexpr void visit_derivative_form(Use const& use) const noexcept {
    visit_forward_form(use);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return math::sigmoid_first_stage(x, beta);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const&, std::array<V, 2> const& power) const noexcept {
    return math::sigmoid_second_stage(power);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative_second_stage(x, derivative_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return V(V(T(0)) - math::expm1_of_nonpositive(V(y * V(-beta))));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[nodiscard, gnu::always_inline]] constexpr parameter_error check() const noexcept {
    if (beta >= T(0x1p-32) && beta <= T(0x1p32)) {
      return {};
    }
    return {"beta", static_cast<double>(beta), "must be from 2^-32 to 2^32"};
  }

  [[gnu::always_inline]] friend constexpr bool operator==(softplus const&, softplus const&) = default;
};

} // namespace rectify
