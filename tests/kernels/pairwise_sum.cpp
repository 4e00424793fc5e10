// SPDX-License-Identifier: MIT
#include "support/inputs.hpp"

#include <rectify/kernels/pairwise_sum.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <numeric>
#include <vector>

using namespace rectify;
using namespace rectify::test;

TEST_CASE("pairwise_sum: exact on integers, 0 of nothing") {
  pairwise_sum<void, float> sum;
  CHECK(sum.total() == 0);
  for (std::size_t count = 1; count <= 1000; ++count) {
    sum.add(static_cast<float>(count));
    CHECK(sum.total() == static_cast<float>(count * (count + 1) / 2));
  }
}

TEST_CASE("pairwise_sum: the error does not grow with the count") {
  // each is 0.1f: added in order, a million of them are off by 958
  pairwise_sum<void, float> sum;
  float in_order = 0;
  for (int i = 0; i < 1000000; ++i) {
    sum.add(0.1F);
    in_order += 0.1F;
  }
  CHECK(std::abs(in_order - 100000.0F) > 100);
  CHECK(std::abs(sum.total() - 100000.0F) < 0.1F);
}

TEST_CASE("fold: every size") {
  CHECK(fold<void, float>(nullptr, 0) == 0);
  for (std::size_t size = 1; size < 100; ++size) {
    std::vector<double> values(size);
    std::iota(values.begin(), values.end(), 1.0);
    CHECK(fold<void>(values.data(), size) == static_cast<double>(size * (size + 1) / 2));
  }
}
