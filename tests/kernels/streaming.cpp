// SPDX-License-Identifier: MIT
// Writing past the caches gives the same bits in the same places, and the sizes from which on it is done follow from the caches.
#include "support/guarded.hpp"
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/rectify.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace rectify;
using namespace rectify::test;

namespace {

constexpr streaming always{1};
constexpr streaming never{streaming::never};
constexpr std::size_t longest = 1300;

/// kernel(inputs, output, how) twice, on ranges that begin at every offset from an alignment and end at a guard page.
template <class T, class Kernel>
void check_streaming(Kernel const& kernel) {
  guarded<T> x_memory(longest + 64);
  guarded<T> dy_memory(longest + 64);
  guarded<T> y_memory(longest + 64);
  for (std::size_t const size : {std::size_t{1}, std::size_t{127}, std::size_t{255}, std::size_t{256}, std::size_t{257},
                                 std::size_t{300}, std::size_t{511}, std::size_t{1024}, std::size_t{1299}}) {
    for (std::size_t offset = 0; offset < 17; ++offset) {
      std::span<T> const x = x_memory.at_back(size, 3);
      std::span<T> const dy = dy_memory.at_back(size, 5);
      std::span<T> const y = y_memory.at_back(size, offset);
      std::vector<T> const x_data = mixed_inputs<T>(size, offset);
      std::vector<T> const dy_data = random_inputs<T>(size, offset + 1);
      std::copy(x_data.begin(), x_data.end(), x.begin());
      std::copy(dy_data.begin(), dy_data.end(), dy.begin());
      std::vector<T> expected(size);
      kernel(x, dy, std::span<T>(expected), never);
      std::fill(y.begin(), y.end(), T(-12345));
      kernel(x, dy, y, always);
      INFO("size " << size << ", offset " << offset);
      CHECK(std::equal(y.begin(), y.end(), expected.begin(), same_bits<T>));
      kernel(x, dy, dy, always); // in place it is not done
      CHECK(std::equal(dy.begin(), dy.end(), expected.begin(), same_bits<T>));
    }
  }
}

} // namespace

TEMPLATE_TEST_CASE("writing past the caches gives the same bits", "[kernels]", float, double) {
  using T = TestType; // functions that compile quickly: what is computed does not matter to how it is written
  check_streaming<T>([](auto x, auto, auto y, streaming how) { forward(leaky_relu<T>{}, x, y, how); });
  check_streaming<T>([](auto x, auto, auto y, streaming how) { derivative(relu<T>{}, x, y, how); });
  check_streaming<T>([](auto x, auto dy, auto dx, streaming how) { backward(leaky_relu<T>{}, x, dy, dx, how); });
  check_streaming<T>([](auto y, auto dy, auto dx, streaming how) { backward_from_output(leaky_relu<T>{}, y, dy, dx, how); });
  check_streaming<T>([](auto x, auto dy, auto dx, streaming how) {
    T dslope;
    backward(prelu<T>{}, x, dy, dx, dslope, how);
  });
  check_streaming<T>([](auto a, auto b, auto y, streaming how) { forward(reglu<T>{}, a, b, y, how); });
  std::vector<T> const slopes{T(0.5)};
  check_streaming<T>([&](auto x, auto, auto y, streaming how) {
    forward(channelwise_prelu<T>{slopes, {1, 1, x.size()}}, x, y, how);
  });
  std::vector<T> const slope_of_each(longest, T(0.5));
  auto const check_runs = [&](auto const& kernel) { // which share registers
    check_streaming<T>([&](auto x, auto dy, auto y, streaming how) {
      constexpr std::size_t run = 25;
      std::size_t const channels = x.size() / run;
      std::size_t const size = channels * run;
      channelwise_prelu<T> const f{std::span(slope_of_each).first(channels), {1, channels, run}};
      kernel(f, x.first(size), dy.first(size), y.first(size), how);
      std::fill(y.begin() + static_cast<std::ptrdiff_t>(size), y.end(), T(0));
    });
  };
  check_runs([](auto const& f, auto x, auto, auto y, streaming how) { forward(f, x, y, how); });
  check_runs([](auto const& f, auto x, auto dy, auto dx, streaming how) {
    std::vector<T> dslopes(f.slopes.size());
    backward(f, x, dy, dx, dslopes, how);
  });
  check_streaming<T>([&](auto x, auto dy, auto dx, streaming how) {
    std::vector<T> dslopes(x.size());
    backward(channelwise_prelu<T>{std::span(slope_of_each).first(x.size()), {1, x.size(), 1}}, x, dy, dx, dslopes, how);
  });
}

TEST_CASE("the slope gradient is the same past the caches", "[kernels]") {
  std::vector<float> const x = random_inputs<float>(100000, 1);
  std::vector<float> dx(x.size());
  float cached = 0;
  float streamed = 0;
  backward(prelu<float>{}, x, x, dx, cached, never);
  backward(prelu<float>{}, x, x, dx, streamed, always);
  CHECK(cached == streamed);
}

TEMPLATE_TEST_CASE("channelwise_prelu: the same bits past the caches and wherever the ranges lie", "[kernels]", float, double,
                   bfloat16) {
  using E = TestType;
  using T = std::conditional_t<std::is_same_v<E, double>, double, float>;
  // runs in steps across their ends and without, long runs, rows that share a table, in two blocks and a cut row too, rows of one
  // table each, large ones too, groups of channels, no whole lines
  channel_layout const layout =
      GENERATE(channel_layout{1, 2000, 50}, channel_layout{3, 64, 49}, channel_layout{3, 64, 64}, channel_layout{3, 5, 1056},
               channel_layout{3, 5, 1037}, channel_layout{1, 1, 40000}, channel_layout{2051, 64, 1}, channel_layout{77, 16, 12},
               channel_layout{131, 512, 1}, channel_layout{133, 1504, 1}, channel_layout{40, 352, 7}, channel_layout{9, 17008, 1},
               channel_layout{9, 1200, 1}, channel_layout{9, 1204, 1}, channel_layout{600, 24, 1}, channel_layout{3, 512, 1},
               channel_layout{8193, 8, 1}, channel_layout{1, 8, 1});
  INFO("layout {" << layout.outer << ", " << layout.channels << ", " << layout.inner << "}");
  std::size_t const size = layout.outer * layout.channels * layout.inner;
  std::vector<T> const slopes = random_inputs<T>(layout.channels, 7, 1);
  channelwise_prelu<T> const f{slopes, layout};
  std::vector<T> const x_data = random_inputs<T>(size, 1);
  std::vector<T> const dy_data = random_inputs<T>(size, 2);
  std::vector<E> const x(x_data.begin(), x_data.end());
  std::vector<E> const dy(dy_data.begin(), dy_data.end());
  std::vector<E> y(size);
  std::vector<E> dx(size);
  std::vector<T> dslopes(layout.channels);
  forward(f, x, y, never);
  backward(f, x, dy, dx, dslopes, never);

  constexpr std::size_t margin = 64;
  std::vector<E> x_memory(size + margin);
  std::vector<E> dy_memory(size + margin);
  std::vector<E> output_memory(size + 2 * margin, E(-12345));
  std::vector<T> dslopes_there(layout.channels);
  for (std::size_t offset = 0; offset <= 64 / sizeof(E); ++offset) {
    std::span<E> const x_there = std::span(x_memory).subspan(offset, size);
    std::span<E> const dy_there = std::span(dy_memory).subspan(offset, size);
    std::span<E> const output = std::span(output_memory).subspan(offset, size);
    std::ranges::copy(x, x_there.begin());
    std::ranges::copy(dy, dy_there.begin());
    for (streaming const how : {never, always}) {
      INFO("offset " << offset << ", past the caches: " << (how.from_bytes == always.from_bytes));
      forward(f, x, output, how);
      CHECK(std::ranges::equal(output, y));
      backward(f, x, dy, output, dslopes_there, how);
      CHECK(std::ranges::equal(output, dx));
      CHECK(dslopes_there == dslopes);
      backward(f, x_there, dy_there, output, dslopes_there, how);
      CHECK(std::ranges::equal(output, dx));
      CHECK(dslopes_there == dslopes);
      backward(f, x_there, dy_there, dy_there, dslopes_there, how); // in place
      CHECK(std::ranges::equal(dy_there, dx));
      CHECK(dslopes_there == dslopes);
      std::ranges::copy(dy, dy_there.begin());
      std::ranges::fill(output, E(-12345));
      CHECK(std::ranges::count(output_memory, E(-12345)) == std::ssize(output_memory));
    }
  }
}

TEST_CASE("the size from which on kernels write past the caches follows from the caches", "[kernels]") {
  constexpr std::size_t mebibyte = std::size_t{1} << 20;
  CHECK(streaming_bytes_for(mebibyte / 2, 32 * mebibyte, false) == 24 * mebibyte);
  CHECK(streaming_bytes_for(2 * mebibyte, 105 * mebibyte, true) == 5 * mebibyte / 2);
  CHECK(streaming_bytes_for(2 * mebibyte, 36 * mebibyte, false) == 27 * mebibyte);
  CHECK(streaming_bytes_for(mebibyte, 0, false) == 3 * mebibyte / 4);
  CHECK(streaming_bytes_for(0, 0, true) == 32 * mebibyte);
  CHECK(!is_streamed<default_arch>(0, {}));
  CHECK(!is_streamed<default_arch>(least_streaming_bytes - 1, {}));
  CHECK(is_streamed<default_arch>(100, {100}));
  CHECK(!is_streamed<default_arch>(99, {100}));
  CHECK(!is_streamed<default_arch>(SIZE_MAX - 1, never));
  std::size_t const asked = ask_for_streaming_bytes<default_arch>();
  CHECK(is_streamed<default_arch>(asked, {}) == (asked >= least_streaming_bytes));
  CHECK(!is_streamed<default_arch>(asked - 1, {}));
}
