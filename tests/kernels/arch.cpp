// SPDX-License-Identifier: MIT
// An instruction set can be asked for by name.
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/functions.hpp>
#include <rectify/kernels.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class Arch, class F>
void check_arch(F const& f) {
  using T = typename F::value_type;
  std::vector<T> const x = mixed_inputs<T>(1000, 1);
  std::vector<T> const dy = random_inputs<T>(1000, 2);
  std::vector<T> result(1000);
  forward<Arch>(f, x, result);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!same_bits(result[i], f(x[i]))) {
      FAIL(F::name << " forward at " << x[i] << ": " << result[i] << ", expected " << f(x[i]));
    }
  }
  backward<Arch>(f, x, dy, result);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!same_bits(result[i], chain(f, x[i], dy[i]))) {
      FAIL(F::name << " backward at " << x[i]);
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

TEMPLATE_TEST_CASE("an instruction set asked for by name gives the bits of the build", "[kernels]", elu<float>, prelu<double>) {
  check_arch<default_arch>(TestType{});
  check_arch<no_simd>(TestType{});
#if XSIMD_WITH_SSE2
  check_arch<xsimd::sse2>(TestType{});
#endif
#if XSIMD_WITH_SSE4_2
  check_arch<xsimd::sse4_2>(TestType{});
#endif
#if XSIMD_WITH_AVX
  check_arch<xsimd::avx>(TestType{});
#endif
#if XSIMD_WITH_AVX2
  check_arch<xsimd::avx2>(TestType{});
#endif
#if XSIMD_WITH_FMA3_AVX2
  check_arch<xsimd::fma3<xsimd::avx2>>(TestType{});
#endif
}

TEMPLATE_TEST_CASE("the slope gradient has the same bits on every instruction set", "[kernels]", float, double) {
  TestType const expected = slope_gradient<no_simd, TestType>();
  CHECK(slope_gradient<default_arch, TestType>() == expected);
#if XSIMD_WITH_SSE2
  CHECK(slope_gradient<xsimd::sse2, TestType>() == expected);
#endif
#if XSIMD_WITH_AVX2
  CHECK(slope_gradient<xsimd::avx2, TestType>() == expected);
#endif
}
