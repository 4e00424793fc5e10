// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <type_traits>

/// The words that formulas are written in. Each is one template for a scalar and for a SIMD register of it. Formulas call
/// them qualified (`math::select`), because a register library's own `select` would be found by its argument too.
///
/// Every function here is forced inline: a copy with a name of its own, compiled for a new machine in one translation unit
/// and for an old one in another, would be merged by the linker, and the old machine would meet the wrong one.
namespace rectify::math {

/// What a value type has to offer. Here for the scalars; the kernels add the SIMD registers; a user may add a type.
template <class V>
struct value_traits;

/// A type that formulas can be evaluated on: a floating-point number or a register of them.
template <class V>
concept value = requires {
  typename value_traits<V>::scalar;
};

template <value V>
using scalar_of = typename value_traits<V>::scalar;

/// The unsigned integers, as wide as the numbers, that hold their bit patterns.
template <value V>
using bits_of = typename value_traits<V>::bits;

/// Does `fma` round once on V? It does where the machine has the instruction. Results differ between the two classes of
/// machine, never within one.
template <value V>
inline constexpr bool fuses = value_traits<V>::fuses;

/// condition ? yes : no, in each element; both are evaluated.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V select(auto const& condition, V const& yes, V const& no) noexcept {
  return value_traits<V>::select(condition, yes, no);
}

/// condition ? +0 : x, in each element. A mask, where `select` would be a blend at twice the price.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V zero_where(auto const& condition, V const& x) noexcept {
  return value_traits<V>::zero_where(condition, x);
}

/// condition ? x : +0, in each element.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V keep_where(auto const& condition, V const& x) noexcept {
  return value_traits<V>::keep_where(condition, x);
}

/// a · b + c, rounded once where V `fuses`, else after each of the two steps. The only way to write a multiply-add: a plain
/// a * b + c is contracted by some compilers and not by others.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V fma(V const& a, V const& b, V const& c) noexcept {
  return value_traits<V>::fma(a, b, c);
}

/// a · b - c and c - a · b, rounded as fma: where a negation of its own would be one more instruction.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V fms(V const& a, V const& b, V const& c) noexcept {
  return value_traits<V>::fms(a, b, c);
}
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V fnma(V const& a, V const& b, V const& c) noexcept {
  return value_traits<V>::fnma(a, b, c);
}

/// c + a · b where the condition holds, rounded as fma, else c, whatever a and b are. A c of -0 may come back as +0.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V fma_where(auto const& condition, V const& a, V const& b, V const& c) noexcept {
  if constexpr (requires { value_traits<V>::fma_where(condition, a, b, c); }) {
    return value_traits<V>::fma_where(condition, a, b, c);
  } else {
    return math::fma(keep_where(condition, a), keep_where(condition, b), c);
  }
}

/// x < bound ? bound : x, for a bound that is a number: a NaN x is returned as it is, and so is an x of -0 at a bound of +0.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V at_least(V const& x, V const& bound) noexcept {
  return value_traits<V>::at_least(x, bound);
}

/// x > bound ? bound : x, likewise.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V at_most(V const& x, V const& bound) noexcept {
  return value_traits<V>::at_most(x, bound);
}

/// Does every instruction of V set lanes of its result to 0 at no cost, as those of AVX-512 do?
template <value V>
inline constexpr bool masks_results = requires {
  requires value_traits<V>::masks_results;
};

/// Has V one instruction for its traits' select_by_sign_bit(by, yes, no): yes where the sign bit of `by` is set, else no?
template <value V>
inline constexpr bool has_select_by_sign_bit = requires(V const& x) {
  value_traits<V>::select_by_sign_bit(x, x, x);
};

/// x < 0 ? at_least(x, bound) : 0, for a bound below 0. The 0 may be -0 where x is, and a NaN may stay.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V at_least_below_zero(V const& x, V const& bound) noexcept {
  V const zero(scalar_of<V>(0));
  if constexpr (has_select_by_sign_bit<V>) {
    return at_least(at_most(x, zero), bound);
  } else if constexpr (masks_results<V>) {
    return keep_where(x < zero, at_least(x, bound));
  } else { // clang has one instruction for x < 0 ? x : 0
    return at_least(keep_where(x < zero, x), bound);
  }
}

/// x < 0 ? yes : no, where `by` is a number that was computed on the way: its sign bit is set where x < 0, and clear elsewhere.
/// Of a NaN x, either.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V select_below_zero(V const& x, [[maybe_unused]] V const& by, V const& yes,
                                                                V const& no) noexcept {
  if constexpr (has_select_by_sign_bit<V>) {
    return value_traits<V>::select_by_sign_bit(by, yes, no);
  } else {
    return select(x < V(scalar_of<V>(0)), yes, no);
  }
}

template <value V>
[[nodiscard, gnu::always_inline]] constexpr bits_of<V> to_bits(V const& x) noexcept {
  return value_traits<V>::to_bits(x);
}

template <value V>
[[nodiscard, gnu::always_inline]] constexpr V from_bits(bits_of<V> const& bits) noexcept {
  return value_traits<V>::from_bits(bits);
}

/// |x|: the sign bit is cleared, of a NaN too.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V abs(V const& x) noexcept {
  using bits = bits_of<V>;
  constexpr auto without_sign = value_traits<scalar_of<V>>::to_bits(scalar_of<V>(-0.0)) - 1U;
  return from_bits<V>(to_bits(x) & bits(without_sign));
}

/// -|x|: the sign bit is set, of a NaN too.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V negative_abs(V const& x) noexcept {
  using bits = bits_of<V>;
  constexpr auto sign = value_traits<scalar_of<V>>::to_bits(scalar_of<V>(-0.0));
  return from_bits<V>(to_bits(x) | bits(sign));
}

/// -x, by the sign bit alone: of +0 too, where the minus of an AVX-512 register subtracts from 0 and gives +0 (xsimd 14.3).
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V negated(V const& x) noexcept {
  using bits = bits_of<V>;
  constexpr auto sign = value_traits<scalar_of<V>>::to_bits(scalar_of<V>(-0.0));
  return from_bits<V>(to_bits(x) ^ bits(sign));
}

/// The sign of x, given to a number whose sign bit is clear or already that of x.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V with_sign_of(V const& number, V const& x) noexcept {
  using bits = bits_of<V>;
  constexpr auto sign = value_traits<scalar_of<V>>::to_bits(scalar_of<V>(-0.0));
  return from_bits<V>(to_bits(number) | (to_bits(x) & bits(sign)));
}

/// x between a bound below 0 and 0, and the bound below it; for x above 0 any number between the two, of NaN the bound or NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V between_bound_and_zero(V const& x, V const& bound) noexcept {
  if constexpr (requires { value_traits<V>::between_bound_and_zero(x, bound); }) {
    return value_traits<V>::between_bound_and_zero(x, bound);
  } else {
    return at_least(negative_abs(x), bound);
  }
}

/// x without the lower half of its significand: products of two such numbers are exact.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V upper_half(V const& x) noexcept {
  using bits = bits_of<V>;
  constexpr int dropped = (std::numeric_limits<scalar_of<V>>::digits + 1) / 2;
  constexpr auto ones = value_traits<scalar_of<V>>::to_bits(scalar_of<V>(0));
  return from_bits<V>(to_bits(x) & bits((~ones >> dropped) << dropped));
}

/// x itself, in a way that hides from the compiler how it was computed. Under -ffast-math (x + c) - c would else become x.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V as_rounded(V const& x) noexcept {
  return value_traits<V>::as_rounded(x);
}

/// x itself, for what uses it more than once: held in a register. g++ 12 tuned for Zen 3 loads a number again for every use of
/// it, and short formulas wait for loads, relu's gradient among them.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V held_in_register(V const& x) noexcept {
  if constexpr (requires { value_traits<V>::held_in_register(x); }) {
    return value_traits<V>::held_in_register(x);
  } else {
    return x;
  }
}

/// What a number is replaced by: by nothing, +0 or 1.
enum class replacement { none, zero, one };

/// Has V one instruction for its traits' replace_by_sign(x, y, below, at, above): y, or what replaces it where x is below, at or
/// above 0; a quiet NaN where x is NaN?
template <value V>
inline constexpr bool has_replace_by_sign = requires(V const& x) {
  value_traits<V>::replace_by_sign(x, x, replacement::none, replacement::none, replacement::none);
};

/// Has V one instruction for its traits' nan_of(x): a NaN where x is NaN, +0 elsewhere? SSE and AVX compare so.
template <value V>
inline constexpr bool has_nan_of = requires(V const& x) {
  value_traits<V>::nan_of(x);
};

/// y, but NaN where x is NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V with_nan_of(V const& y, V const& x) noexcept {
  if constexpr (has_replace_by_sign<V>) {
    return value_traits<V>::replace_by_sign(x, y, replacement::none, replacement::none, replacement::none);
  } else if constexpr (has_nan_of<V>) {
    return from_bits<V>(to_bits(y) | to_bits(value_traits<V>::nan_of(x)));
  } else {
    return select(x == x, y, x);
  }
}

/// condition ? y : +0, but NaN where x is NaN. The condition is one that does not hold there.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V keep_where_or_nan_of(V const& x, auto const& condition, V const& y) noexcept {
  if constexpr (has_nan_of<V> && has_select_by_sign_bit<V>) { // a blend is one instruction there
    return select(condition, y, value_traits<V>::nan_of(x));
  } else {
    return with_nan_of(keep_where(condition, y), x);
  }
}

/// y where x is above 0, and at 0 if `at_zero`, else +0; NaN where x is NaN.
template <bool at_zero, value V>
[[nodiscard, gnu::always_inline]] constexpr V keep_above_zero(V const& x, V const& y) noexcept {
  V const zero(scalar_of<V>(0));
  if constexpr (has_replace_by_sign<V>) {
    constexpr replacement at = at_zero ? replacement::none : replacement::zero;
    return value_traits<V>::replace_by_sign(x, y, replacement::zero, at, replacement::none);
  } else {
    V const held = held_in_register(x);
    return keep_where_or_nan_of(held, at_zero ? held >= zero : held > zero, y);
  }
}

/// y, but +0 where x is 0, and NaN where x is NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V zero_at_zero(V const& x, V const& y) noexcept {
  if constexpr (has_replace_by_sign<V>) {
    return value_traits<V>::replace_by_sign(x, y, replacement::none, replacement::zero, replacement::none);
  } else {
    return with_nan_of(zero_where(x == V(scalar_of<V>(0)), y), x);
  }
}

/// x < 0 ? slope · x : x, the leaky rectifier, for any slopes.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V leak(V const& x, V const& slopes) noexcept {
  return select(x < V(scalar_of<V>(0)), V(slopes * x), x);
}

/// The same where every slope is from above 0 (0 · infinity is NaN) to 1: the larger of the two.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V leak_gently(V const& x, V const& slopes) noexcept {
  return at_least(x, V(slopes * x));
}

/// Is it a slope for leak_gently?
template <std::floating_point T>
[[nodiscard, gnu::always_inline]] constexpr bool is_gentle(T slope) noexcept {
  return slope > T(0) && slope <= T(1);
}

/// C[I]. Formulas take their coefficients by this word: an element of a static array, written as such, nvcc 13.0 compiles for the
/// device now and then, and without a word, into a read at address 4 I, or for I = 0 into a trap.
template <auto const& C, std::size_t I>
inline constexpr auto coefficient = C[I];

/// The coefficients of C(-x).
template <auto const& C>
inline constexpr auto of_negated = [] {
  auto coefficients = std::to_array(C);
  for (std::size_t i = 1; i < coefficients.size(); i += 2) {
    coefficients[i] = -coefficients[i];
  }
  return coefficients;
}();

/// C[First] + C[First + 1] x + C[First + 2] x^2 + ... to the last one of the array, by Horner's rule.
template <auto const& C, std::size_t First = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr V polynomial(V const& x) noexcept {
  if constexpr (First + 1 == std::size(C)) {
    return V(coefficient<C, First>);
  } else {
    return math::fma(polynomial<C, First + 1>(x), x, V(coefficient<C, First>));
  }
}

/// The same with x^2 given, as even(x^2) + x odd(x^2): as many steps, but the chain of steps that wait for each other is half
/// as long, and that chain is what most functions here wait for.
template <auto const& C, std::size_t First = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr V polynomial_of_square(V const& x, V const& square) noexcept {
  constexpr std::size_t terms = std::size(C) - First;
  if constexpr (terms <= 2) {
    return polynomial<C, First>(x);
  } else { // the other terms first: g++ computes in this order, and a pair that waits takes a register
    V const rest = polynomial_of_square<C, First + 2>(x, square);
    return math::fma(square, rest, math::fma(x, V(coefficient<C, First + 1>), V(coefficient<C, First>)));
  }
}

/// x · y - product, where product is x · y rounded (`as_rounded`).
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V product_error(V const& x, V const& y, V const& product) noexcept {
  if constexpr (fuses<V>) {
    return as_rounded(math::fms(x, y, product));
  } else {
    V const x_high = upper_half(x);
    V const y_high = upper_half(y);
    V const x_low = x - x_high;
    V const y_low = y - y_high;
    return as_rounded(
        V(V(V(as_rounded(V(V(x_high * y_high) - product)) + V(x_high * y_low)) + V(x_low * y_high)) + V(x_low * y_low)));
  }
}

/// a + x · y with the error of one rounding, also where the product and a nearly cancel.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V sum_with_product(V const& a, V const& x, V const& y) noexcept {
  if constexpr (fuses<V>) {
    return math::fma(x, y, a);
  } else {
    V const product = as_rounded(V(x * y));
    V const sum = as_rounded(V(a + product));
    V const part = as_rounded(V(sum - a));
    V const sum_error = V(a - as_rounded(V(sum - part))) + V(product - part);
    return V(sum + V(sum_error + product_error(x, y, product)));
  }
}

/// a + x · y + low for a low that is small beside a, where |x · y| <= |a| / 2: with the error of one rounding, and that of x · y
/// where V fuses.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V sum_with_product(V const& a, V const& x, V const& y, V const& low) noexcept {
  if constexpr (fuses<V>) {
    return V(a + math::fma(x, y, low));
  } else {
    V const product = as_rounded(V(x * y));
    V const sum = as_rounded(V(a + product));
    V const sum_error = product - as_rounded(V(sum - a));
    return V(sum + V(sum_error + V(product_error(x, y, product) + low)));
  }
}

/// The numbers of a binary format that bit tricks need.
template <std::floating_point T>
struct format {
  static constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;
  static constexpr int exponent_bias = std::numeric_limits<T>::max_exponent - 1;
  /// 1.5 · 2^mantissa_bits: added to a number far smaller, it leaves an integer in the low bits of the sum.
  static constexpr T shifter = T(3) * T(std::uint64_t{1} << (mantissa_bits - 1));
};

// No function here returns a struct of registers: g++ 12 would pass it through memory (elu then took three times as long).

/// The integer n next to x · y, plus Offset, in the low bits of the result's pattern; ties go by the rounding mode. For |x · y|
/// below 2^(mantissa_bits - 2).
template <int Offset = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr V shifted_integer(V const& x, V const& y) noexcept {
  return as_rounded(math::fma(x, y, V(format<scalar_of<V>>::shifter + scalar_of<V>(Offset))));
}

/// n as a number, from what shifted_integer returned.
template <int Offset = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr V unshifted(V const& shifted) noexcept {
  return as_rounded(V(shifted - V(format<scalar_of<V>>::shifter + scalar_of<V>(Offset))));
}

/// The exponent field of a power of two.
template <std::floating_point T>
[[nodiscard, gnu::always_inline]] constexpr int exponent_field(T power) noexcept {
  return static_cast<int>(to_bits(power) >> format<T>::mantissa_bits);
}

/// The power of two whose exponent field is the integer that shifted_integer left: c 2^n where Offset was exponent_field(c).
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V power_of_field(V const& shifted) noexcept {
  return from_bits<V>(to_bits(shifted) << format<scalar_of<V>>::mantissa_bits);
}

/// factor · 2^n for the n in the low bits of an integer, where both are normal numbers.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V times_power_of_two(V const& factor, bits_of<V> const& n) noexcept {
  return from_bits<V>((n << format<scalar_of<V>>::mantissa_bits) + to_bits(factor));
}

/// 2^n for the n in the low bits of an integer, where the power is a normal number.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V power_of_two(bits_of<V> const& n) noexcept {
  return times_power_of_two(V(scalar_of<V>(1)), n);
}

/// x · 2^n for the n in the low bits of `whole`, which lie in the pattern of shifted_integer; rounded once, also where 2^n itself
/// is far outside the range of normal numbers.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V scale(V const& x, bits_of<V> const& whole) noexcept {
  bits_of<V> const half = whole >> 1; // floor(n / 2) in its low bits, since the bits above n are even
  return x * power_of_two<V>(half) * power_of_two<V>(whole - half);
}

/// Has V one instruction for its traits' scale(x, n): the same for a number n that is an integer?
template <value V>
inline constexpr bool has_scale = requires(V const& x) {
  value_traits<V>::scale(x, x);
};

/// The e with 2^e <= |x| < 2^(e+1) for a normal x, the least of them for a subnormal x or 0. Without a branch, so that it
/// can be taken out of a loop.
template <std::floating_point T>
[[nodiscard, gnu::always_inline]] constexpr int exponent(T x) noexcept {
  auto const biased = static_cast<int>(to_bits(abs(x)) >> format<T>::mantissa_bits);
  return biased + static_cast<int>(biased == 0) - format<T>::exponent_bias;
}

} // namespace rectify::math

#include <rectify/math/scalar.hpp>
