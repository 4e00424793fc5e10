// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <deque>

void call(std::deque<float> const& x, std::deque<float>& y) {
  rectify::forward(rectify::elu<float>{}, x, y);
}
