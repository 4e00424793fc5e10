// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <vector>

void call(std::vector<double> const& x, std::vector<double>& y) {
  rectify::forward(rectify::elu<float>{}, x, y);
}
