// SPDX-License-Identifier: MIT
// rectify inside other libraries' expressions: silu and its gradient, in Eigen, in xtensor and on plain
// memory, with the same bits. Built with -DRECTIFY_TEST_ADAPTERS=ON, where both libraries are installed.
#include <rectify/adapters/eigen.hpp>
#include <rectify/adapters/xtensor.hpp>
#include <rectify/rectify.hpp>

#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr std::size_t size = 1000;
constexpr rectify::silu<float> silu;
using numbers = std::vector<float>;

struct layer {
  numbers y;
  numbers dx;
};

layer on_plain_memory(numbers const& sums, numbers const& dy) {
  layer result{numbers(size), numbers(size)};
  rectify::forward(silu, sums, result.y);
  rectify::backward(silu, sums, dy, result.dx);
  return result;
}

layer in_eigen(numbers const& sums, numbers const& dy) {
  using array = Eigen::ArrayXf;
  auto const x = Eigen::Map<array const>(sums.data(), size);
  auto const gradient = Eigen::Map<array const>(dy.data(), size);
  layer result{numbers(size), numbers(size)};
  Eigen::Map<array>(result.y.data(), size) = x.unaryExpr(rectify::eigen::forward(silu));
  Eigen::Map<array>(result.dx.data(), size) = x.binaryExpr(gradient, rectify::eigen::backward(silu));
  return result;
}

layer in_xtensor(numbers const& sums, numbers const& dy) {
  std::array<std::size_t, 2> const shape = {size / 10, 10};
  auto const x = xt::adapt(sums, shape);
  auto const gradient = xt::adapt(dy, shape);
  xt::xtensor<float, 2> const y = rectify::xtensor::forward(silu, x);
  xt::xtensor<float, 2> const dx = rectify::xtensor::backward(silu, x, gradient);
  return {{y.begin(), y.end()}, {dx.begin(), dx.end()}};
}

} // namespace

int main() {
  numbers sums(size);
  numbers dy(size);
  for (std::size_t i = 0; i < size; ++i) {
    sums[i] = static_cast<float>(i) * 0.02F - 10;
    dy[i] = static_cast<float>(i % 7) - 3;
  }
  auto const expected = on_plain_memory(sums, dy);
  bool same = true;
  for (auto const& [y, dx] : {in_eigen(sums, dy), in_xtensor(sums, dy)}) {
    same = same && y == expected.y && dx == expected.dx;
  }
  std::puts(same ? "adapters: Eigen, xtensor and plain memory give the same bits" : "adapters: the results differ");
  return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
