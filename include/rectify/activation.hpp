// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math.hpp>

#include <array>
#include <concepts>
#include <string_view>
#include <utility>

/// What a value, an activation and a trainable activation are. No concrete function is named here.
namespace rectify {

/// V is T itself or a SIMD register of T: what a functor of value_type T can be evaluated on.
template <class V, class T>
concept value_of = math::value<V> && std::same_as<math::scalar_of<V>, T>;

/// Which subgradient to take where the slopes from the left and from the right differ.
enum class kink {
  zero,  ///< 0, whatever the slopes
  left,  ///< the slope from the left: what PyTorch and oneDNN take at 0
  right, ///< the slope from the right
};

/// The derivative at a point with these one-sided slopes: their common value where they agree, else by the policy K.
template <kink K, math::value V>
[[nodiscard, gnu::always_inline]] constexpr V slope_at_kink(V const& left, [[maybe_unused]] V const& right) noexcept {
  if constexpr (K == kink::zero) {
    return math::keep_where(left == right, left);
  } else {
    return K == kink::left ? left : right;
  }
}

/// The derivative of a function whose one kink is at 0: `right` above it; below it `left`, which is the slope from the left at 0
/// itself, and NaN at NaN. Half the work of slope_by_sign.
template <kink K, math::value V>
[[nodiscard, gnu::always_inline]] constexpr V slope_of_side(V const& x, V const& left, math::scalar_of<V> left_at_zero,
                                                            math::scalar_of<V> right) noexcept {
  using T = math::scalar_of<V>;
  if constexpr (math::has_replace_by_sign<V>) {
    using math::replacement;
    if (right == T(1)) [[likely]] {
      auto const at_zero = K == kink::left                             ? replacement::none
                           : K == kink::right || left_at_zero == right ? replacement::one
                                                                       : replacement::zero;
      return math::value_traits<V>::replace_by_sign(x, left, replacement::none, at_zero, replacement::one);
    }
  }
  if constexpr (K == kink::right) {
    return math::select(x >= V(T(0)), V(right), left);
  } else if constexpr (K == kink::left) {
    return math::select(x > V(T(0)), V(right), left);
  } else {
    bool const is_smooth = math::to_bits(left_at_zero) == math::to_bits(right); // of bits, which are compared by one instruction
    return math::select(x > V(T(0)), V(right), is_smooth ? left : math::keep_where(x != V(T(0)), left));
  }
}

/// The points at which a functor's one-sided slopes may differ, or at which it jumps; a functor without `kinks()` is smooth.
/// Where the two do differ at a kink, the derivative follows the policy.
template <class F>
[[nodiscard, gnu::always_inline]] constexpr auto kinks_of(F const& f) noexcept {
  if constexpr (requires { f.kinks(); }) {
    return f.kinks();
  } else {
    return std::array<typename F::value_type, 0>{};
  }
}

/// Where a derivative passes through zero: from x = from to x = to its error is at most `error`, where that is more than its
/// bound in ULP.
struct absolute_bound {
  double from;
  double to;
  double error;
};

/// How kernels run a formula that comes in two stages. A functor chooses for 32 registers, as with AVX-512, by
/// `static constexpr stage_order stages_in_many_registers`; for the forward pass in 16 that have fma, as with AVX2, by
/// `static constexpr stage_order forward_stages_in_few_registers`, where they do not overlap. Elsewhere always through memory.
enum class stage_order {
  through_memory, ///< the first stage of some hundred numbers, then their second one; unless a functor chooses
  overlapped,     ///< the first stage of the next registers, then the second one of these: for a short formula
  in_a_row        ///< the two of one step, then those of the next; in few registers one by one
};

/// inside for low < x < high, +0 outside, by the policy K at the ends, which are kinks; NaN where x is NaN. With dy for inside,
/// it is the gradient of what is cut off at both ends.
template <kink K, math::value V>
[[nodiscard, gnu::always_inline]] constexpr V keep_between(V const& x, V const& low, V const& high, V const& inside) noexcept {
  if constexpr (math::has_replace_by_sign<V>) { // one comparison less: AVX-512's go one by one
    using math::replacement;
    constexpr replacement at_low = K == kink::right ? replacement::none : replacement::zero;
    V const above_low = math::value_traits<V>::replace_by_sign(V(x - low), inside, replacement::zero, at_low, replacement::none);
    return math::zero_where(K == kink::left ? x > high : x >= high, above_low);
  } else {
    V const held = math::held_in_register(x);
    auto const is_above_low = K == kink::right ? held >= low : held > low;
    auto const is_below_high = K == kink::left ? held <= high : held < high;
    return math::keep_where_or_nan_of(held, is_below_high, math::keep_where(is_above_low, inside));
  }
}

/// keep_between for -end and end under kink::zero: one comparison for both ends.
template <math::value V>
[[nodiscard, gnu::always_inline]] constexpr V keep_within(V const& x, V const& end, V const& inside) noexcept {
  if constexpr (math::has_replace_by_sign<V>) {
    return keep_between<kink::zero>(x, V(math::negated(end)), end, inside);
  } else {
    V const held = math::held_in_register(x);
    return math::keep_where_or_nan_of(held, math::abs(held) < end, inside);
  }
}

/// A functor that kernels can apply: y = f.forward(x) on its value_type. See a header of `functions/` for a whole one; a
/// functor of your own needs no base class and no registration.
template <class F>
concept activation = std::floating_point<typename F::value_type> && requires(F const& f, typename F::value_type const& x) {
  { f.forward(x) } -> std::same_as<typename F::value_type>;
};

/// One that also has a derivative.
template <class F>
concept differentiable_activation = activation<F> && requires(F const& f, typename F::value_type const& x) {
  { f.derivative(x) } -> std::same_as<typename F::value_type>;
};

/// One whose derivative follows from its output y.
template <class F>
concept output_differentiable_activation = activation<F> && requires(F const& f, typename F::value_type const& y) {
  { f.derivative_from_output(y) } -> std::same_as<typename F::value_type>;
};

/// One with a parameter to learn: slope_derivative(x) = d forward(x) / d slope.
template <class F>
concept trainable_activation = differentiable_activation<F> && requires(F const& f, typename F::value_type const& x) {
  { f.slope_derivative(x) } -> std::same_as<typename F::value_type>;
};

/// f as its forward depends on it: without the policy, where the functor says
///   static constexpr bool forward_ignores_kink = true;   // it is of the derivative alone
/// And as its derivative depends on it: without the policy where there are no kinks either. What is compiled for one policy so
/// serves the others.
template <class F>
[[nodiscard, gnu::always_inline]] constexpr F forward_form(F const& f) noexcept {
  return f;
}
template <template <std::floating_point, kink> class Function, std::floating_point T, kink K>
requires(Function<T, K>::forward_ignores_kink)
    [[nodiscard, gnu::always_inline]] constexpr Function<T, kink::zero> forward_form(Function<T, K> const& f) noexcept {
  return __builtin_bit_cast(Function<T, kink::zero>, f);
}

template <class F>
[[nodiscard, gnu::always_inline]] constexpr auto derivative_form(F const& f) noexcept {
  if constexpr (requires { f.kinks(); }) {
    return f;
  } else {
    return forward_form(f);
  }
}

template <class F>
using forward_form_of = decltype(forward_form(std::declval<F const&>()));
template <class F>
using derivative_form_of = decltype(derivative_form(std::declval<F const&>()));

/// use(form), with what computes forward(x) as f does, for the parameters that f has. A functor whose formula is shorter for some
/// of them says so by `visit_forward_form(use)`; kernels have a loop for each form, and no test in any. Its derivative likewise,
/// and that from the output.
template <class F, class Use>
[[gnu::always_inline]] constexpr void visit_forward_form(F const& f, Use const& use) noexcept {
  if constexpr (requires { f.visit_forward_form(use); }) {
    f.visit_forward_form(use);
  } else {
    use(f);
  }
}
template <class F, class Use>
[[gnu::always_inline]] constexpr void visit_derivative_form(F const& f, Use const& use) noexcept {
  if constexpr (requires { f.visit_derivative_form(use); }) {
    f.visit_derivative_form(use);
  } else {
    use(f);
  }
}
template <class F, class Use>
[[gnu::always_inline]] constexpr void visit_derivative_from_output_form(F const& f, Use const& use) noexcept {
  if constexpr (requires { f.visit_derivative_from_output_form(use); }) {
    f.visit_derivative_from_output_form(use);
  } else {
    use(f);
  }
}

/// A parameter of F: its name, and where it is. A functor that has some lists them:
///   static constexpr auto parameters() noexcept { return std::array{parameter<F>{"alpha", &F::alpha}}; }
/// Kernels refuse parameters that are not finite by that list, and tests, tables and pictures walk along it.
template <class F>
struct parameter {
  char const* name;
  typename F::value_type F::*member;
};

/// The list of F, empty if it has none.
template <class F>
[[nodiscard, gnu::always_inline]] constexpr auto parameters_of() noexcept {
  if constexpr (requires { F::parameters(); }) {
    return F::parameters();
  } else {
    return std::array<parameter<F>, 0>{};
  }
}

/// A parameter outside its domain, as a functor reports it; one without a name says that all is well. A functor whose
/// parameters have to be more than finite has
///   parameter_error check() const                 for every kernel, or
///   parameter_error check_from_output() const     for the derivative from the output;
/// the kernels turn a report into std::invalid_argument before they write anything.
struct parameter_error {
  char const* name = nullptr;
  double value = 0;
  char const* requirement = nullptr;

  [[nodiscard, gnu::always_inline]] constexpr explicit operator bool() const noexcept { return name != nullptr; }
};

/// The report for a parameter that may be any finite number.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr parameter_error check_finite(char const* name, T value) noexcept {
  if (value - value == T(0)) {
    return {};
  }
  return {name, static_cast<double>(value), "must be finite"};
}

/// The report for a slope (or scale) of the negative side when the output is to tell the sides apart.
template <kink K, class T>
[[nodiscard, gnu::always_inline]] constexpr parameter_error check_sign_is_kept(char const* name, T value) noexcept {
  if constexpr (K == kink::right) { // at 0 the whole negative side has the output 0, whose slope would be taken for 1
    if (!(value > T(0))) {
      return {name, static_cast<double>(value), "must be > 0 for the derivative from the output under kink::right"};
    }
  } else {
    if (!(value >= T(0))) {
      return {name, static_cast<double>(value), "must be >= 0 for the derivative from the output"};
    }
  }
  return {};
}

/// dy · slope, but +0 where the slope is 0, also for an infinite or NaN dy.
template <math::value V>
[[nodiscard, gnu::always_inline]] constexpr V scale_gradient(V const& dy, V const& slope) noexcept {
  return math::keep_where(slope != V(math::scalar_of<V>(0)), V(dy * slope));
}

/// The derivative of a function of slope 1 above its kink at 0 and `slope` below it: one for all elements, or for each its own.
template <kink K, math::value V, class Slope>
[[nodiscard, gnu::always_inline]] constexpr V slope_by_sign(V const& x, Slope const& slope) noexcept {
  using T = math::scalar_of<V>;
  V const zero(T(0));
  V const one(T(1));
  if constexpr (math::has_replace_by_sign<V> && std::same_as<Slope, T>) {
    return slope_of_side<K>(x, V(slope), slope, T(1)); // which has NaN at NaN there
  } else if constexpr (K == kink::left) {
    return math::select(x > zero, one, math::with_nan_of(V(slope), x));
  } else if constexpr (K == kink::right) {
    return math::select(x >= zero, one, math::select(x < zero, V(slope), x));
  } else { // x + 0 or x + 1: the derivative at 0, and NaN at NaN
    return math::select(x > zero, one, math::select(x < zero, V(slope), V(x + V(slope_at_kink<K>(slope, Slope(T(1)))))));
  }
}

/// dy times slope_by_sign, as scale_gradient has it.
template <kink K, math::value V>
[[nodiscard, gnu::always_inline]] constexpr V scale_gradient_by_sign(V const& x, V const& dy, math::scalar_of<V> slope) noexcept {
  using T = math::scalar_of<V>;
  if constexpr (math::has_replace_by_sign<V>) {
    using math::replacement;
    // of bits: short runs of channels come by the million, and comparing numbers looks for NaN
    replacement const below = math::to_bits(math::abs(slope)) == 0 ? replacement::zero : replacement::none;
    bool const is_smooth = math::to_bits(slope) == math::to_bits(T(1));
    replacement const at = K == kink::left ? below : K == kink::right || is_smooth ? replacement::none : replacement::zero;
    V const scaled = math::select(K == kink::left ? x <= V(T(0)) : x < V(T(0)), V(dy * V(slope)), dy);
    return math::value_traits<V>::replace_by_sign(x, scaled, below, at, replacement::none);
  } else {
    return scale_gradient(dy, slope_by_sign<K>(x, slope));
  }
}

/// The same with a slope for each element.
template <kink K, math::value V>
[[nodiscard, gnu::always_inline]] constexpr V scale_gradient_by_sign_each(V const& x, V const& dy, V const& slopes) noexcept {
  using T = math::scalar_of<V>;
  if constexpr (math::has_replace_by_sign<V>) {
    V const below = math::zero_at_zero(slopes, V(dy * slopes));
    V const scaled = math::select(K == kink::left ? x <= V(T(0)) : x < V(T(0)), below, dy);
    V const smooth = math::with_nan_of(scaled, x);
    if constexpr (K == kink::zero) {
      return math::select(slopes == V(T(1)), smooth, math::zero_at_zero(x, scaled));
    } else {
      return smooth;
    }
  } else {
    return scale_gradient(dy, slope_by_sign<K>(x, slopes));
  }
}

/// sum + dy · slope, but the sum itself where the slope is 0.
template <math::value V>
[[nodiscard, gnu::always_inline]] constexpr V add_gradient(V const& sum, V const& dy, V const& slope) noexcept {
  return math::fma(slope, math::zero_where(slope == V(math::scalar_of<V>(0)), dy), sum); // no blend in the chain of sums
}

/// dy · f'(x), the chain rule, with +0 wherever f'(x) is 0, and NaN where f'(x) is NaN.
/// A functor may bring a cheaper `backward(x, dy)` of the same meaning.
template <class F, value_of<typename F::value_type> V>
[[nodiscard, gnu::always_inline]] constexpr V chain(F const& f, V const& x, V const& dy) noexcept {
  if constexpr (requires { f.backward(x, dy); }) {
    return f.backward(x, dy);
  } else {
    return scale_gradient(dy, V(f.derivative(x)));
  }
}

/// The same from the output y, with `backward_from_output(y, dy)`.
template <class F, value_of<typename F::value_type> V>
[[nodiscard, gnu::always_inline]] constexpr V chain_from_output(F const& f, V const& y, V const& dy) noexcept {
  if constexpr (requires { f.backward_from_output(y, dy); }) {
    return f.backward_from_output(y, dy);
  } else {
    return scale_gradient(dy, V(f.derivative_from_output(y)));
  }
}

/// A functor whose forward(x) is a long formula may bring it in two stages as well,
///   forward(x) = forward_second_stage(x, forward_first_stage(x)),
/// and so its derivative: kernels compute the first stage of some hundred numbers before their second one. What the first one
/// returns, a std::array of V, is for the second one alone.
template <class F>
inline constexpr bool has_forward_stages = requires(F const& f, typename F::value_type x) {
  f.forward_second_stage(x, f.forward_first_stage(x));
};
template <class F>
inline constexpr bool has_derivative_stages = requires(F const& f, typename F::value_type x) {
  f.derivative_second_stage(x, f.derivative_first_stage(x));
};

/// sum + dy · f.slope_derivative(x), but the sum itself where that is 0. A functor may bring a cheaper
/// `add_slope_gradient(sum, x, dy)` of the same meaning.
template <class F, value_of<typename F::value_type> V>
[[nodiscard, gnu::always_inline]] constexpr V add_slope_gradient(F const& f, V const& sum, V const& x, V const& dy) noexcept {
  if constexpr (requires { f.add_slope_gradient(sum, x, dy); }) {
    return f.add_slope_gradient(sum, x, dy);
  } else {
    return add_gradient(sum, dy, V(f.slope_derivative(x)));
  }
}

} // namespace rectify
