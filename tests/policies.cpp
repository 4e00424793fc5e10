// SPDX-License-Identifier: MIT
// The execution policies of the standard library, in a program of its own: where oneTBB is installed it has to be linked.
#include "support/inputs.hpp"
#include "support/spans.hpp"

#include <rectify/parallel.hpp>
#include <rectify/rectify.hpp>

#include <catch2/catch_test_macros.hpp>

#include <execution>

using namespace rectify;
using namespace rectify::test;

TEST_CASE("kernels take an execution policy") {
  std::vector<float> const x = random_inputs<float>(200000, 1);
  std::vector<float> expected(x.size());
  std::vector<float> result(x.size());
  leaky_relu<float> const f;
  spans::forward(f, x, expected);
  forward(std::execution::par, f, x, result);
  CHECK(result == expected);
  forward(std::execution::seq, f, x, result);
  derivative(std::execution::par, f, x, result);
  spans::backward(f, x, x, expected);
  backward(std::execution::par_unseq, f, x, x, result);
  CHECK(result == expected);
  float expected_slope = 0;
  float slope = 1;
  spans::backward(prelu<float>{}, x, x, expected, expected_slope);
  backward(std::execution::par, prelu<float>{}, x, x, result, slope);
  CHECK(slope == expected_slope);
  std::vector<float> const slopes = random_inputs<float>(40, 2);
  std::vector<float> expected_slopes(slopes.size());
  std::vector<float> result_slopes(slopes.size());
  channelwise_prelu<float> const channelwise{slopes, {5000, slopes.size(), 1}};
  forward(channelwise, x, expected);
  forward(std::execution::par, channelwise, x, result);
  CHECK(result == expected);
  backward(channelwise, x, x, expected, expected_slopes);
  backward(std::execution::par_unseq, channelwise, x, x, result, result_slopes);
  CHECK(result == expected);
  CHECK(result_slopes == expected_slopes);
  backward_from_output(std::execution::par, f, x, x, result);
  forward(std::execution::par, reglu<float>{}, x, x, result);
  softmax(x, expected, 1000);
  softmax(std::execution::par, x, result, 1000);
  CHECK(result == expected);
}
