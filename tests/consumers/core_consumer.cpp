// SPDX-License-Identifier: MIT
#include <rectify/catalogue.hpp>

#if __has_include(<xsimd/xsimd.hpp>) && !defined(RECTIFY_CONSUMER_HAS_XSIMD)
#error "this consumer is to prove that rectify::core needs no xsimd, but xsimd is on the include path"
#endif

#include <algorithm>
#include <array>

int main() {
  std::array<float, 3> y{-1, 0, 2};
  std::transform(y.begin(), y.end(), y.begin(), rectify::relu<float>{});
  float const below = rectify::elu<float>{}(-100.0F);
  return y == std::array<float, 3>{0, 0, 2} && below == -1 ? 0 : 1;
}
