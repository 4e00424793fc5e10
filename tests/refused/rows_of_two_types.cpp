// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <vector>

void call(std::vector<float> const& x, std::vector<double>& y) {
  rectify::softmax(x, y, 10);
}
