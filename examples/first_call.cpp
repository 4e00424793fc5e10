// SPDX-License-Identifier: MIT
// A first use of rectify. Each line is checked, and the program fails with a message where one does not hold.
#include <rectify/rectify.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using numbers = std::vector<float>;

void expect(bool holds, char const* claim) {
  if (!holds) {
    std::fprintf(stderr, "first_call: it does not hold that %s\n", claim);
    std::exit(EXIT_FAILURE);
  }
}

// A functor is a plain value, and can be called on a number, also by the compiler.
//! [constants]
static_assert(rectify::relu<float>{}(-3.0F) == 0.0F);
static_assert(rectify::leaky_relu<float>{.negative_slope = 0.5F}(-3.0F) == -1.5F);
static_assert(rectify::prelu<double>{}.derivative(-3.0) == 0.25);
//! [constants]

void call_on_ranges() {
  //! [ranges]
  numbers const x = {-2, -1, 0, 1, 2};
  numbers y(x.size());

  rectify::forward(rectify::relu<float>{}, x, y);
  expect(y == numbers{0, 0, 0, 1, 2}, "relu keeps what is positive");

  rectify::forward(rectify::elu<float>{.alpha = 2}, x, y);
  expect(y[0] > -2 && y[0] < y[1] && y[1] < 0 && y[2] == 0 && y[3] == 1 && y[4] == 2, "elu approaches -alpha below zero");

  numbers xy = x; // in place
  rectify::forward(rectify::leaky_relu<float>{.negative_slope = 0.5F}, xy);
  expect(xy == numbers{-1, -0.5F, 0, 1, 2}, "leaky_relu scales what is negative");
  //! [ranges]
}

void go_backward() {
  //! [backward]
  numbers const x = {-2, -1, 0, 1, 2};
  numbers const dy = {1, 2, 3, 4, 5}; // the gradient for the output
  numbers dx(x.size());               // becomes the gradient for the input

  rectify::backward(rectify::relu<float>{}, x, dy, dx);
  expect(dx == numbers{0, 0, 0, 4, 5}, "the derivative of relu at 0 is 0");

  rectify::backward(rectify::relu<float, rectify::kink::right>{}, x, dy, dx);
  expect(dx == numbers{0, 0, 3, 4, 5}, "under kink::right it is 1");

  float dslope = 0;
  rectify::backward(rectify::prelu<float>{.slope = 0.25F}, x, dy, dx, dslope);
  expect(dx == numbers{0.25F, 0.5F, 0, 4, 5}, "prelu scales the gradient where x is negative");
  expect(dslope == -2 * 1 + -1 * 2, "the slope's gradient is the sum of x · dy where x < 0");
  //! [backward]
}

void call_from_the_standard_library() {
  //! [standard]
  numbers const x = {-2, -1, 0, 1, 2};
  numbers by_kernel(x.size());
  numbers by_standard(x.size());
  rectify::elu<float> const f;

  rectify::forward(f, x, by_kernel);
  std::transform(x.begin(), x.end(), by_standard.begin(), f);
  expect(by_kernel == by_standard, "the functor gives the same bits, one number at a time");
  //! [standard]
}

} // namespace

int main() {
  call_on_ranges();
  go_backward();
  call_from_the_standard_library();
  std::puts("first_call: every line holds");
  return EXIT_SUCCESS;
}
