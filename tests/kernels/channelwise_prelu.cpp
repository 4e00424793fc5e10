// SPDX-License-Identifier: MIT
#include "support/guarded.hpp"
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/kernels/channelwise_prelu.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <algorithm>

using namespace rectify;
using namespace rectify::test;

namespace {

/// Shapes on both sides of every bound in the kernel, and with every dimension 0, 1 and odd.
std::vector<channel_layout> layouts() {
  return {{2, 3, 5},    {1, 7, 49},   {1000, 3, 1},  {100, 64, 1},  {3, 700, 1},   {2, 5, 300},  {5, 300, 7},  {3000, 2, 1},
          {4, 2, 4000}, {1, 1, 1},    {0, 3, 4},     {3, 3, 0},     {7, 1, 1},     {1, 1, 777},  {1, 999, 1},  {2, 3, 127},
          {2, 3, 128},  {2, 3, 129},  {3, 2, 255},   {3, 2, 256},   {3, 2, 257},   {300, 1, 3},  {2, 4, 63},   {2, 4, 64},
          {2, 4, 65},   {1, 2049, 1}, {3, 513, 1},   {2, 9, 250},   {20000, 1, 1}, {1, 3, 4097}, {600, 5, 17}, {129, 2, 9},
          {3, 0, 5},    {40, 20, 2},  {70000, 1, 1}, {128, 700, 1}, {3, 5, 15},    {3, 5, 16},   {1, 90, 17},  {9, 5, 31},
          {9, 5, 32},   {9, 11, 33},  {9, 1, 47},    {64, 3, 49},   {3, 37, 33},   {2, 33, 17},  {1, 40, 159}, {1, 17, 16},
          {3, 1, 21},   {9, 30, 36},  {130, 18, 57}, {4, 1100, 36}, {7, 4, 255},   {7, 4, 256},  {7, 29, 35},  {4, 28, 36},
          {5, 9, 128},  {4, 17, 31},  {5, 3, 159},   {5, 3, 160}};
}

template <class T, kink K>
void check(channel_layout const& layout, bool has_special_slopes) {
  INFO("layout {" << layout.outer << ", " << layout.channels << ", " << layout.inner
                  << "}, slopes of 0 and 1: " << has_special_slopes);
  std::size_t const size = layout.outer * layout.channels * layout.inner;
  std::vector<T> slopes = random_inputs<T>(layout.channels, 7);
  if (has_special_slopes && layout.channels > 1) {
    slopes[1] = T(1);
  }
  if (has_special_slopes && layout.channels > 2) {
    slopes[2] = T(0); // whose gradient is +0, whatever the sign of dy
  }
  std::vector<T> const x_data = mixed_inputs<T>(size, 1);
  std::vector<T> dy_data = random_inputs<T>(size, 2);
  guarded<T> x_memory(size);
  guarded<T> dy_memory(size);
  guarded<T> y_memory(size);
  std::span<T> const x = x_memory.at_back(size);
  std::span<T> const dy = dy_memory.at_back(size);
  std::span<T> const y = y_memory.at_back(size);
  std::copy(x_data.begin(), x_data.end(), x.begin());
  std::copy(dy_data.begin(), dy_data.end(), dy.begin());
  channelwise_prelu<T, K> const f{slopes, layout};

  forward(f, x, y);
  for (std::size_t i = 0; i < size; ++i) {
    prelu<T, K> const scalar{slopes[i / layout.inner % layout.channels]};
    if (!same_bits(y[i], scalar(x[i]))) {
      FAIL("forward differs at element " << i);
    }
  }
  std::vector<T> in_place = x_data;
  forward(f, in_place);
  CHECK(std::equal(in_place.begin(), in_place.end(), y.begin(), same_bits<T>));

  std::vector<T> dslopes(layout.channels, T(55));
  backward(f, x, dy, y, dslopes);
  std::vector<long double> exact(layout.channels);
  std::vector<long double> magnitude(layout.channels);
  for (std::size_t i = 0; i < size; ++i) {
    std::size_t const channel = i / layout.inner % layout.channels;
    prelu<T, K> const scalar{slopes[channel]};
    if (!same_bits(y[i], chain(scalar, x[i], dy[i]))) {
      FAIL("backward differs at element " << i);
    }
    if (x[i] < T(0)) {
      exact[channel] += static_cast<long double>(x[i]) * static_cast<long double>(dy[i]);
      magnitude[channel] += std::abs(static_cast<long double>(x[i]) * static_cast<long double>(dy[i]));
    }
  }
  for (std::size_t channel = 0; channel < layout.channels; ++channel) {
    INFO("channel " << channel);
    bool const finite = std::isfinite(static_cast<T>(magnitude[channel]));
    // the slack in absolute terms is for products that underflow
    long double const tolerance = 8 * static_cast<long double>(std::numeric_limits<T>::epsilon()) * magnitude[channel] +
                                  static_cast<long double>(size) * static_cast<long double>(std::numeric_limits<T>::denorm_min());
    CHECK((!finite || std::abs(static_cast<long double>(dslopes[channel]) - exact[channel]) <= tolerance));
  }

  // in place of either input, and the gradients in place of the slopes
  for (bool const over_x : {true, false}) {
    std::vector<T> xs = x_data;
    std::vector<T> dys = dy_data;
    std::vector<T> gradients = slopes;
    backward(channelwise_prelu<T, K>{gradients, layout}, xs, dys, over_x ? xs : dys, gradients);
    std::vector<T> const& dx = over_x ? xs : dys;
    CHECK(std::equal(dx.begin(), dx.end(), y.begin(), same_bits<T>));
    CHECK(std::equal(gradients.begin(), gradients.end(), dslopes.begin(), same_bits<T>));
  }
}

} // namespace

TEMPLATE_TEST_CASE("channelwise_prelu: every layout against the scalar functor", "[kernels]", float, double) {
  for (channel_layout const& layout : layouts()) {
    check<TestType, kink::zero>(layout, false);
    check<TestType, kink::zero>(layout, true);
  }
}

TEMPLATE_TEST_CASE("channelwise_prelu: slopes of 0 and 1 are found wherever they are", "[kernels]", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  for (std::size_t count = 0; count < 70; ++count) {
    std::vector<T> slopes = random_inputs<T>(count, 3);
    CHECK(have_kinked_form<default_arch>(slopes.data(), count));
    for (std::size_t place = 0; place < count; ++place) {
      T const slope = slopes[place];
      for (T const special : {T(0), T(-0.0), T(1)}) {
        slopes[place] = special;
        CHECK(!have_kinked_form<default_arch>(slopes.data(), count));
      }
      for (T const next : {limits::denorm_min(), -limits::denorm_min(), T(1) - limits::epsilon() / 2, T(1) + limits::epsilon(),
                           T(-1), limits::max(), limits::lowest()}) {
        slopes[place] = next;
        CHECK(have_kinked_form<default_arch>(slopes.data(), count));
      }
      slopes[place] = slope;
    }
  }
}

TEST_CASE("channelwise_prelu: the policies at the kink", "[kernels]") {
  check<float, kink::left>({3, 5, 7}, true);
  check<float, kink::right>({3, 5, 7}, true);
}

TEMPLATE_TEST_CASE("channelwise_prelu: one channel is prelu", "[kernels]", float, double) {
  using T = TestType;
  std::vector<T> const x = random_inputs<T>(10000, 3);
  std::vector<T> const dy = random_inputs<T>(10000, 4);
  std::vector<T> dx(x.size());
  std::vector<T> dx_of_channel(x.size());
  T const slope[] = {T(0.3)};
  T dslope;
  T dslope_of_channel[1];
  backward(prelu<T>{T(0.3)}, x, dy, dx, dslope);
  backward(channelwise_prelu<T>{slope, {1, 1, x.size()}}, x, dy, dx_of_channel, dslope_of_channel);
  CHECK(dx == dx_of_channel);
  CHECK(dslope == dslope_of_channel[0]);
}
