// SPDX-License-Identifier: MIT
// The execution policies of the standard library, in a program of its own: where oneTBB is installed it has to be linked.
#include "support/inputs.hpp"

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
  forward(elu<float>{}, x, expected);
  forward(std::execution::par, elu<float>{}, x, result);
  CHECK(result == expected);
  forward(std::execution::seq, silu<float>{}, x, result);
  derivative(std::execution::par, elu<float>{}, x, result);
  backward(elu<float>{}, x, x, expected);
  backward(std::execution::par_unseq, elu<float>{}, x, x, result);
  CHECK(result == expected);
  float expected_slope = 0;
  float slope = 1;
  backward(prelu<float>{}, x, x, expected, expected_slope);
  backward(std::execution::par, prelu<float>{}, x, x, result, slope);
  CHECK(slope == expected_slope);
  std::vector<float> const slopes = random_inputs<float>(40, 2);
  std::vector<float> expected_slopes(slopes.size());
  std::vector<float> result_slopes(slopes.size());
  channelwise_prelu<float> const f{slopes, {5000, slopes.size(), 1}};
  forward(f, x, expected);
  forward(std::execution::par, f, x, result);
  CHECK(result == expected);
  backward(f, x, x, expected, expected_slopes);
  backward(std::execution::par_unseq, f, x, x, result, result_slopes);
  CHECK(result == expected);
  CHECK(result_slopes == expected_slopes);
  backward_from_output(std::execution::par, elu<float>{}, x, x, result);
  forward(std::execution::par, glu<float>{}, x, x, result);
  softmax(x, expected, 1000);
  softmax(std::execution::par, x, result, 1000);
  CHECK(result == expected);
}
