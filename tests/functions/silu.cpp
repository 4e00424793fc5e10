// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/silu.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("silu: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const tiny = limits::denorm_min();
  check_points(silu<T>{}, {{T(0), T(0), T(0.5)},
                           {T(-0.0), T(-0.0), T(0.5)},
                           {2 * tiny, tiny, T(0.5)},
                           {limits::max(), limits::max(), T(1)},
                           {inf, inf, T(1)}});
  CHECK(same_bits(silu<T>{}(-inf), T(-0.0)));
  CHECK(same_bits(silu<T>{}(-limits::max()), T(-0.0)));
  CHECK(silu<T>{}.derivative(-inf) == T(0));
  CHECK(std::isnan(silu<T>{}(limits::quiet_NaN())));
  CHECK(silu<T>{}(T(std::is_same_v<T, float> ? -107 : -750)) < T(0)); // subnormal, not flushed
}

TEST_CASE("silu: golden values") { // by Python's mpmath, 40 digits
  check_golden(silu<float>{}, 1.0F, 0.7310585786300048792511592418218363L, 0.9276705118714867317885839754077453L);
  check_golden(silu<float>{}, -5.0F, -0.0334642546214242777968099019066259L, -0.026547432429665919010630692139396L);
  check_golden(silu<float>{}, -20.5F, -0.00000002562813372888913905190632294915308L,
               -0.00000002437798083202619380909015465724926L);
  check_golden(silu<float>{}, -100.0F, -3.720075976020835962959695803863118e-42L, -3.682875216260627603330098845824487e-42L);
  check_golden(silu<float>{}, 12.0F, 11.99992626990477342338609311413139L, 1.000067585467613783386076679745974L);
  check_golden(silu<double>{}, 0.5, 0.3112296656009272823194502828727542L, 0.739961187302651809173551913256012L);
  check_golden(silu<double>{}, -6.25, -0.01204209164579672134054402713147023L, -0.01009215506707632317584540653081203L);
  check_golden(silu<double>{}, -300.0, -1.544460066723604134346458576320139e-128L, -1.539311866501192120565303714399072e-128L);
  check_golden(silu<double>{}, -720.0, -1.463206177745491070063976311818665e-310L, -1.46117394694306677691110967805225e-310L);
  check_golden(silu<double>{}, 20.0, 19.99999995877692763619592837138276L, 1.00000003916191866064678329161503L);
}
