// SPDX-License-Identifier: MIT
// What other libraries call the functions, where their defaults differ, and how to have their results. The numbers are those of
// the other library: the program fails where rectify's are not.
#include <rectify/rectify.hpp>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using numbers = std::vector<float>;

void expect(bool holds, char const* claim) {
  if (!holds) {
    std::fprintf(stderr, "migrating: it does not hold that %s\n", claim);
    std::exit(EXIT_FAILURE);
  }
}

bool near(float a, double b) {
  return std::abs(static_cast<double>(a) - b) <= 1e-6 * std::abs(b);
}

void from_pytorch() {
  //! [pytorch]
  // the subgradients of PyTorch where relu, leaky_relu, prelu, elu and selu have a kink
  rectify::leaky_relu<float, rectify::kink::left> const leaky;
  expect(leaky.derivative(0.0F) == 0.01F, "torch.nn.LeakyReLU has 0.01 there");

  // torch.nn.GELU() and torch.nn.GELU(approximate="tanh") are two functions here
  expect(near(rectify::gelu<float>{}(1.0F), 0.8413447460685429), "GELU()(1) is the first");
  expect(near(rectify::gelu_tanh<float>{}(1.0F), 0.8411919906082768), "GELU(approximate='tanh')(1) is the second");

  // torch.nn.Softplus goes over to x itself above threshold / beta; here it is the same function everywhere
  expect(rectify::softplus<float>{.beta = 2}(30.0F) == 30.0F, "far out the two agree");

  // torch.nn.GLU halves an axis: the first half is a, the second the gate b. Each row by its halves:
  numbers const row = {1, 2, /* gate */ 0, 100};
  numbers y(2);
  rectify::forward(rectify::glu<float>{}, numbers{row.begin(), row.begin() + 2}, numbers{row.begin() + 2, row.end()}, y);
  expect(y == numbers{0.5F, 2}, "GLU multiplies by the sigmoid of the second half");
  //! [pytorch]
}

void from_onnx() {
  //! [onnx]
  rectify::hard_sigmoid<float> const onnx_hard_sigmoid{.alpha = 0.2F}; // the operator's default; PyTorch's is 1/6
  expect(near(onnx_hard_sigmoid(-1.0F), 0.3), "HardSigmoid(-1) is 0.3");

  rectify::hard_tanh<float> const clip{.min_val = 0, .max_val = 20}; // Clip with both bounds
  expect(clip(25.0F) == 20.0F && clip(-1.0F) == 0.0F, "Clip is hard_tanh");

  numbers const x = {0, 0, 0, 1};
  numbers y(x.size());
  rectify::softmax(x, y, 2); // Softmax over the last axis, which has two elements
  expect(near(y[0], 0.5) && near(y[3], 1 / (1 + std::exp(-1.0))), "each row sums to 1");
  //! [onnx]
}

void from_keras() {
  //! [keras]
  rectify::leaky_relu<float> const layer{.negative_slope = 0.3F};    // keras.layers.LeakyReLU()
  rectify::leaky_relu<float> const function{.negative_slope = 0.2F}; // keras.activations.leaky_relu
  expect(layer(-1.0F) == -0.3F && function(-1.0F) == -0.2F, "its defaults are two");

  rectify::prelu<float> const prelu{.slope = 0}; // keras.layers.PReLU() begins with slopes of 0, one for each element of a sample
  expect(prelu(-1.0F) == 0.0F, "at first it is relu");
  //! [keras]
}

void from_onednn() {
  //! [onednn]
  // eltwise_swish with alpha: x · sigmoid(alpha · x)
  float const alpha = 1.702F;
  float const x = 0.5F;
  float const swish = rectify::silu<float>{}(alpha * x) / alpha;
  expect(near(swish, 0.5 / (1 + std::exp(-0.851))), "swish is silu, stretched");

  // eltwise_clip: its derivative is 1 at the upper end and 0 at the lower one
  rectify::hard_tanh<float, rectify::kink::left> const clip{.min_val = -1, .max_val = 1};
  expect(clip.derivative(1.0F) == 1.0F && clip.derivative(-1.0F) == 0.0F, "that is the slope from the left");
  rectify::hard_tanh<float> const clip_v2; // eltwise_clip_v2: 0 at both
  expect(clip_v2.derivative(1.0F) == 0.0F && clip_v2.derivative(-1.0F) == 0.0F, "and this is the default here");
  //! [onednn]
}

void from_xnnpack() {
  //! [xnnpack]
  // xnn_define_prelu: one slope for each of the innermost channels
  std::size_t const pixels = 2;
  std::size_t const channels = 3;
  numbers const slopes = {0.1F, 0.2F, 0.3F};
  numbers const x = {-1, -1, -1, 1, 1, 1};
  numbers y(x.size());
  rectify::forward(rectify::channelwise_prelu<float>{slopes, {.outer = pixels, .channels = channels, .inner = 1}}, x, y);
  expect(y == numbers{-0.1F, -0.2F, -0.3F, 1, 1, 1}, "NHWC is {N · H · W, C, 1}, and NCHW is {N, C, H · W}");
  //! [xnnpack]
}

} // namespace

int main() {
  from_pytorch();
  from_onnx();
  from_keras();
  from_onednn();
  from_xnnpack();
  std::puts("migrating: every line holds");
  return EXIT_SUCCESS;
}
