// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/value.hpp>

namespace rectify::math {

/// Coefficients of e^r - 1 = r + r^2 (q0 + q1 r + ...) on |r| <= log(2)/2, the same with one term less for use beside 1, log(2)
/// in two parts, 1/log(2), and where the results end. Printed by `sollya tests/coefficients/exp.sollya`; a test compares the two.
template <class T>
struct exp_coefficients;

template <>
struct exp_coefficients<float> {
  static constexpr float q[] = {0x1p-1F, 0x1.555554p-3F, 0x1.5554eap-5F, 0x1.1112f8p-7F, 0x1.6d4c54p-10F, 0x1.9e3788p-13F};
  static constexpr float q_of_sum[] = {0x1.fffffcp-2F, 0x1.555482p-3F, 0x1.5557bcp-5F, 0x1.1244dap-7F, 0x1.6b6e2p-10F};
  static constexpr float log2_high = 0x1.62e4p-1F;
  static constexpr float log2_low = 0x1.7f7d1cp-20F;
  static constexpr float log2_e = 0x1.715476p0F;
  static constexpr float least = 0x1p-32F;        // 2^n / least is a normal number for n from -157 up to 95
  static constexpr float underflow = -104;        // e^x rounds to 0 from -103.98 down
  static constexpr float overflow = 89;           // and to infinity from 88.73 up
  static constexpr float minus_one_from = -18;    // e^x - 1 rounds to -1 from -17.33 down
  static constexpr float linear_below = 0x1p-25F; // and to x or its neighbour where |x| is less
};

template <>
struct exp_coefficients<double> {
  static constexpr double q[] = {0x1p-1,
                                 0x1.5555555555559p-3,
                                 0x1.555555555554ap-5,
                                 0x1.111111110f54ep-7,
                                 0x1.6c16c16c1c102p-10,
                                 0x1.a01a01b0b7082p-13,
                                 0x1.a01a018783966p-16,
                                 0x1.71ddf5b55350dp-19,
                                 0x1.27e51f90e2986p-22,
                                 0x1.af641de9fc87ep-26,
                                 0x1.1f0a798eecd3fp-29};
  static constexpr double q_of_sum[] = {0x1.000000000000dp-1,  0x1.5555555555563p-3, 0x1.555555554f693p-5,  0x1.111111110ce59p-7,
                                        0x1.6c16c187de8f8p-10, 0x1.a01a01bd864ep-13, 0x1.a019905779debp-16, 0x1.71ddd9f25844fp-19,
                                        0x1.28b635bed2fc7p-22, 0x1.af8eb82ee8b44p-26};
  static constexpr double log2_high = 0x1.62e42fefa4p-1;
  static constexpr double log2_low = -0x1.8432a1b0e2634p-43;
  static constexpr double log2_e = 0x1.71547652b82fep0;
  static constexpr double least = 0x1p-66;      // -1087 to 957
  static constexpr double underflow = -746;     // -745.13
  static constexpr double overflow = 710;       // 709.78
  static constexpr double minus_one_from = -38; // -37.43
  static constexpr double linear_below = 0x1p-54;
};

/// 1 / least, by which a power of two is a normal number for every n that a result <= 1 can need; least times the rest rounds
/// once. Half the work of `scale`, which must reach up as far as down.
template <class T>
inline constexpr T over_least = T(1) / exp_coefficients<T>::least;

// x = n log(2) + r with |r| <= log(2)/2, so that e^x = 2^n e^r.

/// n + Offset, shifted, for x between `underflow` and `overflow`; for `negated`, the n of e^-x.
template <bool negated = false, int Offset = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr V exponent_of_exp(V const& x) noexcept {
  using c = exp_coefficients<scalar_of<V>>;
  return shifted_integer<Offset>(x, V(negated ? -c::log2_e : c::log2_e));
}

/// x - n · (the high part of log(2)), exact; for `negated` +.
template <bool negated = false, value V>
[[nodiscard, gnu::always_inline]] constexpr V reduce_high(V const& x, V const& n) noexcept {
  constexpr scalar_of<V> part = exp_coefficients<scalar_of<V>>::log2_high;
  return as_rounded(math::fma(n, V(negated ? part : -part), x));
}

/// high - n · (the low part of log(2)); for `negated` +.
template <bool negated = false, value V>
[[nodiscard, gnu::always_inline]] constexpr V reduce_low(V const& high, V const& n) noexcept {
  constexpr scalar_of<V> part = exp_coefficients<scalar_of<V>>::log2_low;
  return as_rounded(math::fma(n, V(negated ? part : -part), high));
}

/// r, or for `negated` -r.
template <bool negated = false, value V>
[[nodiscard, gnu::always_inline]] constexpr V reduce(V const& x, V const& n) noexcept {
  return reduce_low<negated>(reduce_high<negated>(x, n), n);
}

/// r + r^2 Q(r), or for `negated` the same of -r.
template <auto const& Q, bool negated, value V>
[[nodiscard, gnu::always_inline]] constexpr V fraction_by_remainder(V const& r) noexcept {
  V const square = r * r;
  if constexpr (negated) {
    return math::fms(square, polynomial_of_square<of_negated<Q>>(r, square), r);
  } else {
    return math::fma(square, polynomial_of_square<Q>(r, square), r);
  }
}

/// p in e^x = 2^n (1 + p), or for `negated` in e^-x = 2^n (1 + p), from the reduced
/// argument r (for `negated` from -r). The error of p is small beside 1, not beside p.
template <bool negated = false, value V>
[[nodiscard, gnu::always_inline]] constexpr V fraction_of_reduced(V const& r) noexcept {
  using c = exp_coefficients<scalar_of<V>>;
  if constexpr (fuses<V>) {
    return fraction_by_remainder<c::q_of_sum, negated>(r);
  } else { // without fma there is no room for the error of the shorter polynomial: 2.009 ULP in gelu_tanh at -0x1.4c91dep+2
    return fraction_by_remainder<c::q, negated>(r);
  }
}

/// {n + Offset, shifted, r} of e^x, or for `negated` {the same, -r} of e^-x, = 2^n e^r.
template <bool negated = false, int Offset = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> reduced_exp(V const& x) noexcept {
  V const shifted = exponent_of_exp<negated, Offset>(x);
  return {shifted, math::reduce<negated>(x, unshifted<Offset>(shifted))};
}

/// {n + Offset, shifted, p} of e^x, or for `negated` e^-x, = 2^n (1 + p).
template <bool negated = false, int Offset = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> split_exp(V const& x) noexcept {
  V const shifted = exponent_of_exp<negated, Offset>(x);
  return {shifted, fraction_of_reduced<negated>(math::reduce<negated>(x, unshifted<Offset>(shifted)))};
}

/// The same of e^(factor · x), or for `negated` e^-(factor · x), the product not rounded.
template <bool negated = false, int Offset = 0, value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> split_exp(V const& x, scalar_of<V> factor) noexcept {
  constexpr scalar_of<V> log2_high = exp_coefficients<scalar_of<V>>::log2_high;
  V const shifted = exponent_of_exp<negated, Offset>(V(x * V(factor)));
  V const n = unshifted<Offset>(shifted);
  V const high = sum_with_product(V(n * V(negated ? log2_high : -log2_high)), x, V(factor));
  return {shifted, fraction_of_reduced<negated>(reduce_low<negated>(high, n))};
}

/// Q(r), the many terms of double by even and odd powers: of ten one after the other the next ones would have to wait.
template <auto const& Q, value V>
[[nodiscard, gnu::always_inline]] constexpr V remainder_polynomial(V const& r) noexcept {
  if constexpr (std::same_as<scalar_of<V>, float>) {
    return polynomial<Q>(r);
  } else {
    return polynomial_of_square<Q>(r, V(r * r));
  }
}

/// (e^r - 1 - r) / r^2 on |r| <= log(2)/2.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exp_remainder(V const& r) noexcept {
  using c = exp_coefficients<scalar_of<V>>;
  return remainder_polynomial<c::q>(r);
}

/// (exp_remainder(r) - 1/2) / r.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exp_remainder_without_first(V const& r) noexcept {
  using c = exp_coefficients<scalar_of<V>>;
  static_assert(c::q[0] == scalar_of<V>(0.5));
  return polynomial<c::q, 1>(r);
}

/// power · e^r for a power of two.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exp_of_reduced(V const& r, V const& power) noexcept {
  using T = scalar_of<V>;
  using c = exp_coefficients<T>;
  if constexpr (fuses<V>) {
    V const linear = power * r; // exact, and ready before the polynomial is
    return math::fma(linear, math::fma(r, remainder_polynomial<c::q_of_sum>(r), V(T(1))), power);
  } else { // the product with r would round once more: 1.10 ULP at x = 0x1.cf3ac2p+5
    return math::fma(fraction_of_reduced(r), power, power);
  }
}

/// e^x for x between `underflow` and `overflow`, or NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exp_in_range(V const& x) noexcept {
  V const shifted = exponent_of_exp(x);
  V const n = unshifted(shifted);
  V const unscaled = exp_of_reduced(math::reduce(x, n), V(scalar_of<V>(1)));
  if constexpr (has_scale<V>) {
    return value_traits<V>::scale(unscaled, n);
  } else {
    return scale(unscaled, to_bits(shifted));
  }
}

/// factor · e^x for x <= 0 or NaN, and a finite factor, also where e^x is subnormal or 0 and the product is not.
/// (7 · exp(x) was off by 3.6 ULP at x = -89.5.) The factor's exponent is added to that of e^x before either is applied.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V scaled_exp_of_nonpositive(scalar_of<V> factor, V const& x) noexcept {
  using T = scalar_of<V>;
  using c = exp_coefficients<T>;
  int const e = exponent(factor);
  auto const e_bits = static_cast<bits_of<T>>(e); // modulo 2^32 or 2^64, like all that is added in the low bits
  T const mantissa = scale(factor, bits_of<T>(value_traits<T>::to_bits(format<T>::shifter) - e_bits));
  T const last = mantissa * c::least; // before the branch, that it be computed once for a range
  V const clamped = at_least(x, V(T(c::underflow - T(1) - T(e) * c::log2_high)));
  constexpr int field = exponent_field(over_least<T>);
  V const shifter(format<T>::shifter + T(e + field));
  V const shifted = as_rounded(math::fma(clamped, V(c::log2_e), shifter));
  V const n = as_rounded(V(shifted - shifter));
  if (e <= std::numeric_limits<T>::max_exponent - 1 + exponent(c::least)) [[likely]] {
    // a normal number, whose product rounds once
    return exp_of_reduced(math::reduce(clamped, n), power_of_field(shifted)) * V(last);
  }
  // factors that reach from one end of the format to the other
  return scale(V(V(mantissa) * exp_of_reduced(math::reduce(clamped, n), V(T(1)))),
               bits_of<V>(to_bits(shifted) - bits_of<V>(bits_of<T>(field))));
}

/// {n + the exponent field of 1 / least, shifted, r} of e^x for x <= 0 or NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> exp_of_nonpositive_first_stage(V const& x) noexcept {
  using T = scalar_of<V>;
  return reduced_exp<false, exponent_field(over_least<T>)>(at_least(x, V(exp_coefficients<T>::underflow - T(1))));
}

/// e^x from them.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exp_of_nonpositive_second_stage(std::array<V, 2> const& reduced) noexcept {
  return exp_of_reduced(reduced[1], power_of_field(reduced[0])) * V(exp_coefficients<scalar_of<V>>::least);
}

/// e^x for x <= 0 or NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exp_of_nonpositive(V const& x) noexcept {
  using T = scalar_of<V>;
  if constexpr (has_scale<V>) {
    return exp_in_range(at_least(x, V(exp_coefficients<T>::underflow)));
  } else {
    return exp_of_nonpositive_second_stage(exp_of_nonpositive_first_stage(x));
  }
}

/// e^x. exp(-inf) = 0, exp(+inf) = inf, exp(NaN) = NaN; overflows and underflows where the exact value does.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exp(V const& x) noexcept {
  using c = exp_coefficients<scalar_of<V>>;
  V const above = select(x < V(c::underflow), V(c::underflow), x);
  return exp_in_range(select(above > V(c::overflow), V(c::overflow), above));
}

/// {n + the exponent field of 1, shifted, r, or for double what reduce_high leaves} for expm1_of_clamped.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> expm1_first_stage(V const& clamped) noexcept {
  using T = scalar_of<V>;
  using c = exp_coefficients<T>;
  constexpr int field = exponent_field(T(1));
  V const shifted = exponent_of_exp<false, field>(clamped);
  V const n = unshifted<field>(shifted);
  if constexpr (!std::same_as<T, float>) {
    return {shifted, reduce_high(clamped, n)};
  } else if constexpr (fuses<V>) {
    // in one step, which does not round n · log(2): n is above -27, and n · (log(2) - its nearest float) below a tenth of an ULP
    // of the result
    return {shifted, math::fma(n, V(-(c::log2_high + c::log2_low)), clamped)};
  } else {
    return {shifted, math::reduce(clamped, n)};
  }
}

/// e^x - 1 from its first stage.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V expm1_second_stage(std::array<V, 2> const& reduced) noexcept {
  using T = scalar_of<V>;
  using c = exp_coefficients<T>;
  V const power = power_of_field(reduced[0]);
  V const constant = power - V(T(1));
  if constexpr (std::same_as<T, float>) {
    V const r = reduced[1];
    // the shorter polynomial, whose error is small beside e^x - 1 too: 0.94 ULP instead of 0.88. Not in double: 1.05
    return math::fma(power, math::fma(V(r * r), polynomial<c::q_of_sum>(r), r), constant);
  } else { // the rounding of r costs a quarter of an ULP, and 1.05 were seen at x = -0.395381; float stays below 1 with it
    V const high = reduced[1];
    V const low = unshifted<exponent_field(T(1))>(reduced[0]) * V(-c::log2_low);
    V const r = high + low;
    return math::fma(power, V(high + math::fma(V(r * r), exp_remainder(r), low)), constant);
  }
}

/// e^x - 1 for x from `minus_one_from` to 0, or NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V expm1_of_clamped(V const& clamped) noexcept {
  return expm1_second_stage(expm1_first_stage(clamped));
}

/// e^x - 1 for x <= 0 or NaN, without cancellation near zero; -1 at -infinity; -0 becomes +0.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V expm1_of_nonpositive(V const& x) noexcept {
  return expm1_of_clamped(at_least(x, V(exp_coefficients<scalar_of<V>>::minus_one_from)));
}

/// The same where x is negative, and elsewhere +0, or NaN where x is.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V expm1_below_zero(V const& x) noexcept {
  return expm1_of_clamped(at_least_below_zero(x, V(exp_coefficients<scalar_of<V>>::minus_one_from)));
}

/// e^x - 1, without cancellation near zero. expm1(-0) = -0, expm1(-inf) = -1, expm1(+inf) = inf, expm1(NaN) = NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V expm1(V const& x) noexcept {
  using T = scalar_of<V>;
  using c = exp_coefficients<T>;
  V const above = select(x < V(c::minus_one_from), V(c::minus_one_from), x);
  V const clamped = select(above > V(c::overflow), V(c::overflow), above);
  V const shifted = exponent_of_exp(clamped);
  V const n = unshifted(shifted);
  V const high = reduce_high(clamped, n);
  V const r = reduce_low(high, n);
  V const r_error = reduce_low(V(high - r), n);
  // half of it, doubled in the end: 2^n overflows before the result does
  V const half_power = power_of_two<V>(to_bits(shifted) - bits_of<V>(1));
  V const constant = half_power - V(T(0.5));
  V const constant_error = as_rounded(V(half_power - constant)) - V(T(0.5)); // 1.01 ULP without it at x = 0x1.12feb4p+4
  V const linear = half_power * r;
  // where n = 1 and r < 0, 2^n r and 2^n - 1 cancel, and the roundings of r and of this sum are no longer small
  V const sum = as_rounded(V(constant + linear));
  V const sum_error = linear - as_rounded(V(sum - constant));
  V const square = r * r;
  V tail = r_error;
  if constexpr (fuses<V>) {
    tail = math::fma(square, polynomial<c::q>(r), r_error); // by even and odd powers 1.05 ULP in double
  } else { // r^2 / 2 apart, whose halving is exact: 1.014 ULP at x = 0x1.68034p-2 otherwise
    tail = math::fma(square, V(coefficient<c::q, 0>), math::fma(V(square * r), exp_remainder_without_first(r), r_error));
  }
  V const half = sum + math::fma(half_power, tail, V(sum_error + constant_error));
  return select(abs(x) < V(c::linear_below), x, V(half + half)); // also keeps -0, and subnormals that halving would round
}

} // namespace rectify::math
