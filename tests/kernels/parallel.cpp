// SPDX-License-Identifier: MIT
// On any number of threads, in any order, the results have the bits of one thread. Rows: in softmax.cpp, which has their kernels.
#include "support/inputs.hpp"
#include "support/some_threads.hpp"
#include "support/spans.hpp"
#include "support/ulp.hpp"

#include <rectify/kernels/parallel.hpp>
#include <rectify/rectify.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <span>
#include <stdexcept>

using namespace rectify;
using namespace rectify::test;

namespace {

constexpr std::size_t sizes[] = {0,
                                 1,
                                 least_parallel_size - 1,
                                 least_parallel_size,
                                 3 * least_chunk_size + 777,
                                 300001,
                                 least_chunk_size* most_chunks + 12345};

bool equal(std::vector<float> const& a, std::vector<float> const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_bits<float>);
}
bool equal(std::vector<bfloat16> const& a, std::vector<bfloat16> const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](bfloat16 x, bfloat16 y) { return x.bits() == y.bits(); });
}

/// What is divided, and by what: of long runs the run, the rows of a channel, the channels; of short ones the rows of one table
/// and of several, the channels of one row and of several; of runs that share registers the channels, the rows of one group and
/// of several. With and without a rest, and the smallest that is divided at all. Of {512, 128, 1} nothing can be: its rows share
/// one table.
constexpr channel_layout layouts[] = {
    {3, 2, 40001}, {1, 1, 65536},   {1000, 3, 161},  {257, 1, 4096}, {5, 300, 200}, {1, 999, 100}, {7003, 3, 5},  {9000, 64, 1},
    {300, 700, 1}, {1030, 2100, 1}, {129, 17000, 1}, {200, 600, 7},  {1, 70001, 1}, {90, 1001, 2}, {1, 2999, 33}, {3, 701, 49},
    {32, 64, 49},  {9, 1100, 36},   {6145, 26, 40},  {20, 40, 300},  {4, 3, 5},     {512, 128, 1}};

} // namespace

TEST_CASE("on several threads: the bits of one", "[kernels]") {
  for (std::size_t const size : sizes) {
    INFO("size " << size);
    std::size_t tasks = 0;
    some_threads const run{&tasks};
    std::vector<float> const x = mixed_inputs<float>(size, 1);
    std::vector<float> const dy = random_inputs<float>(size, 2);
    std::vector<float> expected(size);
    std::vector<float> result(size);
    std::vector<float> expected_gate(size);
    std::vector<float> result_gate(size);

    spans::forward(leaky_relu<float>{}, x, expected);
    forward(run, leaky_relu<float>{}, x, result);
    CHECK(equal(result, expected));
    spans::derivative(relu<float>{}, x, expected);
    derivative(run, relu<float>{}, x, result);
    CHECK(equal(result, expected));
    spans::backward(leaky_relu<float>{}, x, dy, expected);
    backward(run, leaky_relu<float>{}, x, dy, result);
    CHECK(equal(result, expected));
    spans::backward_from_output(leaky_relu<float>{}, x, dy, expected);
    backward_from_output(run, leaky_relu<float>{}, x, dy, result);
    CHECK(equal(result, expected));
    spans::forward(reglu<float>{}, x, dy, expected);
    forward(run, reglu<float>{}, x, dy, result);
    CHECK(equal(result, expected));
    spans::backward(reglu<float>{}, dy, x, dy, expected, expected_gate);
    backward(run, reglu<float>{}, dy, x, dy, result, result_gate);
    CHECK(equal(result, expected));
    CHECK(equal(result_gate, expected_gate));
    float expected_slope = 1;
    float result_slope = 2;
    std::vector<float> const finite = random_inputs<float>(size, 3);
    spans::backward(prelu<float>{}, finite, dy, expected, expected_slope);
    backward(run, prelu<float>{}, finite, dy, result, result_slope);
    CHECK(equal(result, expected));
    CHECK(same_bits(result_slope, expected_slope));
    result = x;
    forward(run, leaky_relu<float>{}, result, result); // in place
    spans::forward(leaky_relu<float>{}, x, expected);
    CHECK(equal(result, expected));
    CHECK((tasks == 0) == (size < least_parallel_size)); // short ranges stay where they are
  }
}

TEST_CASE("on several threads: a slope for each channel, and the bits of one thread", "[kernels]") {
  for (channel_layout const& layout : layouts) {
    std::size_t const size = layout.outer * layout.channels * layout.inner;
    INFO("layout {" << layout.outer << ", " << layout.channels << ", " << layout.inner << "}");
    std::size_t tasks = 0;
    std::vector<float> const memory = random_inputs<float>(size + 5, 1);
    std::span<float const> const x(memory.data() + 5, size); // chunks begin within runs, and runs within chunks
    std::vector<float> const dy = random_inputs<float>(size, 2);
    std::vector<float> slopes = random_inputs<float>(layout.channels, 3);
    channelwise_prelu<float> const f{slopes, layout};
    std::vector<float> expected(size);
    std::vector<float> expected_gradient(size);
    std::vector<float> expected_slopes(layout.channels);
    forward(f, x, expected);
    backward(f, x, dy, expected_gradient, expected_slopes);
    std::vector<float> result(size);
    for (int const threads : {1, 2, 3, 7}) {
      some_threads const run{&tasks, threads};
      forward(run, f, x, result);
      CHECK(equal(result, expected));
      std::vector<float> result_slopes(layout.channels, 42.0F);
      backward(run, f, x, dy, result, result_slopes);
      CHECK(equal(result, expected_gradient));
      CHECK(equal(result_slopes, expected_slopes));
    }
    // in place: the gradient over that from above, those of the slopes over the slopes
    result = dy;
    backward(some_threads{&tasks}, f, x, result, result, slopes);
    CHECK(equal(result, expected_gradient));
    CHECK(equal(slopes, expected_slopes));
    CHECK((tasks == 0) == (size < least_parallel_size));
  }
}

TEST_CASE("on several threads: numbers of 16 bits", "[kernels]") {
  std::size_t tasks = 0;
  some_threads const run{&tasks};
  std::vector<bfloat16> x;
  for (float const number : random_inputs<float>(99997, 1)) {
    x.emplace_back(number);
  }
  std::vector<bfloat16> expected(x.size());
  std::vector<bfloat16> result(x.size());
  forward(relu<float>{}, x, expected);
  forward(run, relu<float>{}, x, result);
  CHECK(equal(result, expected));
  std::vector<float> const slopes = random_inputs<float>(19, 2);
  std::vector<float> expected_slopes(slopes.size());
  std::vector<float> result_slopes(slopes.size());
  channelwise_prelu<float> const f{slopes, {5263, slopes.size(), 1}};
  backward(f, x, x, expected, expected_slopes);
  backward(run, f, x, x, result, result_slopes);
  CHECK(equal(result, expected));
  CHECK(equal(result_slopes, expected_slopes));
  CHECK(tasks > 4);
}

TEST_CASE("on several threads: a wrong call is refused before anything runs", "[errors]") {
  std::size_t tasks = 0;
  some_threads const run{&tasks};
  std::vector<float> const x(300000, -1.0F);
  std::vector<float> y(299999, 42.0F);
  CHECK_THROWS_AS(forward(run, relu<float>{}, x, y), std::invalid_argument);
  CHECK_THROWS_AS(forward(run, elu<float>{.alpha = std::numeric_limits<float>::infinity()}, x, y), std::invalid_argument);
  float dslope = 7;
  CHECK_THROWS_AS(backward(run, prelu<float>{}, x, x, y, dslope), std::invalid_argument);
  std::vector<float> memory(600000, -1.0F);
  std::span<float> const all(memory);
  CHECK_THROWS_AS(forward(run, relu<float>{}, all.first(300000), all.subspan(100000, 300000)), std::invalid_argument);
  std::vector<float> slopes{0.5F, std::numeric_limits<float>::infinity(), 0.25F};
  std::vector<float> dslopes(3, 42.0F);
  std::span<float const> const xs(x.data(), y.size() - 2);
  std::span<float> const ys(y.data(), xs.size());
  channelwise_prelu<float> const f{slopes, {1, 3, 99999}};
  CHECK_THROWS_AS(forward(run, f, xs, ys), std::invalid_argument);
  CHECK_THROWS_AS(backward(run, f, xs, xs, ys, dslopes), std::invalid_argument);
  slopes[1] = 1;
  CHECK_THROWS_AS(forward(run, f, x, y), std::invalid_argument);
  CHECK_THROWS_AS(backward(run, f, xs, xs, ys, std::span(dslopes).first(2)), std::invalid_argument);
  CHECK_THROWS_AS(backward(run, f, xs, xs, ys, ys.first(3)), std::invalid_argument);
  CHECK(tasks == 0);
  CHECK(dslope == 7);
  CHECK(dslopes == std::vector<float>(3, 42.0F));
  CHECK(y == std::vector<float>(299999, 42.0F));
}
