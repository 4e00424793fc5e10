// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/hard_sigmoid.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("hard_sigmoid: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const sixth = T(1) / T(6);
  check_points(hard_sigmoid<T>{}, {{T(0), T(0.5), sixth},
                                   {T(-0.0), T(0.5), sixth},
                                   {T(-3), T(0), T(0)},
                                   {T(3), T(1), T(0)},
                                   {limits::max(), T(1), T(0)},
                                   {inf, T(1), T(0)},
                                   {-inf, T(0), T(0)}});
  check_points(hard_sigmoid<T>{.alpha = T(0.25), .beta = T(0.25)},
               {{T(1), T(0.5), T(0.25)}, {T(3), T(1), T(0)}, {T(-1), T(0), T(0)}});
  check_kink<hard_sigmoid>(T(-3), T(0), T(0), sixth);
  check_kink<hard_sigmoid>(T(3), T(0), sixth, T(0));
  CHECK(same_bits(hard_sigmoid<T>{}.derivative_from_output(T(0)), T(0)));
  CHECK(same_bits(hard_sigmoid<T>{}.derivative_from_output(T(0.25)), sixth));
  CHECK(std::isnan(hard_sigmoid<T>{}(limits::quiet_NaN())));
  CHECK(hard_sigmoid<T>{}(std::nextafter(T(-3), T(0))) > 0);
}

TEMPLATE_TEST_CASE("hard_sigmoid: 0 and 1 at the kinks, also where the line just misses them", "", float, double) {
  using T = TestType;
  for (T const beta : {T(0.3), T(0.6), T(1.9), T(0.5)}) {
    hard_sigmoid<T> const f{.alpha = T(0.05), .beta = beta};
    auto const [low, high] = f.kinks();
    INFO(beta);
    check_points(f, {{low, T(0), T(0)}, {high, T(1), T(0)}});
    check_points(f, {{std::nextafter(low, T(-100)), T(0), T(0)}, {std::nextafter(high, T(100)), T(1), T(0)}});
  }
  check_points(hard_sigmoid<T>{.alpha = T(0.2), .beta = T(0)}, {{-std::numeric_limits<T>::denorm_min(), T(0), T(0)}});
}

TEST_CASE("hard_sigmoid: a slope that is not positive, or extreme, is outside the domain") {
  CHECK(!hard_sigmoid<float>{.alpha = 0.2F}.check());
  CHECK(hard_sigmoid<float>{.alpha = 0}.check());
  CHECK(hard_sigmoid<float>{.alpha = -1}.check());
  CHECK(hard_sigmoid<float>{.alpha = 1e30F}.check());
  CHECK(hard_sigmoid<float>{.beta = 1e30F}.check());
}
