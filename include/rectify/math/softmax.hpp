// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/exp.hpp>
#include <rectify/math/sigmoid.hpp>

namespace rectify::math {

/// Where the maximum of a row is large enough for x - maximum to be exact for every x whose exponential counts: by Sterbenz,
/// from twice the distance to the last of them up (104 and 746, to where e^-d rounds to 0).
template <class T>
struct softmax_range;

template <>
struct softmax_range<float> {
  static constexpr float exact_from = 256;
};

template <>
struct softmax_range<double> {
  static constexpr double exact_from = 1536;
};

/// e^(x - maximum) for the elements x of a row, up to a factor that is the same for all of them.
///
/// x - maximum is not rounded, since its error would count |x - maximum| times. A maximum of ordinary size is not subtracted at
/// all: x = n log(2) + r, maximum = N log(2) + R, and 2^(n - N) e^r is small enough. A large one is subtracted without error.
template <value V>
class exponentials_of_row {
  using T = scalar_of<V>;
  using c = exp_coefficients<T>;
  static constexpr T bias = T(format<T>::exponent_bias);

public:
  /// Terms come 2^scale times as large: so much that the least that counts, e^x of half a subnormal unit, is a normal number, and
  /// what does not count has the exponent field 0, which makes it exactly 0.
  static constexpr int scale = format<T>::mantissa_bits + 2;
  static constexpr T unit = T(std::uint64_t{1} << scale);

  [[gnu::always_inline]] explicit constexpr exponentials_of_row(V const& maximum) noexcept
      : offset_(keep_where(abs(maximum) >= V(softmax_range<T>::exact_from), maximum)) {
    V const reduced = maximum - offset_;
    V const n = unshifted(exponent_of_exp(reduced));
    lowest_ = V(n - V(T(scale) + bias)) * V(c::log2_high);
    shifter_ = V(format<T>::shifter + T(scale) + bias) - n;
    V const p = fraction_of_reduced(reduce_low(reduce_high(reduced, n), n));
    // 1 / (1 + p) in two parts
    V const one(T(1));
    V const sum = as_rounded(V(one + p));
    V const sum_error = p - as_rounded(V(sum - one));
    reciprocal_ = one / sum;
    reciprocal_error_ = reciprocal_residual(reciprocal_, sum, sum_error);
    if constexpr (fuses<V>) {
      reciprocal_error_ = reciprocal_ * reciprocal_error_;
    } // else what makes the term of the maximum right: `below_one` rounds twice more there, and it has to come out exact
  }

  /// e^x times the factor of the row. Exactly 0 where e^(x - maximum) < 2^-151 (double: 2^-1076), so for x = -inf.
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    V p = x;
    V const power = power_and_fraction(x, p);
    return math::fma(power, p, power);
  }

  /// unit · e^(x - maximum), exactly `unit` for the maximum itself.
  [[nodiscard, gnu::always_inline]] constexpr V below_one(V const& x) const noexcept {
    V p = x;
    V const power = power_and_fraction(x, p);
    return math::fma(power, math::fma(reciprocal_, p, reciprocal_error_), V(power * reciprocal_));
  }

private:
  [[nodiscard, gnu::always_inline]] constexpr V power_and_fraction(V const& x, V& p) const noexcept {
    V const t = at_least(V(x - offset_), lowest_);
    V const shifted = as_rounded(math::fma(t, V(c::log2_e), shifter_));
    V const n = as_rounded(V(shifted - shifter_));
    p = fraction_of_reduced(reduce_low(reduce_high(t, n), n));
    return power_of_field(shifted);
  }

  V offset_;
  V lowest_;
  V shifter_;
  V reciprocal_;
  V reciprocal_error_;
};

} // namespace rectify::math
