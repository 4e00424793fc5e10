// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/mish.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("mish: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  mish<T> const f{};
  check_points(f, {{limits::max(), limits::max(), T(1)}, {inf, inf, T(1)}});
  CHECK(same_bits(f(T(0)), T(0)));
  CHECK(same_bits(f(T(-0.0)), T(-0.0)));
  CHECK(ulp_error(f.derivative(T(0)), 0.6L) <= 2);
  CHECK(same_bits(f.derivative(T(-0.0)), f.derivative(T(0))));
  CHECK(same_bits(f(-inf), T(-0.0)));
  CHECK(same_bits(f(-limits::max()), T(-0.0)));
  CHECK(f.derivative(-inf) == T(0));
  CHECK(f.derivative(-limits::max()) == T(0));
  CHECK(std::isnan(f(limits::quiet_NaN())));
  CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
  CHECK(f(T(std::is_same_v<T, float> ? -107 : -750)) < T(0)); // subnormal, not flushed
}

TEST_CASE("mish: golden values") { // by Python's mpmath, 900 digits
  check_golden(mish<float>{}, 1.0F, 0.8650983882673103461162334492563124L, 1.049036220099792159086318308802428L);
  check_golden(mish<float>{}, -5.0F, -0.03357623773016170539619330338094908L, -0.02674749801990193350368047935725807L);
  check_golden(mish<float>{}, -20.5F, -0.00000002562813374490868145253620408382683L,
               -0.00000002437798086328383747758251051265384L);
  check_golden(mish<float>{}, -100.0F, -3.720075976020835962959695803863118e-42L, -3.682875216260627603330098845824487e-42L);
  check_golden(mish<float>{}, 12.0F, 11.99999999909397884301419383277187L, 1.000000001736529417316692403309986L);
  check_golden(mish<double>{}, 0.5, 0.3752452113048951048185624133992799L, 0.8864243753577272584508843027957388L);
  check_golden(mish<double>{}, -6.25, -0.01205369258191849895450203753041525L, -0.01011345604258116956980248908721697L);
  check_golden(mish<double>{}, -300.0, -1.544460066723604134346458576320139e-128L, -1.539311866501192120565303714399072e-128L);
  check_golden(mish<double>{}, -720.0, -1.463206177745491070063976311818665e-310L, -1.46117394694306677691110967805225e-310L);
  check_golden(mish<double>{}, 3.0, 2.986535004967957319057051820106122L, 1.021106910929443772655553785927445L);
}

TEST_CASE("mish: the derivative near its zero") { // by Python's mpmath, 900 digits
  check_near_zero(mish<float>{}, -1.1924F, 0.000008338552175678961153763029646721683L);
  check_near_zero(mish<double>{}, -1.1924, 0.000008332849279897465600860895687661743L);
  check_near_zero(mish<float>{}, -0.5F, 0.2895106779135121923973736565582905L);
  check_near_zero(mish<double>{}, -0.5, 0.2895106779135121923973736565582905L);
}
