// SPDX-License-Identifier: MIT
// Gated units against the scalar functor, bit by bit, at every short length between guard pages, in every allowed place.
#include "support/guarded.hpp"
#include "support/inputs.hpp"
#include "support/reference.hpp"
#include "support/spans.hpp"
#include "support/ulp.hpp"

#include <rectify/rectify.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

using namespace rectify;
using namespace rectify::test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// One activation of each kind: with a backward of its own, with a parameter, smooth.
using few = std::tuple<relu<float>, sigmoid<float>, leaky_relu<double>>;

/// Every short length but the last, which goes through the stages of a long formula in three turns.
constexpr std::size_t short_ones = 131;
constexpr std::size_t longest = 2 * bytes_between_stages / sizeof(float) + 57;
/// The places: three inputs, and two of their own for the outputs.
constexpr std::size_t places = 5;

template <class T>
class memory_of_places {
public:
  /// The ranges of `size` elements, each at an offset of its own from the guard page; `back`: before it.
  std::array<std::span<T>, places> ranges(std::size_t size, bool back) {
    std::array<std::span<T>, places> all;
    for (std::size_t i = 0; i < places; ++i) {
      std::size_t const offset = size % 3 == 0 ? 0 : i;
      all[i] = back ? memory_[i].at_back(size, offset) : memory_[i].at_front(size, offset);
    }
    return all;
  }

private:
  std::array<guarded<T>, places> memory_{guarded<T>(longest + 8), guarded<T>(longest + 8), guarded<T>(longest + 8),
                                         guarded<T>(longest + 8), guarded<T>(longest + 8)};
};

template <class T>
void require_equal(std::span<T const> result, std::vector<T> const& expected, char const* what) {
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!same_bits(result[i], expected[i])) {
      FAIL(what << "[" << i << "] of " << result.size() << " is " << result[i] << ", expected " << expected[i]);
    }
  }
}

template <class Call>
void refuses(Call const& call, std::initializer_list<char const*> words) {
  std::string text;
  try {
    call();
    FAIL("nothing was thrown");
  } catch (std::invalid_argument const& error) {
    text = error.what();
  }
  for (char const* word : words) {
    CHECK_THAT(text, ContainsSubstring(word));
  }
}

template <class Arch, class F>
void check_arch(F const& f) {
  using T = typename F::value_type;
  gated<F> const unit{f};
  std::vector<T> const a = mixed_inputs<T>(1000, 1);
  std::vector<T> const b = mixed_inputs<T>(1000, 3);
  std::vector<T> const dy = mixed_inputs<T>(1000, 5);
  std::vector<T> y(1000);
  std::vector<T> db(1000);
  forward<Arch>(unit, a, b, y);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_bits(y[i], unit(a[i], b[i]))) {
      FAIL("forward at " << a[i] << ", " << b[i]);
    }
  }
  backward<Arch>(unit, a, b, dy, y, db);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_bits(y[i], unit.backward_linear(b[i], dy[i])) || !same_bits(db[i], unit.backward_gate(a[i], b[i], dy[i]))) {
      FAIL("backward at " << a[i] << ", " << b[i] << ", " << dy[i]);
    }
  }
}

} // namespace

TEMPLATE_LIST_TEST_CASE("gated: the bits of the scalar functor, at every place", "[kernels]", few) {
  using T = typename TestType::value_type;
  gated<TestType> const unit{};
  std::array<std::vector<T>, 3> const data{mixed_inputs<T>(longest, 1), mixed_inputs<T>(longest, 3), mixed_inputs<T>(longest, 8)};
  memory_of_places<T> memory;
  for (std::size_t size = 0; size <= longest; size += size < 40 ? 1 : size < short_ones ? 7 : longest - short_ones) {
    std::vector<T> y(size);
    std::vector<T> da(size);
    std::vector<T> db(size);
    for (std::size_t i = 0; i < size; ++i) {
      T const a = data[0][i];
      T const b = data[1][i];
      T const dy = data[2][i];
      y[i] = unit(a, b);
      da[i] = unit.f(b) == T(0) ? T(0) : dy * unit.f(b);
      db[i] = chain(unit.f, b, T(dy * a));
    }
    for (bool const back : {true, false}) {
      auto const ranges = memory.ranges(size, back);
      auto const fill = [&] {
        for (std::size_t i = 0; i < places; ++i) {
          i < data.size() ? void(std::copy_n(data[i].begin(), size, ranges[i].begin()))
                          : std::fill(ranges[i].begin(), ranges[i].end(), T(-12345));
        }
      };
      for (std::size_t const target : std::initializer_list<std::size_t>{0, 1, 3}) {
        fill();
        spans::forward(unit, ranges[0], ranges[1], ranges[target]);
        INFO("forward to " << target);
        require_equal<T>(ranges[target], y, "y");
      }
      for (std::size_t first = 0; first < places; ++first) {
        for (std::size_t second = 0; second < places; ++second) {
          if (first != second) {
            fill();
            spans::backward(unit, ranges[0], ranges[1], ranges[2], ranges[first], ranges[second]);
            INFO("backward to " << first << " and " << second);
            require_equal<T>(ranges[first], da, "da");
            require_equal<T>(ranges[second], db, "db");
          }
        }
      }
    }
  }
}

TEST_CASE("gated: an instruction set asked for by name gives the bits of the build", "[kernels]") {
  check_arch<no_simd>(leaky_relu<double>{});
}

TEMPLATE_LIST_TEST_CASE("gated: within one rounding of f", "[kernels]", few) {
  using T = typename TestType::value_type;
  gated<TestType> const unit{};
  std::vector<T> const a = random_inputs<T>(20000, 1);
  std::vector<T> const b = random_inputs<T>(20000, 2, 2);
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    long double const gate = reference<TestType>::forward(unit.f, static_cast<long double>(b[i]));
    worst = std::max(worst, ulp_error(unit(a[i], b[i]), static_cast<long double>(a[i]) * gate));
  }
  CHECK(worst <= 2 * promised_ulp(unit.f) + 0.5 + 0x1p-10); // the reference rounds too
}

TEMPLATE_TEST_CASE("gated: special values", "[kernels]", float, double) {
  using T = TestType;
  constexpr T inf = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  glu<T> const unit{};
  CHECK(unit(T(2), inf) == T(2));
  CHECK(unit(inf, T(0)) == inf);
  CHECK(same_bits(unit(T(2), -inf), T(0)));
  CHECK(std::isnan(unit(nan, T(0))));
  CHECK(std::isnan(unit(inf, -inf))); // inf · 0
  CHECK(same_bits(unit(T(0), T(5)), T(0)));
  CHECK(std::isnan(unit(T(3), nan)));
  CHECK(unit(T(4), T(0)) == T(2));
  CHECK(unit.backward_linear(T(0), T(5)) == T(2.5));
  CHECK(unit.backward_gate(T(3), T(0), T(5)) == T(3.75));
  // the relu is flat: nothing gets through, whatever arrives
  reglu<T> const flat{};
  for (T const anything : {T(1), inf, nan, -inf, T(-1)}) {
    CHECK(same_bits(flat.backward_linear(T(-1), anything), T(0)));
    CHECK(same_bits(flat.backward_gate(anything, T(-1), anything), T(0)));
    CHECK(std::isnan(flat.backward_linear(nan, anything)));
    CHECK(std::isnan(flat.backward_gate(anything, nan, anything)));
  }
  CHECK(flat(T(4), T(3)) == T(12));
}

TEST_CASE("gated: the halves of one axis, and parameters", "[kernels]") {
  std::vector<float> const x{1, 2, 3, /**/ 0, -1, 4, /**/ -1, 5, 6, /**/ 7, 0, -8}; // two rows, split 3 and 3
  std::vector<float> y(6);
  for (std::size_t row = 0; row < 2; ++row) {
    std::span<float const> const both = std::span(x).subspan(row * 6, 6);
    spans::forward(reglu<float>{}, both.first(3), both.last(3), std::span(y).subspan(row * 3, 3));
  }
  CHECK(y == std::vector<float>{0, 0, 12, -7, 0, 0});
  gated<leaky_relu<float>> const leaky{{.negative_slope = 0.5F}};
  CHECK(leaky(3.0F, -2.0F) == -3);
  CHECK(leaky == leaky);
}

TEST_CASE("gated: errors", "[errors]") {
  std::vector<float> const a(5, 1.0F);
  std::vector<float> const four(4, 1.0F);
  std::vector<float> y(5, 42.0F);
  std::vector<float> z(5, 42.0F);
  std::vector<float> shorter(4, 42.0F);
  glu<float> const unit{};
  refuses([&] { spans::forward(unit, a, four, y); }, {"forward", "b", "4", "y", "5"});
  refuses([&] { spans::forward(unit, four, a, y); }, {"forward", "a", "4", "y", "5"});
  refuses([&] { spans::backward(unit, a, a, four, y, z); }, {"backward", "dy", "4", "da", "5"});
  refuses([&] { spans::backward(unit, a, a, a, y, shorter); }, {"backward", "db", "4", "a", "5"});
  refuses([&] { spans::backward(unit, a, a, a, y, y); }, {"backward", "da", "db", "disjoint"});
  std::vector<float> memory(20, 42.0F);
  std::span<float> const all(memory);
  refuses([&] { spans::forward(unit, all.first(5), all.subspan(10, 5), all.subspan(1, 5)); }, {"y", "a", "overlap in part"});
  refuses([&] { spans::forward(unit, all.first(5), all.subspan(10, 5), all.subspan(11, 5)); }, {"y", "b", "overlap in part"});
  refuses([&] { spans::backward(unit, all.first(5), a, a, y, all.subspan(1, 5)); }, {"db", "a", "overlap in part"});
  refuses([&] { spans::backward(unit, a, a, all.first(5), all.subspan(4, 5), y); }, {"da", "dy", "overlap in part"});
  refuses([&] { spans::backward(unit, a, a, a, all.subspan(0, 5), all.subspan(4, 5)); }, {"da", "db", "overlap"});
  gated<leaky_relu<float>> const bad{{.negative_slope = std::numeric_limits<float>::infinity()}};
  refuses([&] { spans::forward(bad, a, a, y); }, {"forward", "negative_slope", "inf", "finite"});
  refuses([&] { spans::backward(bad, a, a, a, y, z); }, {"backward", "negative_slope", "inf", "finite"});
  CHECK(y == std::vector<float>(5, 42.0F));
  CHECK(z == y);
  CHECK(memory == std::vector<float>(20, 42.0F));
}
