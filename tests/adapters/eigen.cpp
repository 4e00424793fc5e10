// SPDX-License-Identifier: MIT
// Inside Eigen's expressions every functor gives the bits of the kernels, on packets and on what is left of a range.
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/adapters/eigen.hpp>
#include <rectify/rectify.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class T>
using column = Eigen::Matrix<T, Eigen::Dynamic, 1>;

template <class T>
void check_bits(std::string_view name, column<T> const& actual, std::vector<T> const& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!same_bits(actual[static_cast<Eigen::Index>(i)], expected[i])) {
      FAIL_CHECK(name << " differs at " << i << " of " << expected.size());
      return;
    }
  }
}

} // namespace

TEMPLATE_TEST_CASE("a functor in an expression of Eigen gives the bits of the kernel", "", float, double) {
  using T = TestType;
  for (std::size_t const size : {std::size_t{1}, std::size_t{7}, std::size_t{1031}}) {
    std::vector<T> const x = mixed_inputs<T>(size, 1);
    std::vector<T> const dy = mixed_inputs<T>(size, 2);
    auto const index = static_cast<Eigen::Index>(size);
    Eigen::Map<column<T> const> const xs(x.data(), index);
    Eigen::Map<column<T> const> const dys(dy.data(), index);
    std::vector<T> expected(size);
    auto const check = [&](auto const& f) {
      rectify::forward(f, x, expected);
      check_bits<T>(f.name, xs.unaryExpr(eigen::forward(f)), expected);
      rectify::derivative(f, x, expected);
      check_bits<T>(f.name, xs.unaryExpr(eigen::derivative(f)), expected);
      rectify::backward(f, x, dy, expected);
      check_bits<T>(f.name, xs.binaryExpr(dys, eigen::backward(f)), expected);
    };
    check(relu<T>{});
    check(prelu<T>{});
    check(elu<T>{});
    check(silu<T>{});
  }
}

TEMPLATE_TEST_CASE("expressions of Eigen take packets", "", float, double) {
  CHECK(eigen::has_packets<TestType> == (lanes<register_of<TestType, default_arch>> > 1));
  using expression = decltype(column<TestType>().unaryExpr(eigen::forward(silu<TestType>{})));
  CHECK(bool(Eigen::internal::evaluator<expression>::Flags & Eigen::PacketAccessBit) == eigen::has_packets<TestType>);
}
