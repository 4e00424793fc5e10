// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/exp.hpp>

namespace rectify::math {

/// Coefficients of erf(t) = t + t · near(t^2) and log(1 - erf(t)) = far(t). Printed by `sollya tests/coefficients/erf.sollya`; a
/// test compares the two.
template <class T>
struct erf_coefficients;

template <>
struct erf_coefficients<float> {
  static constexpr float near[] = {0x1.06eba6p-3F,  -0x1.8126f2p-2F, 0x1.ce1cbcp-4F,
                                   -0x1.b6af06p-6F, 0x1.4816f2p-8F,  -0x1.3db962p-11F};
  static constexpr float far[] = {-0x1.a0d69ap-13F, -0x1.20ae3ap0F,  -0x1.464188p-1F, -0x1.a98b76p-4F,
                                  0x1.6bcdf2p-6F,   -0x1.8e0b74p-9F, 0x1.995ddp-13F};
  static constexpr float near_to = 0.90625F;
  static constexpr float one_from = 4; // erf(x) rounds to 1 from 3.92 up
};

template <>
struct erf_coefficients<double> {
  static constexpr double near[] = {0x1.06eba8214db69p-3,  -0x1.812746b0379fdp-2,  0x1.ce2f21a04360fp-4,  -0x1.b82ce312ab0a3p-6,
                                    0x1.565bcd126d6edp-8,  -0x1.c02db49229b1fp-11, 0x1.f9a3342152cf7p-14, -0x1.f4d31d85b4f84p-17,
                                    0x1.b9ed71fb0fe73p-20, -0x1.5f8e4d2412c72p-23, 0x1.fc0d5c2f2908cp-27, -0x1.452ac54ffbbe8p-30,
                                    0x1.25ec3cb74f75cp-34};
  static constexpr double far[] = {-0x1.9ed7ec9d753bdp-23, -0x1.20dd53ededb75p0,   -0x1.45f44026130b9p-1,  -0x1.a4d87189bef96p-4,
                                   0x1.3884d4f8c2695p-6,   0x1.2b80728c7bce3p-12,  -0x1.d13c173311ef8p-10, 0x1.52c59d8f485e2p-11,
                                   -0x1.94c1b9d26d808p-15, -0x1.1f422083a4641p-14, 0x1.72e73a51a262cp-15,  -0x1.103fc15e57d8cp-16,
                                   0x1.1d14f6aa3d7f2p-18,  -0x1.bf88eaf79c353p-21, 0x1.07f967a2d79d7p-23,  -0x1.c8ad9d34bea7dp-27,
                                   0x1.123ae883fe33ap-30,  -0x1.991a5bd0b85f2p-35, 0x1.1d9cec732fea9p-40};
  static constexpr double near_to = 1;
  static constexpr double one_from = 6; // 5.92
};

/// The error function, within 1.25 ULP. erf(-0) = -0, erf(+-inf) = +-1, erf(NaN) = NaN.
///
/// Beyond near_to as 1 - e^far(|x|), where the error of the power counts a fifth.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V erf(V const& x) noexcept {
  using T = scalar_of<V>;
  using c = erf_coefficients<T>;
  V const t = at_most(abs(x), V(c::one_from));
  V const square = t * t;
  V const exponent = polynomial_of_square<c::far>(t, square);
  constexpr int field = exponent_field(T(1));
  auto const split = split_exp<false, field>(exponent);
  V const fraction = split[1];
  V const power = power_of_field(split[0]);
  V const far = math::fnma(power, fraction, V(V(T(1)) - power));
  V const near = math::fma(t, polynomial<c::near>(square), t);
  return with_sign_of(select(t < V(c::near_to), near, far), x);
}

} // namespace rectify::math
