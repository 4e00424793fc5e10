// SPDX-License-Identifier: MIT
#include "kernels.hpp"

namespace rectify_bench {
namespace {

struct forward {
  template <class F>
  static constexpr bool has = rectify::activation<F>;

  template <class F, class T>
  static void run(F const& f, operands<T> const& data) {
    rectify::forward(f, data.x, data.out);
  }
};

} // namespace

template <class T>
std::vector<kernel<T>> forward_kernels(bool steady) {
  return kernels_of<forward, T>(steady);
}

template std::vector<kernel<float>> forward_kernels(bool steady);
template std::vector<kernel<double>> forward_kernels(bool steady);

} // namespace rectify_bench
