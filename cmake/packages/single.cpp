// SPDX-License-Identifier: MIT
// The library as one header, and nothing else of it on the include path.
#include <rectify_single.hpp>

#if __has_include(<rectify/rectify.hpp>)
#error "this program is to prove that one header is enough, but the others are on the include path too"
#endif

#include <vector>

int main() {
  std::vector<float> const x{-1, 0, 2};
  std::vector<float> y(3);
  rectify::forward(rectify::leaky_relu<float>{.negative_slope = 0.5F}, x, y);
  return y == std::vector<float>{-0.5F, 0, 2} && rectify::elu<double>{}(-1e9) == -1 ? 0 : 1;
}
