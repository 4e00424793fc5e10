// SPDX-License-Identifier: MIT
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/math.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <array>
#include <vector>

using namespace rectify;
using namespace rectify::test;

namespace {

struct worst_case {
  double error = 0;
  float x = 0;

  void add(float at, double ulp) {
    if (!(ulp <= error)) {
      error = ulp;
      x = at;
    }
  }
};

} // namespace

TEST_CASE("exp and expm1 of float: error over the whole format", "[accuracy]") {
  worst_case exp;
  worst_case exp_of_nonpositive;
  worst_case expm1;
  worst_case expm1_of_nonpositive;
  for_each_float(1009, [&](float x) {
    double const exact = std::exp(double(x));
    double const exact_minus_one = std::expm1(double(x));
    exp.add(x, ulp_error(math::exp(x), exact));
    expm1.add(x, ulp_error(math::expm1(x), exact_minus_one));
    if (x <= 0) {
      exp_of_nonpositive.add(x, ulp_error(math::exp_of_nonpositive(x), exact));
      expm1_of_nonpositive.add(x, ulp_error(math::expm1_of_nonpositive(x), exact_minus_one));
    }
  });
  CHECK(exp.error <= 1);
  CHECK(exp_of_nonpositive.error <= 1);
  CHECK(expm1.error <= 1);
  CHECK(expm1_of_nonpositive.error <= 1);
}

TEMPLATE_TEST_CASE("exp and expm1: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  CHECK(same_bits(math::exp(inf), inf));
  CHECK(same_bits(math::exp(-inf), T(0)));
  CHECK(same_bits(math::exp(T(0)), T(1)));
  CHECK(same_bits(math::exp(T(-0.0)), T(1)));
  CHECK(std::isnan(math::exp(limits::quiet_NaN())));
  CHECK(same_bits(math::expm1(inf), inf));
  CHECK(same_bits(math::expm1(-inf), T(-1)));
  CHECK(same_bits(math::expm1(T(0)), T(0)));
  CHECK(same_bits(math::expm1(T(-0.0)), T(-0.0)));
  CHECK(same_bits(math::expm1(-limits::denorm_min()), -limits::denorm_min()));
  CHECK(same_bits(math::expm1(limits::denorm_min()), limits::denorm_min()));
  CHECK(std::isnan(math::expm1(limits::quiet_NaN())));
  CHECK(same_bits(math::exp_of_nonpositive(-inf), T(0)));
  CHECK(same_bits(math::expm1_of_nonpositive(-inf), T(-1)));
  // the last finite result, the first infinite one, the smallest results
  T const last = std::is_same_v<T, float> ? T(0x1.62e42ep+6) : T(0x1.62e42fefa39efp+9);
  CHECK(std::isfinite(math::exp(last)));
  CHECK(std::isfinite(math::expm1(last)));
  CHECK(same_bits(math::exp(std::nextafter(last, inf)), inf));
  CHECK(same_bits(math::expm1(std::nextafter(last, inf)), inf));
  CHECK(same_bits(math::exp(std::is_same_v<T, float> ? T(-103.97) : T(-745.13)), limits::denorm_min()));
  CHECK(same_bits(math::exp(std::is_same_v<T, float> ? T(-103.98) : T(-745.14)), T(0)));
}

TEST_CASE("exp and expm1 of double: random inputs against long double", "[accuracy]") {
  if constexpr (std::numeric_limits<long double>::digits < 64) {
    SKIP("long double is no wider than double here");
  }
  double worst_exp = 0;
  double worst_expm1 = 0;
  for (double const scale : {1e-6, 0.3, 1.0, 4.0, 40.0, 700.0}) {
    for (double const x : random_inputs<double>(100000, 1, scale)) {
      worst_exp = std::max(worst_exp, ulp_error(math::exp(x), std::exp(static_cast<long double>(x))));
      worst_expm1 = std::max(worst_expm1, ulp_error(math::expm1(x), std::expm1(static_cast<long double>(x))));
    }
  }
  CHECK(worst_exp <= 1);
  CHECK(worst_expm1 <= 1);
}

namespace {

/// Three numbers whose product and sum nearly cancel in every second triple, and what fma_by_parts makes of them.
template <class T>
struct fma_case {
  T a;
  T b;
  T c;
  T result;
};

template <class T>
constexpr auto fma_cases() {
  std::array<fma_case<T>, 400> cases{};
  std::uint64_t state = 1;
  auto const next = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<T>(static_cast<double>(state >> 11) * 0x1p-52 - 1);
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    T const a = next();
    T const b = next();
    T const c = i % 2 == 0 ? next() : static_cast<T>(-a * b * (1 + std::numeric_limits<T>::epsilon() * next()));
    cases[i] = {a, b, c, math::fma_by_parts(a, b, c)};
  }
  return cases;
}

} // namespace

TEMPLATE_TEST_CASE("fma by parts is fma", "", float, double) {
  // as a constant: at run time the compiler may contract its products and sums, and it is there for constants alone
  static constexpr auto cases = fma_cases<TestType>();
  for (auto const& [a, b, c, result] : cases) {
    INFO(a << " * " << b << " + " << c);
    CHECK(result == std::fma(a, b, c));
  }
}
