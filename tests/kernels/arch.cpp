// SPDX-License-Identifier: MIT
// An instruction set can be asked for by name, and has its words of math where it has an instruction of its own for them.
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/functions.hpp>
#include <rectify/kernels.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <algorithm>

using namespace rectify;
using namespace rectify::test;

namespace {

/// Two kernels, with both element types and with both formulas of elu between them: each costs every instruction set a second.
template <class Arch>
void check_arch() {
  elu<float> const f;
  std::vector<float> const x = mixed_inputs<float>(1000, 1);
  std::vector<float> y(1000);
  forward<Arch>(f, x, y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!same_bits(y[i], f(x[i]))) {
      FAIL_CHECK(Arch::name() << " forward at " << x[i] << ": " << y[i] << ", expected " << f(x[i]));
    }
  }
  elu<double> const g;
  std::vector<double> const inputs = mixed_inputs<double>(1000, 1);
  std::vector<double> const dy = random_inputs<double>(1000, 2);
  std::vector<double> dx(1000);
  backward<Arch>(g, inputs, dy, dx);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    double const expected = chain(g, inputs[i], dy[i]);
    if (!same_bits(dx[i], expected)) {
      FAIL_CHECK(Arch::name() << " backward at " << inputs[i] << ": " << dx[i] << ", expected " << expected);
    }
  }
}

/// dslope of the same data on Arch; its bits do not depend on the width of the registers.
template <class Arch, class T>
T slope_gradient() {
  std::vector<T> const x = random_inputs<T>(50001, 1);
  std::vector<T> const dy = random_inputs<T>(50001, 2);
  std::vector<T> dx(x.size());
  T dslope;
  backward<Arch>(prelu<T>{}, x, dy, dx, dslope);
  return dslope;
}

} // namespace

TEST_CASE("an instruction set asked for by name gives the bits of the build", "[kernels]") {
  check_arch<default_arch>();
  check_arch<no_simd>();
#if XSIMD_WITH_SSE2
  check_arch<xsimd::sse2>();
#endif
#if XSIMD_WITH_SSE4_2
  check_arch<xsimd::sse4_2>();
#endif
#if XSIMD_WITH_AVX
  check_arch<xsimd::avx>();
#endif
#if XSIMD_WITH_AVX2
  check_arch<xsimd::avx2>();
#endif
#if XSIMD_WITH_FMA3_AVX2
  check_arch<xsimd::fma3<xsimd::avx2>>();
#endif
}

TEMPLATE_TEST_CASE("the slope gradient has the same bits on every instruction set", "[kernels]", float, double) {
  TestType const expected = slope_gradient<no_simd, TestType>();
  CHECK(slope_gradient<default_arch, TestType>() == expected);
#if XSIMD_WITH_SSE2
  CHECK(slope_gradient<xsimd::sse2, TestType>() == expected);
#endif
}

TEMPLATE_TEST_CASE("a number between a bound and zero stays, and none comes from outside", "[kernels]", float, double) {
  using T = TestType;
  using V = register_of<T, default_arch>;
  std::vector<T> const inputs = mixed_inputs<T>(100 * lanes<V>, 3);
  T results[lanes<V>];
  for (T const bound : {T(-0.5), T(-18)}) {
    for (std::size_t i = 0; i < inputs.size(); i += lanes<V>) {
      store<V>(results, math::between_bound_and_zero(load<V>(inputs.data() + i), V(bound)));
      for (std::size_t lane = 0; lane < lanes<V>; ++lane) {
        T const x = inputs[i + lane];
        INFO("x = " << x << ", bound " << bound << ": " << results[lane]);
        if (x < T(0)) {
          CHECK(same_bits(results[lane], std::max(x, bound)));
        } else if (x == x) {
          CHECK((results[lane] >= bound && results[lane] <= T(0)));
        } else {
          CHECK((results[lane] == bound || results[lane] != results[lane]));
        }
      }
    }
  }
}
