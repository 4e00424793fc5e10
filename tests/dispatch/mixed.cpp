// SPDX-License-Identifier: MIT
// One half of a program whose halves are compiled with different flags. Only the one named `base` is called; the other one may
// hold instructions that the machine lacks, and none of its functions may have taken the place of one of ours.
#include <rectify/functions.hpp>
#include <rectify/kernels.hpp>

#include <span>

using namespace rectify;

namespace {

constexpr std::size_t size = 37;
float x[size], dy[size], y[size];
double x_double[size], y_double[size];

template <class Arch, class F>
void use(F const& f) {
  using in = std::span<float const>;
  using out = std::span<float>;
  forward<Arch>(f, in(x), out(y));
  backward<Arch>(f, in(x), in(dy), out(y));
}

template <class Arch>
float use_all() {
  for (std::size_t i = 0; i < size; ++i) {
    x[i] = static_cast<float>(i) - 20;
    x_double[i] = static_cast<double>(i) - 20;
    dy[i] = 1;
  }
  use<Arch>(relu<float>{});
  use<Arch>(celu<float>{});
  use<Arch>(leaky_relu<float, kink::right>{}); // not among those that have objects
  forward<Arch>(rectify::tanh<double>{}, std::span<double const>(x_double), std::span<double>(y_double));
  float dslope = 0;
  backward<Arch>(prelu<float>{}, std::span<float const>(x), std::span<float const>(dy), std::span<float>(y), dslope);
  float const slopes[] = {0.5F, 0.25F, 0.125F};
  float dslopes[] = {0, 0, 0};
  channelwise_prelu<float> const f{slopes, {4, 3, 3}};
  forward<Arch>(f, std::span<float const>(x, 36), std::span<float>(y, 36));
  backward<Arch>(f, std::span<float const>(x, 36), std::span<float const>(dy, 36), std::span<float>(y, 36), dslopes);
  softmax<Arch>(std::span<float const>(x, 36), std::span<float>(y, 36), 12);
  softmax_backward<Arch>(std::span<float const>(y, 36), std::span<float const>(dy, 36), std::span<float>(y, 36), 12);
  forward<Arch>(gated<silu<float>>{}, std::span<float const>(x), std::span<float const>(dy), std::span<float>(y));
  float sum = dslope + dslopes[0] + dslopes[1] + dslopes[2];
  for (float const value : y) {
    sum += value;
  }
  return sum;
}

} // namespace

float base();

/// The default instruction set, which may be chosen at run time, and that of the flags.
#ifdef RECTIFY_TEST_MAIN
float base() {
  return use_all<default_arch>() - use_all<compiled_arch>();
}
int main() {
  return base() == 0 ? 0 : 1;
}
#else
float other();
float other() {
  return use_all<default_arch>() - use_all<compiled_arch>();
}
#endif
