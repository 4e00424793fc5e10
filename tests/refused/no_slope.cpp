// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <vector>

void call(std::vector<float> const& x, std::vector<float>& dx, float& dslope) {
  rectify::backward(rectify::relu<float>{}, x, x, dx, dslope);
}
