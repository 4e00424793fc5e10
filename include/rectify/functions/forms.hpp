// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

/// Shorter forms that more than one function has for some of its parameters.
namespace rectify {

/// elu and celu for alpha = 1: x < 0 ? e^x - 1 : x, without a kink.
template <std::floating_point T>
struct unit_elu {
  using value_type = T;
  static constexpr bool is_long_chain = true;
  static constexpr stage_order stages_in_many_registers =
      std::same_as<T, float> ? stage_order::overlapped : stage_order::in_a_row;
  static constexpr stage_order forward_stages_in_few_registers =
      std::same_as<T, float> ? stage_order::in_a_row : stage_order::through_memory;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::expm1_first_stage(math::between_bound_and_zero(x, V(math::exp_coefficients<T>::minus_one_from)));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const& x, std::array<V, 2> const& reduced) const noexcept {
    // e^x - 1 is never below x, also when rounded, and below 0 above
    return math::at_least(x, math::expm1_second_stage(reduced));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return forward_second_stage(x, forward_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return math::exp_of_nonpositive_first_stage(V(math::at_most(x, V(T(0))))); // 1 from 0 up
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const&,
                                                                        std::array<V, 2> const& reduced) const noexcept {
    return math::exp_of_nonpositive_second_stage(reduced);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return math::exp_of_nonpositive(math::at_most(x, V(T(0))));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return V(math::at_most(y, V(T(0))) + V(T(1)));
  }
};

/// leaky_relu and prelu for a gentle slope.
template <std::floating_point T>
struct gentle_leak {
  using value_type = T;

  T slope;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::leak_gently(x, V(slope));
  }
};

/// The derivative of leaky_relu and prelu under kink::zero for a slope that is neither 0 nor 1: it is 0 at 0 alone.
template <std::floating_point T>
struct kinked_leak {
  using value_type = T;

  T slope;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr auto is_for(V const& slopes) noexcept {
    return slopes != V(T(0)) && slopes != V(T(1));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    V const held = math::held_in_register(x);
    return math::zero_at_zero(held, side(held, V(slope)));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V backward(V const& x, V const& dy, V const& slopes) noexcept {
    V const held = math::held_in_register(x);
    return math::zero_at_zero(held, V(dy * side(held, slopes)));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return backward(x, dy, V(slope));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept {
    return backward(y, dy);
  }

private:
  // of 0 and of NaN either
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V side(V const& x, V const& slopes) noexcept {
    return math::select_below_zero(x, x, slopes, V(T(1)));
  }
};

/// The forward form of such a functor f, which has this slope: a gentle_leak or f itself.
template <class F, class Use>
[[gnu::always_inline]] constexpr void visit_leak_form(F const& f, typename F::value_type slope, Use const& use) noexcept {
  if (math::is_gentle(slope)) [[likely]] {
    use(gentle_leak<typename F::value_type>{slope});
  } else {
    use(f);
  }
}

/// The derivative form of such a functor f: a kinked_leak or f itself.
template <kink K, class F, class Use>
[[gnu::always_inline]] constexpr void visit_leak_slope_form(F const& f, typename F::value_type slope, Use const& use) noexcept {
  using T = typename F::value_type;
  if constexpr (K == kink::zero) {
    if (kinked_leak<T>::is_for(slope)) [[likely]] {
      use(kinked_leak<T>{slope});
      return;
    }
  }
  use(f);
}

} // namespace rectify
