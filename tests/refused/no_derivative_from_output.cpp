// SPDX-License-Identifier: MIT
#include <rectify/rectify.hpp>

#include <vector>

struct square {
  using value_type = float;
  template <rectify::value_of<float> V>
  constexpr V forward(V const& x) const noexcept {
    return x * x;
  }
};

void call(std::vector<float> const& y, std::vector<float>& dx) {
  rectify::backward_from_output(square{}, y, y, dx);
}
