// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/log_sigmoid.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("log_sigmoid: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  check_points(log_sigmoid<T>{}, {{inf, T(-0.0), T(0)}, {-inf, -inf, T(1)}, {-limits::max(), -limits::max(), T(1)}});
  CHECK(log_sigmoid<T>{}.derivative(T(0)) == T(0.5));
  CHECK(same_bits(log_sigmoid<T>{}.derivative_from_output(-inf), T(1)));
  CHECK(log_sigmoid<T>{}.derivative_from_output(T(0)) == T(0));
  CHECK(std::isnan(log_sigmoid<T>{}(limits::quiet_NaN())));
  CHECK(log_sigmoid<T>{}(T(std::is_same_v<T, float> ? 100 : 740)) < T(0)); // subnormal, not flushed
}

TEST_CASE("log_sigmoid: golden values") { // by Python's mpmath, 40 digits
  check_golden(log_sigmoid<float>{}, 1.0F, -0.3132616875182228340489954949678556L, 0.2689414213699951207488407581781637L);
  check_golden(log_sigmoid<float>{}, -5.0F, -5.006715348489118068616416687732642L, 0.9933071490757151444406380196186748L);
  check_golden(log_sigmoid<float>{}, 20.5F, -0.000000001250152865605301534921339284182439L,
               0.000000001250152864823860441556405997519662L);
  check_golden(log_sigmoid<float>{}, 100.0F, -3.720075976020835962959695803863118e-44L, 3.720075976020835962959695803863118e-44L);
  check_golden(log_sigmoid<double>{}, 0.5, -0.4740769841801066808729973550811707L, 0.3775406687981454353610994342544915L);
  check_golden(log_sigmoid<double>{}, -6.25, -6.251928593204219380778330134331288L, 0.9980732653366725245855129556589648L);
  check_golden(log_sigmoid<double>{}, 300.0, -5.148200222412013781154861921067131e-131L,
               5.148200222412013781154861921067131e-131L);
  check_golden(log_sigmoid<double>{}, 740.0, -4.188739880048048939457540001583653e-322L,
               4.188739880048048939457540001583653e-322L);
}
