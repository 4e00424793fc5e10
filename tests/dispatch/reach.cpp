// SPDX-License-Identifier: MIT
// Calls every kernel of the library once; never run. check_reach.cmake looks for what the object refers to.
#include <rectify/kernels/parallel.hpp>
#include <rectify/rectify.hpp>

#include <array>

using namespace rectify;

void reach();
void reach() {
  std::array<float, 12> x{};
  std::array<float, 12> y{};
  std::array<float, 12> z{};
  std::array<float, 12> const dy{};
  std::array<bfloat16, 12> stored{};
  float dslope = 0;
  prelu<float> const f;
  silu<float> const s;
#ifdef RECTIFY_TEST_EXECUTOR
  auto const executor = [](std::size_t count, auto const& task) {
    for (std::size_t i = 0; i < count; ++i) {
      task(i);
    }
  };
#define RECTIFY_ON executor,
#else
#define RECTIFY_ON
#endif
  std::array<float, 3> dslopes{};
  channelwise_prelu<float> const by_channel{dslopes, {2, 3, 2}};
  forward(RECTIFY_ON by_channel, x, y);
  backward(RECTIFY_ON by_channel, x, dy, y, dslopes);
  forward(RECTIFY_ON f, x, y);
  forward(RECTIFY_ON elu<float>{}, stored, stored);
  derivative(RECTIFY_ON f, x, y);
  backward(RECTIFY_ON f, x, dy, y);
  backward_from_output(RECTIFY_ON f, x, dy, y);
  backward(RECTIFY_ON f, x, dy, y, dslope);
  forward(RECTIFY_ON gated<silu<float>>{s}, x, dy, y);
  backward(RECTIFY_ON gated<silu<float>>{s}, x, dy, dy, y, z);
  softmax(RECTIFY_ON x, y, 4);
  log_softmax(RECTIFY_ON x, y, 4);
  softmax_backward(RECTIFY_ON x, dy, y, 4);
  log_softmax_backward(RECTIFY_ON x, dy, y, 4);
}
