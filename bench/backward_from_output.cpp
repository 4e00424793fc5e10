// SPDX-License-Identifier: MIT
#include "kernels.hpp"

namespace rectify_bench {
namespace {

struct backward_from_output {
  template <class F>
  static constexpr bool has = rectify::output_differentiable_activation<F>;

  template <class F, class T>
  static void run(F const& f, operands<T> const& data) {
    rectify::backward_from_output(f, data.x, data.dy, data.out);
  }
};

struct backward_with_slope {
  template <class F>
  static constexpr bool has = rectify::trainable_activation<F>;

  template <class F, class T>
  static void run(F const& f, operands<T>& data) {
    rectify::backward(f, data.x, data.dy, data.out, data.slope);
  }
};

} // namespace

template <class T>
std::vector<kernel<T>> backward_from_output_kernels() {
  return kernels_of<backward_from_output, T>();
}

template <class T>
std::vector<kernel<T>> backward_with_slope_kernels() {
  return kernels_of<backward_with_slope, T>();
}

template std::vector<kernel<float>> backward_from_output_kernels();
template std::vector<kernel<double>> backward_from_output_kernels();
template std::vector<kernel<float>> backward_with_slope_kernels();
template std::vector<kernel<double>> backward_with_slope_kernels();

} // namespace rectify_bench
