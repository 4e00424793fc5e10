// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/softplus.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("softplus: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  check_points(softplus<T>{}, {{inf, inf, T(1)}, {-inf, T(0), T(0)}, {limits::max(), limits::max(), T(1)}});
  CHECK(softplus<T>{}.derivative(T(0)) == T(0.5));
  CHECK(softplus<T>{}.derivative_from_output(T(0)) == T(0));
  CHECK(same_bits(softplus<T>{}.derivative_from_output(inf), T(1)));
  CHECK(std::isnan(softplus<T>{}(limits::quiet_NaN())));
  CHECK(softplus<T>{}(T(std::is_same_v<T, float> ? -100 : -740)) > T(0)); // subnormal, not flushed
  for (T const beta : {T(0.5), T(1.7), T(30)}) {
    CHECK(std::abs(softplus<T>{beta}(T(0)) * beta - T(0.69314718055994530942L)) < 2 * limits::epsilon());
    CHECK(std::abs(softplus<T>{beta}(T(200)) - T(200)) < T(1e-3));
  }
}

TEST_CASE("softplus: beta is positive and not extreme") {
  CHECK(!softplus<float>{.beta = 20}.check());
  CHECK(softplus<float>{.beta = 0}.check());
  CHECK(softplus<float>{.beta = -1}.check());
  CHECK(softplus<float>{.beta = 1e20F}.check());
}

TEST_CASE("softplus: golden values") { // by Python's mpmath, 40 digits
  check_golden(softplus<float>{}, 1.0F, 1.313261687518222834048995494967856L, 0.7310585786300048792511592418218363L);
  check_golden(softplus<float>{}, -5.0F, 0.006715348489118068616416687732642075L, 0.00669285092428485555936198038132518L);
  check_golden(softplus<float>{}, -20.5F, 0.000000001250152865605301534921339284182439L,
               0.000000001250152864823860441556405997519662L);
  check_golden(softplus<float>{}, -100.0F, 3.720075976020835962959695803863118e-44L, 3.720075976020835962959695803863118e-44L);
  check_golden(softplus<float>{}, 12.0F, 12.00000614419347773280543457906621L, 0.999993855825397785282174426177616L);
  check_golden(softplus<double>{}, 0.5, 0.9740769841801066808729973550811707L, 0.6224593312018545646389005657455085L);
  check_golden(softplus<double>{}, -6.25, 0.001928593204219380778330134331288016L, 0.001926734663327475414487044341035237L);
  check_golden(softplus<double>{}, -300.0, 5.148200222412013781154861921067131e-131L, 5.148200222412013781154861921067131e-131L);
  check_golden(softplus<double>{}, -740.0, 4.188739880048048939457540001583653e-322L, 4.188739880048048939457540001583653e-322L);
  check_golden(softplus<double>{}, 20.0, 20.00000000206115362031438070323898L, 0.9999999979388463818097964185691379L);
}
