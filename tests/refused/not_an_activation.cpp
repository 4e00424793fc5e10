// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <vector>

struct not_one {
  using value_type = float;
};

void call(std::vector<float> const& x, std::vector<float>& y) {
  rectify::forward(not_one{}, x, y);
}
