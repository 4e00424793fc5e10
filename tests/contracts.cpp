// SPDX-License-Identifier: MIT
// The names and types that users build on.
#include <rectify/rectify.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace rectify;

static_assert(std::is_same_v<relu<>, relu<float, kink::zero>>);
static_assert(std::is_same_v<elu<double>::value_type, double>);
static_assert(std::is_same_v<decltype(relu<>::name), std::string_view const>);
static_assert(std::is_same_v<decltype(relu<>::max_ulp), double const>);
static_assert(relu<>::max_ulp == 0 && relu<>::derivative_max_ulp == 0);
static_assert(leaky_relu<>::max_ulp == 0.5 && leaky_relu<>::derivative_max_ulp == 0);
static_assert(prelu<>::max_ulp == 0.5 && prelu<>::derivative_max_ulp == 0);
static_assert(elu<>::max_ulp == 2 && elu<>::derivative_max_ulp == 2);
static_assert(elu<>::default_max_ulp == 1 && elu<>::default_derivative_max_ulp == 1);
static_assert(leaky_relu<>{} == leaky_relu<>{.negative_slope = 0.01F});
static_assert(leaky_relu<>{}.negative_slope == 0.01F && leaky_relu<double>{}.negative_slope == 0.01);
static_assert(prelu<>{} == prelu<>{.slope = 0.25F});
static_assert(elu<>{} == elu<>{.alpha = 1});

static_assert(sizeof(relu<>) == 1 && sizeof(elu<double>) == sizeof(double));
static_assert(activation<elu<>> && differentiable_activation<elu<>> && output_differentiable_activation<elu<>>);
static_assert(trainable_activation<prelu<>> && !trainable_activation<leaky_relu<>>);
static_assert(!activation<int> && !activation<std::function<float(float)>>);
static_assert(value_of<float, float> && !value_of<float, double> && !value_of<int, int>);
#ifndef XSIMD_NO_SUPPORTED_ARCHITECTURE
static_assert(value_of<xsimd::batch<float>, float> && !value_of<xsimd::batch<float>, double>);
static_assert(std::is_same_v<decltype(elu<>{}(xsimd::batch<float>(1.0F))), xsimd::batch<float>>);
#endif
static_assert(noexcept(elu<>{}.forward(1.0F)) && noexcept(elu<>{}.derivative(1.0F)));
static_assert(std::is_invocable_r_v<float, relu<>, float>);
static_assert(channel_layout{}.outer * channel_layout{}.channels * channel_layout{}.inner == 1);
static_assert(std::is_same_v<channelwise_prelu<>::value_type, float>);

// A functor that only knows forward, and has no name: still an activation.
struct doubled {
  using value_type = float;
  template <value_of<float> V>
  [[nodiscard]] constexpr V forward(V const& x) const noexcept {
    return x + x;
  }
};
static_assert(activation<doubled> && !differentiable_activation<doubled> && !output_differentiable_activation<doubled>);

TEST_CASE("a functor of the user needs forward alone") {
  std::array<float, 3> data{1, 2, 3};
  forward(doubled{}, data);
  CHECK(data == std::array<float, 3>{2, 4, 6});
}

// A step whose value at its jump follows the policy: what the library says of its own functions is not so of all.
template <std::floating_point T, kink K>
struct step {
  using value_type = T;
  template <value_of<T> V>
  [[nodiscard]] constexpr V forward(V const& x) const noexcept {
    V const at_zero(T(K == kink::right ? 1 : 0));
    return math::select(x == V(T(0)), at_zero, math::select(x < V(T(0)), V(T(0)), V(T(1))));
  }
};

TEST_CASE("a functor of the user keeps its policy") {
  std::array<float, 3> data{-2, 0, 2};
  forward(step<float, kink::right>{}, data);
  CHECK(data == std::array<float, 3>{0, 1, 1});
}
