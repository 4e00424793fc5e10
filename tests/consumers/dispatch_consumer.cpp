// SPDX-License-Identifier: MIT
#include "my_activation.hpp"

#include <rectify/rectify.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<float> const x{-1, 0, 2};
  std::vector<float> y(3);
  rectify::forward(my::leak<float>{.slope = 0.5F}, x, y);
  bool const is_right = y == std::vector<float>{-0.5F, 0, 2};
  std::printf("%s\n", rectify::runtime_arch_name());
  static_assert(rectify::has_objects<my::leak<float>>);
#ifndef RECTIFY_WHOLE_CATALOGUE // without objects: the instruction set of the flags
  static_assert(!rectify::has_objects<rectify::relu<float>>);
#else
  static_assert(rectify::has_objects<rectify::relu<float>> && rectify::has_objects<rectify::elu<double, rectify::kink::left>>);
  static_assert(!rectify::has_objects<rectify::relu<float, rectify::kink::right>>);
#endif
  rectify::forward(rectify::relu<float>{}, x, y);
  return is_right && y == std::vector<float>{0, 0, 2} ? 0 : 1;
}
