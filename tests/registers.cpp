// SPDX-License-Identifier: MIT
// Every formula gives on a register, of every instruction set that the build has, the bits that it gives on a number.
#include "support/inputs.hpp"
#include "support/ulp.hpp"
#include "support/variants.hpp"

#include <rectify/kernels/memory.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

namespace {

/// The first input at which operation(register) is not operation(number), or size.
template <class Arch, class T, class Operation>
[[gnu::noinline]] std::size_t first_difference(std::vector<T> const& x, Operation const& operation) {
  using V = register_of<T, Arch>;
  T results[lanes<V>];
  for (std::size_t i = 0; i + lanes<V> <= x.size(); i += lanes<V>) {
    rectify::store<V>(results, operation(rectify::load<V>(x.data() + i)));
    for (std::size_t lane = 0; lane < lanes<V>; ++lane) {
      if (!same_bits(results[lane], operation(x[i + lane]))) {
        return i + lane;
      }
    }
  }
  return x.size();
}

template <class Arch, class T>
void check_registers() {
  std::vector<T> const x = mixed_inputs<T>(2048, 1);
  for_each_function(catalogue<T>{}, [&](auto const& f) {
    std::size_t const forward = first_difference<Arch>(x, [&](auto const& v) { return f.forward(v); });
    std::size_t const derivative = first_difference<Arch>(x, [&](auto const& v) { return f.derivative(v); });
    std::size_t from_output = x.size();
    if constexpr (output_differentiable_activation<std::remove_cvref_t<decltype(f)>>) {
      from_output = first_difference<Arch>(x, [&](auto const& v) { return f.derivative_from_output(v); });
    }
    for (std::size_t const i : {forward, derivative, from_output}) {
      if (i != x.size()) {
        FAIL_CHECK(f.name << " at " << x[i] << ": forward " << forward << ", derivative " << derivative << ", from output "
                          << from_output << " of " << x.size());
      }
    }
  });
}

} // namespace

TEMPLATE_TEST_CASE("a formula on a register gives the bits of the formula on a number", "", float, double) {
  check_registers<default_arch, TestType>();
#if XSIMD_WITH_SSE2
  check_registers<xsimd::sse2, TestType>();
#endif
#if XSIMD_WITH_AVX
  check_registers<xsimd::avx, TestType>();
#endif
}
