// SPDX-License-Identifier: MIT
#include "kernels.hpp"

namespace rectify_bench {
namespace {

struct backward {
  template <class F>
  static constexpr bool has = rectify::differentiable_activation<F>;

  template <class F, class T>
  static void run(F const& f, operands<T> const& data) {
    rectify::backward(f, data.x, data.dy, data.out);
  }
};

} // namespace

template <class T>
std::vector<kernel<T>> backward_kernels() {
  return kernels_of<backward, T>();
}

template std::vector<kernel<float>> backward_kernels();
template std::vector<kernel<double>> backward_kernels();

} // namespace rectify_bench
