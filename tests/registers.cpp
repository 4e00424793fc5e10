// SPDX-License-Identifier: MIT
// Every formula gives on a register, of every instruction set that the build has, the bits that it gives on a number.
#include "support/inputs.hpp"
#include "support/ulp.hpp"
#include "support/variants.hpp"

#include <rectify/kernels/memory.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <algorithm>
#include <string_view>

using namespace rectify;
using namespace rectify::test;

namespace {

/// The first input at which operation(register) is not what operation(number) has given, or size.
template <class Arch, class T, class Operation>
[[gnu::noinline]] std::size_t first_difference(std::vector<T> const& x, std::vector<T> const& expected,
                                               Operation const& operation) {
  using V = register_of<T, Arch>;
  T results[lanes<V>];
  for (std::size_t i = 0; i + lanes<V> <= x.size(); i += lanes<V>) {
    rectify::store<V>(results, operation(rectify::load<V>(x.data() + i)));
    for (std::size_t lane = 0; lane < lanes<V>; ++lane) {
      if (!same_bits(results[lane], expected[i + lane])) {
        return i + lane;
      }
    }
  }
  return x.size();
}

/// Whether operation gives the bits that it gives on numbers on the registers of each of the instruction sets. (Numbers are tried
/// once, and not once for each of the instruction sets, since that would take half as long again to compile.)
template <class T, class... Arch, class Operation>
void check_operation(std::vector<T> const& x, std::string_view name, char const* direction, Operation const& operation) {
  std::vector<T> expected(x.size());
  std::transform(x.begin(), x.end(), expected.begin(), operation);
  std::size_t const first[] = {first_difference<Arch>(x, expected, operation)...};
  char const* const arch[] = {Arch::name()...};
  for (std::size_t n = 0; n < sizeof...(Arch); ++n) {
    if (first[n] != x.size()) {
      FAIL_CHECK(name << ' ' << direction << " on " << arch[n] << " at " << x[first[n]] << ", expected " << expected[first[n]]);
    }
  }
}

template <class T, class... Arch>
void check_registers() {
  std::vector<T> const x = mixed_inputs<T>(2048, 1);
  for_each_function(catalogue<T>{}, [&](auto const& f) {
    check_operation<T, Arch...>(x, f.name, "forward", [&](auto const& v) { return f.forward(v); });
    check_operation<T, Arch...>(x, f.name, "derivative", [&](auto const& v) { return f.derivative(v); });
    if constexpr (output_differentiable_activation<std::remove_cvref_t<decltype(f)>>) {
      check_operation<T, Arch...>(x, f.name, "derivative from the output",
                                  [&](auto const& v) { return f.derivative_from_output(v); });
    }
  });
}

} // namespace

TEMPLATE_TEST_CASE("a formula on a register gives the bits of the formula on a number", "", float, double) {
#if XSIMD_WITH_AVX
  check_registers<TestType, default_arch, xsimd::avx, xsimd::sse2>();
#elif XSIMD_WITH_SSE4_2
  check_registers<TestType, default_arch, xsimd::sse2>();
#else
  check_registers<TestType, default_arch>();
#endif
}
