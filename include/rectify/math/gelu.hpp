// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/exp.hpp>

namespace rectify::math {

/// Coefficients of gelu and its derivative (see gelu and gelu_slope), and where both round to 0. Printed by
/// `sollya tests/coefficients/gelu.sollya`; a test compares the two.
template <class T>
struct gelu_coefficients;

template <>
struct gelu_coefficients<float> {
  static constexpr float far[] = {0x1.e0a202p-3F, -0x1.44484p0F,  -0x1.c5218cp0F,  -0x1.2fa31p0F,  -0x1.00012p-2F,
                                  0x1.29832p-3F,  0x1.af4f3ap-5F, -0x1.5e9d06p-5F, -0x1.67865ep-6F};
  static constexpr float near[] = {-0x1.988454p-1F, -0x1.10587p-2F, -0x1.46d61cp-4F, -0x1.36db22p-6F, -0x1.bed824p-9F};
  static constexpr float slope_far[] = {-0x1.52e278p-6F,  0x1.229944p-2F, 0x1.17fa5ap-3F,   0x1.2afea4p-5F,
                                        -0x1.bd8f38p-11F, -0x1.c4915p-9F, -0x1.0820ecp-14F, 0x1.a9d572p-12F};
  static constexpr float slope_near[] = {0x1.988454p-1F, 0x1.105888p-1F, 0x1.ea4a54p-3F, 0x1.32f1bp-4F};
  static constexpr float root = 0x1.80ead2p-1F;
  static constexpr float root_low = -0x1.a03fd4p-27F;
  static constexpr float center = 1.5F;
  static constexpr float pole = 3;
  static constexpr float near_to = 0.75F; // up to here x/2 + s · near(s) cancels little, 1.8 ULP; from there 1.9
  static constexpr float slope_center = 2.5F;
  static constexpr float slope_pole = 3;
  static constexpr float slope_near_to = 0.34375F;
  static constexpr float zero_to = -14.625F; // gelu' rounds to 0 from -14.54 down, gelu from -14.36
};

template <>
struct gelu_coefficients<double> {
  static constexpr double far[] = {0x1.2fbd962758cdep-2,   -0x1.0861896e12dfap0,   -0x1.6ca94680be5bap0,   -0x1.ebbf3f98f8b0cp-1,
                                   -0x1.d786464c83a3dp-3,  0x1.89ac79539822dp-4,   0x1.85a22659280f3p-5,   -0x1.5e4d750c9d8d1p-6,
                                   -0x1.e813225fa8f06p-8,  0x1.b3a5e395be3eap-8,   -0x1.56013115c2d03p-16, -0x1.c980617e2b517p-10,
                                   0x1.6a4f7ae9e939ap-11,  0x1.96bf654bbcab2p-13,  -0x1.367657e71a7f5p-12, 0x1.0251d6f3b82a5p-13,
                                   0x1.4ae6292b7ae1dp-14,  -0x1.c47d87f5a322p-14,  -0x1.f1f3aaad5939cp-13, -0x1.b0b561b4902e5p-12,
                                   -0x1.8a256cd49a53dp-12, -0x1.524fa18a9650bp-13, -0x1.c02d9510e52c5p-16};
  static constexpr double near[] = {
      -0x1.9884533d43651p-1,  -0x1.1058377e2cf9fp-2,  -0x1.46d0429774b78p-4,  -0x1.37403f70c2d02p-6,  -0x1.e42b0fc6e1256p-9,
      -0x1.3ce952f2abbfap-11, -0x1.659905680fe36p-14, -0x1.639d9a511e591p-17, -0x1.4ca1be4269727p-20, -0x1.60966d0c1e71fp-23};
  static constexpr double slope_far[] = {
      -0x1.639223127626bp-5, 0x1.479ce6fe9e046p-2,  0x1.30577ef060d9p-2,    0x1.d5a37f55711a7p-3,   0x1.25a74ebc3a07fp-3,
      0x1.1b433baa7e4a6p-4,  0x1.755a31d074876p-6,  0x1.7d425d5177773p-9,   -0x1.865ab1923f94fp-10, -0x1.9a436033d1226p-11,
      0x1.648cdc1674b87p-16, 0x1.ebea6e8cc64ffp-14, 0x1.8553bff9d8b8ep-17,  -0x1.34095922bb594p-16, -0x1.7212ca4d8dbc6p-19,
      0x1.c2603fe6c8a8dp-19, 0x1.c65f720740cb7p-22, -0x1.86dda703d3944p-21, -0x1.319ce1f5ef63ap-24, 0x1.6730e7ab38d2fp-23,
      0x1.afe624633c825p-25};
  static constexpr double slope_near[] = {0x1.9884533d43651p-1,  0x1.1058377e2cffcp-1, 0x1.ea3863e350329p-3,
                                          0x1.37403f8b52f9ap-4,  0x1.2e9afcb0f3d5dp-6, 0x1.db6b6c50f434ep-9,
                                          0x1.3b411c5e0b908p-11, 0x1.b33fb9d5b572ap-14};
  static constexpr double root = 0x1.80ead197f00b4p-1;
  static constexpr double root_low = -0x1.13e74c58cada8p-56;
  static constexpr double center = 1.75;
  static constexpr double pole = 3;
  static constexpr double near_to = 0.75;
  static constexpr double slope_center = 3;
  static constexpr double slope_pole = 5;
  static constexpr double slope_near_to = 0.34375;
  static constexpr double zero_to = -38.75; // -38.68 and -38.58
};

// Both sides of gelu follow from the negative one, whose tail is e^(-x^2/2) times a slow function. With m = -|x| and s = -m^2/2,
// e^s = 2^n (1 + e) as in exp, but the rounding of s would count up to 105 times (742 in double): s is taken in two parts.

/// 1 / least = 2^least_steps. The integer of exponent_of_gaussian is n + least_steps: the exponent field of 2^n / least over that
/// of 1, so that times_power_of_two gives a normal number also where the result is none.
template <value V>
inline constexpr int least_steps = -exponent(exp_coefficients<scalar_of<V>>::least);

/// The n of e^(-m^2/2), shifted, for m between `zero_to` and 0.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V exponent_of_gaussian(V const& m) noexcept {
  using T = scalar_of<V>;
  return shifted_integer<least_steps<V>>(m, V(m * V(T(-0.5) * exp_coefficients<T>::log2_e)));
}

/// e in e^(-m^2/2) = 2^n (1 + e). s is -m^2/2 rounded.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V fraction_of_gaussian(V const& m, V const& s, V const& shifted) noexcept {
  using T = scalar_of<V>;
  V const n = unshifted<least_steps<V>>(shifted);
  V const half = m * V(T(-0.5));
  if constexpr (fuses<V>) {
    V const high = reduce_high(s, n);
    V const low = reduce_low(V(math::fms(half, m, s)), n);
    return fraction_of_reduced(V(high + low));
  } else { // the square of the upper half of m is exact, and what it lacks small
    V const m_high = upper_half(m);
    V const half_high = m_high * V(T(-0.5));
    V const high = reduce_high(V(m_high * half_high), n);
    V const low = reduce_low(V(V(m - m_high) * V(half_high + half)), n);
    return fraction_of_reduced(V(high + low));
  }
}

/// C[0] + C[1] u + C[2] u^2 + ... The first terms apart: they are the largest, and so is the error of whatever joins them early.
template <auto const& C, value V>
[[nodiscard, gnu::always_inline]] constexpr V polynomial_of_ratio(V const& u) noexcept {
  V const square = u * u;
  // without fma one term is not enough: 2.03 ULP in double at -0x1.ed648bcb0df74p+4
  constexpr std::size_t apart = fuses<V> ? 1 : 2;
  V y = polynomial_of_square<C, apart>(u, square);
  if constexpr (apart == 2) {
    y = math::fma(u, y, V(coefficient<C, 1>));
  }
  return math::fma(u, y, V(coefficient<C, 0>));
}

/// x · cdf(x) = x/2 · erfc(-x / sqrt(2)), within 2 ULP; cdf is the normal distribution function. gelu(-0) = -0, gelu(-inf) = -0,
/// gelu(+inf) = inf, gelu(NaN) = NaN.
///
/// cdf(m) = e^s · (Mills' ratio), and -4 m · that ratio lies between 0.85 and 1.6 where m < -near_to: 1 + f, a polynomial in
/// u = (center + m) / (pole - m). Both products are of 1 and a fraction, so that the one large rounding is the last. The other
/// side is x + the same. Near zero x/2 + s · (a polynomial in s).
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V gelu(V const& x) noexcept {
  using T = scalar_of<V>;
  using c = gelu_coefficients<T>;
  V const one(T(1));
  V const m = at_least(negative_abs(x), V(c::zero_to));
  // u is 0 where f is steepest, and the sum exact there. With center = pole the fit is the same, and 2.85 ULP were seen at
  // -0x1.8cd17cp-1
  V const u = V(m + V(c::center)) / V(V(c::pole) - m);
  V const shifted = exponent_of_gaussian(m);
  V const s = as_rounded(V(m * V(m * V(T(-0.5)))));
  V const e = fraction_of_gaussian(m, s, shifted);
  V const f = polynomial_of_ratio<c::far>(u);
  V const product = one + math::fma(e, V(one + f), f);
  V const y = times_power_of_two(product, to_bits(shifted));
  V const far = math::fma(y, V(T(-0.25) * exp_coefficients<T>::least), at_least(x, V(T(-0.0))));
  V const near = math::fma(s, polynomial<c::near>(s), V(x * V(T(0.5))));
  return select(m < V(-c::near_to), far, with_sign_of(near, x)); // the sum of zeros is +0, and a NaN takes this side
}

/// The derivative of gelu, cdf(x) + x · pdf(x), within 2 ULP. gelu_slope(-inf) = -0, gelu_slope(+inf) = 1, gelu_slope(NaN) = NaN.
///
/// For m < -slope_near_to it is e^s/2 · (m + root) (1 + f), with the one zero as a factor and f again a polynomial in u; the two
/// sides add up to 1. Near zero 1/2 + x · (a polynomial in s).
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V gelu_slope(V const& x) noexcept {
  using T = scalar_of<V>;
  using c = gelu_coefficients<T>;
  V const one(T(1));
  V const m = at_least(negative_abs(x), V(c::zero_to));
  V const u = V(m + V(c::slope_center)) / V(V(c::slope_pole) - m);
  V const shifted = exponent_of_gaussian(m);
  V const s = as_rounded(V(m * V(m * V(T(-0.5)))));
  V const e = fraction_of_gaussian(m, s, shifted);
  V const f = polynomial_of_ratio<c::slope_far>(u);
  V const w = math::fma(f, V(one + e), e);
  // the distance from the root in two parts, so that the result is as exact beside its zero as elsewhere
  V const b = as_rounded(V(m + V(c::root)));
  V const b_low = as_rounded(V(V(c::root) - as_rounded(V(b - m)))) + V(c::root_low);
  V const product = [&]() __attribute__((always_inline)) {
    if constexpr (fuses<V>) {
      return V(b + math::fma(b, w, math::fma(b_low, w, b_low)));
    } else { // as above: 2.33 ULP at -0x1.a439bep+3. The product of the upper halves is exact, and so is the error of the sum
      V const b_high = upper_half(b);
      V const w_high = upper_half(w);
      V const exact = b_high * w_high;
      V const sum = as_rounded(V(b + exact));
      V const sum_error = exact - as_rounded(V(sum - b));
      V const rest = V(V(b_high * V(w - w_high)) + V(V(V(b - b_high) + b_low) * w)) + b_low;
      return V(sum + V(sum_error + rest));
    }
  }
  ();
  V const below = times_power_of_two(product, to_bits(shifted)) * V(T(0.5) * exp_coefficients<T>::least);
  V const far = select(x < V(T(0)), below, V(one - below));
  V const near = math::fma(x, polynomial<c::slope_near>(s), V(T(0.5)));
  return select(m < V(-c::slope_near_to), far, near); // a NaN takes this side
}

} // namespace rectify::math
