// SPDX-License-Identifier: MIT
// What holds for every function of the catalogue, whatever its formula.
#include "support/any_activation.hpp"
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <catch2/catch_template_test_macros.hpp>

#include <algorithm>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class T>
bool is_kink(any_activation<T> const& f, T x) {
  return std::find(f.kinks.begin(), f.kinks.end(), x) != f.kinks.end();
}

/// The special inputs, and what lies at and beside each kink.
template <class T>
std::vector<T> inputs_for(any_activation<T> const& f) {
  std::vector<T> inputs = special_inputs<T>();
  for (T const x : f.kinks) {
    T const inf = std::numeric_limits<T>::infinity();
    inputs.insert(inputs.end(), {x, std::nextafter(x, -inf), std::nextafter(x, inf)});
  }
  return inputs;
}

} // namespace

TEMPLATE_TEST_CASE("law: the call is forward", "", float, double) {
  using T = TestType;
  for (auto const& f : every_activation<T>()) {
    for (T const x : mixed_inputs<T>(200)) {
      INFO(f->name << ", x = " << x);
      CHECK(same_bits(f->call(x), f->forward(x)));
    }
  }
}

TEMPLATE_TEST_CASE("law: the form that kernels choose has the bits of the functor", "", float, double) {
  using T = TestType;
  auto const same = [](T a, T b) { return same_bits(a, b) || (std::isnan(a) && std::isnan(b)); };
  for (auto const& f : every_activation<T>()) {
    std::vector<T> inputs = inputs_for(*f);
    for (T const x : mixed_inputs<T>(200)) {
      inputs.push_back(x);
    }
    for (T const x : inputs) {
      INFO(f->name << ", x = " << x);
      CHECK(same(f->forward_by_form(x), f->forward(x)));
      CHECK(same(f->chain_by_form(x, T(-3)), f->chain(x, T(-3))));
      if (f->has_from_output) {
        CHECK(same(f->chain_from_output_by_form(x, T(-3)), f->chain_from_output(x, T(-3))));
      }
    }
  }
}

TEMPLATE_TEST_CASE("law: NaN in, NaN out", "", float, double) {
  using T = TestType;
  T const nan = std::numeric_limits<T>::quiet_NaN();
  for (auto const& f : every_activation<T>()) {
    INFO(f->name);
    CHECK(std::isnan(f->forward(nan)));
    CHECK(std::isnan(f->derivative(nan)));
    CHECK(std::isnan(f->chain(nan, T(1))));
    CHECK(std::isnan(f->chain(nan, T(0))));
    if (f->has_from_output) {
      CHECK(std::isnan(f->derivative_from_output(nan)));
    }
  }
}

TEMPLATE_TEST_CASE("law: a number in, no NaN out", "", float, double) {
  using T = TestType;
  for (auto const& f : every_activation<T>()) {
    for (T const x : inputs_for(*f)) {
      if (std::isnan(x) || (std::isinf(x) && f->parameter_count() != 0 && f->derivative(x) == T(0))) {
        continue; // a slope of 0 times -inf is NaN by IEEE
      }
      INFO(f->name << ", x = " << x);
      CHECK(!std::isnan(f->forward(x)));
      CHECK(!std::isnan(f->derivative(x)));
      CHECK(std::isfinite(f->derivative(x)));
    }
  }
}

TEMPLATE_TEST_CASE("law: the derivative is the slope", "", float, double) {
  using T = TestType;
  for (auto const& f : every_activation<T>()) {
    for (T const x : random_inputs<T>(400)) {
      T const step = T(std::is_same_v<T, float> ? 0x1p-10 : 0x1p-20) * std::max(T(1), std::abs(x));
      T const below = x - step;
      T const above = x + step;
      if (std::any_of(f->kinks.begin(), f->kinks.end(), [&](T kink) { return below < kink && kink < above; })) {
        continue;
      }
      INFO(f->name << ", x = " << x);
      double const slope = (double(f->forward(above)) - double(f->forward(below))) / (double(above) - double(below));
      CHECK(std::abs(slope - double(f->derivative(x))) <= (std::is_same_v<T, float> ? 2e-3 : 1e-6) * (1 + std::abs(slope)));
    }
  }
}

TEMPLATE_TEST_CASE("law: at a kink the policy decides between the slopes beside it", "", float, double) {
  using T = TestType;
  T const inf = std::numeric_limits<T>::infinity();
  for (auto const& f : every_activation<T>()) {
    for (T const x : f->kinks) {
      INFO(f->name << ", x = " << x);
      T const slope = f->derivative(x);
      if (x == T(0)) {
        CHECK(same_bits(f->derivative(-x), slope)); // -0 is 0
      }
      // the least step to a side: f' is continuous there, up to the error of the derivative
      T const left = f->derivative(std::nextafter(x, -inf));
      T const right = f->derivative(std::nextafter(x, inf));
      auto const near = [](T a, T b) { return std::abs(a - b) <= 8 * std::numeric_limits<T>::epsilon() * (std::abs(a) + 1); };
      if (near(left, right)) {
        CHECK(near(slope, left));
      } else if (f->is_kink_zero) {
        CHECK(same_bits(slope, T(0)));
      } else {
        CHECK(near(slope, f->name.find("kink::left") != std::string::npos ? left : right));
      }
    }
  }
}

TEMPLATE_TEST_CASE("law: the derivative from the output is the derivative", "", float, double) {
  using T = TestType;
  for (auto const& f : every_activation<T>()) {
    if (!f->has_from_output) {
      continue;
    }
    std::vector<T> inputs = mixed_inputs<T>(400);
    for (T const x : inputs_for(*f)) {
      inputs.push_back(x);
    }
    for (T const x : inputs) {
      T const y = f->forward(x);
      if (std::isnan(x) || std::isnan(y) || std::any_of(f->kinks.begin(), f->kinks.end(), [&](T kink) {
            return y == f->forward(kink) && x != kink && (f->derivative(x) != T(0) || !f->is_kink_zero);
          })) {
        continue; // rounded to what a kink gives, and taken for it
      }
      INFO(f->name << ", x = " << x);
      // an output near the end of its range has lost what it would take to tell: the error is that of y, not relative
      CHECK(std::abs(f->derivative_from_output(y) - f->derivative(x)) <=
            8 * std::numeric_limits<T>::epsilon() * (1 + std::abs(y)));
    }
  }
}

TEMPLATE_TEST_CASE("law: where the derivative is 0, the gradient is +0", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  for (auto const& f : every_activation<T>()) {
    for (T const x : inputs_for(*f)) {
      for (T const dy : {T(1), T(-1), T(0), T(-0.0), limits::infinity(), -limits::infinity(), limits::quiet_NaN()}) {
        INFO(f->name << ", x = " << x << ", dy = " << dy);
        T const slope = f->derivative(x);
        CHECK(same_bits(f->chain(x, dy), slope == T(0) ? T(0) : T(dy * slope)));
        if (f->has_from_output) {
          T const slope_from_output = f->derivative_from_output(x);
          CHECK(same_bits(f->chain_from_output(x, dy), slope_from_output == T(0) ? T(0) : T(dy * slope_from_output)));
        }
      }
    }
  }
}

TEMPLATE_TEST_CASE("law: a parameter that is not finite is refused", "", float, double) {
  using T = TestType;
  T const inf = std::numeric_limits<T>::infinity();
  for (auto const& f : every_activation<T>()) {
    INFO(f->name);
    CHECK(f->refused(std::numeric_limits<T>::quiet_NaN()) == f->parameter_count());
    CHECK(f->refused(inf) == f->parameter_count());
    CHECK(f->refused(-inf) == f->parameter_count());
  }
}
