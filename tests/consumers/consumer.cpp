// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <vector>

int main() {
  std::vector<float> const x{-1, 0, 2};
  std::vector<float> y(3);
  rectify::forward(rectify::leaky_relu<float>{.negative_slope = 0.5F}, x, y);
  return y == std::vector<float>{-0.5F, 0, 2} ? 0 : 1;
}
