// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <vector>

void call(std::vector<rectify::bfloat16> const& x, std::vector<rectify::bfloat16>& y) {
  rectify::forward(rectify::elu<double>{}, x, y);
}
