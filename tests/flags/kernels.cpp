// SPDX-License-Identifier: MIT
// Compiled with the flags under test.
#include "flags/kernels.hpp"

#include <rectify/catalogue.hpp>
#include <rectify/kernels.hpp>

#include <span>

namespace rectify::test {

namespace {

template <class F>
void forward_of(typename F::value_type const* x, typename F::value_type* y, std::size_t size) {
  forward(F{}, std::span(x, size), std::span(y, size));
}

template <class F>
void derivative_of(typename F::value_type const* x, typename F::value_type* d, std::size_t size) {
  derivative(F{}, std::span(x, size), std::span(d, size));
}

template <class T, class... F>
std::vector<kernels<T>> kernels_of(function_list<F...>) {
  return {{&forward_of<F>, &derivative_of<F>}...};
}

} // namespace

std::vector<kernels<float>> float_kernels() {
  return kernels_of<float>(catalogue<float>{});
}
std::vector<kernels<double>> double_kernels() {
  return kernels_of<double>(catalogue<double>{});
}

} // namespace rectify::test
