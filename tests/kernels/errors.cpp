// SPDX-License-Identifier: MIT
#include "support/spans.hpp"

#include <rectify/rectify.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace rectify;
using namespace rectify::test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The call throws std::invalid_argument with all of the words, and has written nothing to the ranges.
template <class Call, class... Words>
void refuses(Call const& call, std::vector<float> const& untouched, Words const&... words) {
  std::vector<float> const before = untouched;
  std::string text;
  try {
    call();
    FAIL("nothing was thrown");
  } catch (std::invalid_argument const& error) {
    text = error.what();
  }
  INFO(text);
  for (std::string const& word : {std::string(words)...}) {
    CHECK_THAT(text, ContainsSubstring(word));
  }
  CHECK(untouched == before);
}

} // namespace

TEST_CASE("sizes that differ are refused", "[errors]") {
  std::vector<float> const x(5, -1.0F);
  std::vector<float> const dy(4, 1.0F);
  std::vector<float> y(6, 42.0F);
  std::vector<float> dx(5, 42.0F);
  float dslope = 42;
  refuses([&] { spans::forward(relu<float>{}, x, y); }, y, "forward", "x", "5", "y", "6");
  refuses([&] { spans::derivative(relu<float>{}, x, y); }, y, "derivative", "x", "5", "d", "6");
  refuses([&] { spans::backward(relu<float>{}, x, dy, dx); }, dx, "backward", "dy", "4", "dx", "5");
  refuses([&] { spans::backward(relu<float>{}, x, x, y); }, y, "backward", "x", "5", "dx", "6");
  refuses([&] { spans::backward_from_output(relu<float>{}, x, dy, dx); }, dx, "backward_from_output", "dy", "4", "dx", "5");
  refuses([&] { spans::backward(prelu<float>{}, x, dy, dx, dslope); }, dx, "backward", "dy", "4", "dx", "5");
  CHECK(dslope == 42);
}

TEST_CASE("partial overlap is refused, the same range is not", "[errors]") {
  std::vector<float> memory(20, -1.0F);
  std::span<float> const all(memory);
  refuses([&] { spans::forward(relu<float>{}, all.subspan(0, 8), all.subspan(1, 8)); }, memory, "forward", "overlap", "32 bytes");
  refuses([&] { spans::forward(relu<float>{}, all.subspan(7, 8), all.subspan(0, 8)); }, memory, "forward", "overlap");
  refuses([&] { spans::backward(relu<float>{}, all.subspan(0, 8), all.subspan(8, 8), all.subspan(9, 8)); }, memory, "backward",
          "dx", "dy");
  refuses([&] { spans::backward(relu<float>{}, all.subspan(0, 8), all.subspan(8, 8), all.subspan(4, 8)); }, memory, "backward",
          "dx", "x");
  refuses([&] { spans::backward(prelu<float>{}, all.subspan(0, 6), all.subspan(6, 6), all.subspan(12, 6), memory[13]); }, memory,
          "dslope", "dx");
  refuses([&] { spans::backward(prelu<float>{}, all.subspan(0, 6), all.subspan(6, 6), all.subspan(12, 6), memory[2]); }, memory,
          "dslope", "x");
  spans::forward(relu<float>{}, all.subspan(0, 8), all.subspan(8, 8)); // touching is not overlapping
  CHECK(memory[8] == 0);
  CHECK(memory[16] == -1);
}

TEST_CASE("parameters outside their domain are refused", "[errors]") {
  float const nan = std::numeric_limits<float>::quiet_NaN();
  float const inf = std::numeric_limits<float>::infinity();
  std::vector<float> const x(5, -1.0F);
  std::vector<float> y(5, 42.0F);
  refuses([&] { spans::forward(leaky_relu<float>{.negative_slope = nan}, x, y); }, y, "forward", "negative_slope", "nan",
          "finite");
  refuses([&] { spans::forward(prelu<float>{.slope = inf}, x, y); }, y, "forward", "slope", "inf", "finite");
  refuses([&] { spans::derivative(leaky_relu<float>{.negative_slope = -inf}, x, y); }, y, "derivative", "negative_slope", "-inf",
          "finite");
  refuses([&] { spans::backward(elu<float>{.alpha = nan}, x, x, y); }, y, "backward", "alpha", "nan");
  refuses([&] { spans::backward_from_output(elu<float>{.alpha = -0.5F}, x, x, y); }, y, "backward_from_output", "alpha", "-0.5",
          ">= 0");
  refuses([&] { spans::backward_from_output(leaky_relu<float>{.negative_slope = -2}, x, x, y); }, y, "negative_slope", "-2",
          ">= 0");
  refuses([&] { spans::backward_from_output(prelu<float>{.slope = -2}, x, x, y); }, y, "slope", "-2", ">= 0");
  refuses([&] { spans::backward_from_output(leaky_relu<float, kink::right>{.negative_slope = 0}, x, x, y); }, y, "negative_slope",
          "> 0");
  refuses([&] { spans::backward_from_output(prelu<float, kink::right>{.slope = 0}, x, x, y); }, y, "slope", "> 0");
  CHECK_NOTHROW(spans::backward_from_output(leaky_relu<float>{.negative_slope = 0}, x, x, y));
  CHECK_NOTHROW(spans::backward_from_output(leaky_relu<float, kink::left>{.negative_slope = 0}, x, x, y));
  CHECK_NOTHROW(spans::backward_from_output(elu<float>{.alpha = 0}, x, x, y));
  CHECK_NOTHROW(spans::backward(elu<float>{.alpha = -3}, x, x, y));
}

TEST_CASE("layouts that do not fit are refused", "[errors]") {
  std::vector<float> const x(24, -1.0F);
  std::vector<float> y(24, 42.0F);
  std::vector<float> slopes{0.1F, 0.2F, 0.3F};
  std::vector<float> dslopes(3, 42.0F);
  using channelwise = channelwise_prelu<float>;
  refuses([&] { forward(channelwise{slopes, {2, 3, 5}}, x, y); }, y, "forward", "layout", "2", "3", "5", "24");
  refuses([&] { forward(channelwise{slopes, {2, 4, 3}}, x, y); }, y, "forward", "slopes", "3", "4");
  std::size_t const huge = std::size_t{1} << 62;
  refuses([&] { forward(channelwise{slopes, {huge, 3, huge}}, x, y); }, y, "layout", "24"); // the product overflows
  refuses([&] { forward(channelwise{slopes, {2, 3, 4}}, x, std::span(y).first(23)); }, y, "x", "24", "y", "23");
  refuses(
      [&] {
        backward(channelwise{slopes, {2, 3, 4}}, x, x, y, std::span(dslopes).first(2));
      },
      y, "dslopes", "2", "slopes", "3");
  refuses([&] { backward(channelwise{slopes, {2, 3, 4}}, x, x, y, std::span(y).first(3)); }, y, "dslopes", "dx");
  refuses([&] { forward(channelwise{std::span(y).first(3), {2, 3, 4}}, x, y); }, y, "y", "slopes");
  slopes[1] = std::numeric_limits<float>::infinity();
  refuses([&] { forward(channelwise{slopes, {2, 3, 4}}, x, y); }, y, "slopes[1]", "inf", "finite");
  refuses([&] { backward(channelwise{slopes, {2, 3, 4}}, x, x, y, dslopes); }, y, "slopes[1]", "inf", "finite");
  CHECK(dslopes == std::vector<float>(3, 42.0F));
}

TEMPLATE_TEST_CASE("a slope that is not finite is found wherever it stands among however many", "[errors]", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const not_finite = GENERATE(limits::infinity(), -limits::infinity(), limits::quiet_NaN());
  for (std::size_t const size : {std::size_t{1}, std::size_t{8}, std::size_t{9}, std::size_t{40}, std::size_t{133}}) {
    std::vector<T> slopes(size, limits::max());
    std::vector<T> y(size, T(42));
    channelwise_prelu<T> const f{slopes, {1, size, 1}};
    CHECK_NOTHROW(forward(f, y));
    for (std::size_t place = 0; place < size; ++place) {
      slopes[place] = not_finite;
      CHECK_THROWS_WITH(forward(f, y), ContainsSubstring("slopes[" + std::to_string(place) + "]"));
      slopes[place] = -limits::denorm_min();
    }
  }
}
