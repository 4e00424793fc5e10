// SPDX-License-Identifier: MIT
#include "kernels.hpp"

namespace rectify_bench {
namespace {

struct derivative {
  template <class F>
  static constexpr bool has = rectify::differentiable_activation<F>;

  template <class F, class T>
  static void run(F const& f, operands<T> const& data) {
    rectify::derivative(f, data.x, data.out);
  }
};

} // namespace

template <class T>
std::vector<kernel<T>> derivative_kernels() {
  return kernels_of<derivative, T>();
}

template std::vector<kernel<float>> derivative_kernels();
template std::vector<kernel<double>> derivative_kernels();

} // namespace rectify_bench
