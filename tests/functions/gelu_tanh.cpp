// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/gelu_tanh.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("gelu_tanh: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const tiny = limits::denorm_min();
  gelu_tanh<T> const f{};
  check_points(f, {{T(0), T(0), T(0.5)},
                   {T(-0.0), T(-0.0), T(0.5)},
                   {2 * tiny, tiny, T(0.5)},
                   {T(9), T(9), T(1)},
                   {limits::max(), limits::max(), T(1)},
                   {inf, inf, T(1)}});
  CHECK(same_bits(f(-inf), T(-0.0)));
  CHECK(same_bits(f(-limits::max()), T(-0.0)));
  CHECK(f.derivative(-inf) == T(0));
  CHECK(f.derivative(-limits::max()) == T(0));
  CHECK(std::isnan(f(limits::quiet_NaN())));
  CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
  CHECK(f(T(std::is_same_v<T, float> ? -10.5 : -21.2)) < T(0)); // subnormal, not flushed
}

TEST_CASE("gelu_tanh: golden values") { // by Python's mpmath, 900 digits
  check_golden(gelu_tanh<float>{}, 1.0F, 0.8411919906082767047819957770451839L, 1.082964083845782555139642418669601L);
  check_golden(gelu_tanh<float>{}, -5.0F, -0.0000002291796196629506045592755328546905L,
               -0.00000154636198753259459558497218039845L);
  check_golden(gelu_tanh<float>{}, -0.25F, -0.1003246492983149997745713198335751L, 0.3046459048489395705141249990261613L);
  check_golden(gelu_tanh<float>{}, -3.5F, -0.0006161976553736633089266466923202041L, -0.002422643760116431032786180924367396L);
  check_golden(gelu_tanh<float>{}, -9.5F, -6.678928766783881999388655654616559e-33L, -1.389873219233261091113740797154954e-31L);
  check_golden(gelu_tanh<float>{}, 2.0F, 1.954597694087775018781041386150719L, 1.086099256623618381564513917556984L);
  check_golden(gelu_tanh<double>{}, 0.5, 0.3457140098251439220377572573645232L, 0.8673699035346423115601709461518127L);
  check_golden(gelu_tanh<double>{}, -3.25, -0.001568627144747468761527066436186213L, -0.005564345644144168089422371232885194L);
  check_golden(gelu_tanh<double>{}, -10.0, -1.204092348209805993659250440030509e-37L, -2.757638063854031607330146525186071e-36L);
  check_golden(gelu_tanh<double>{}, -20.5, -1.350294060164346621940873981644842e-280L,
               -1.235621326188288851251111557256293e-278L);
  check_golden(gelu_tanh<double>{}, 4.0, 3.999929754051807627310181874202751L, 1.000335123197122670758399275819665L);
}

TEST_CASE("gelu_tanh: the derivative near its zero") { // by Python's mpmath, 900 digits
  check_near_zero(gelu_tanh<float>{}, -0.7525F, -0.00001660234133586209858162029216406677L);
  check_near_zero(gelu_tanh<double>{}, -0.7525, -0.00001660336741833714241478981651912802L);
  check_near_zero(gelu_tanh<float>{}, -0.125F, 0.400784593837208561648918673129133L);
  check_near_zero(gelu_tanh<double>{}, -0.125, 0.400784593837208561648918673129133L);
}
