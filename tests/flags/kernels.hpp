// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace rectify::test {

/// The kernels of one function, in its default form, behind the flags of another translation unit.
template <class T>
struct kernels {
  void (*forward)(T const* x, T* y, std::size_t size);
  void (*derivative)(T const* x, T* d, std::size_t size);
};

/// Those of the catalogue, in its order.
std::vector<kernels<float>> float_kernels();
std::vector<kernels<double>> double_kernels();

} // namespace rectify::test
