// SPDX-License-Identifier: MIT
// softmax and log_softmax, forward and backward, against their definitions in long double.
#include "support/guarded.hpp"
#include "support/inputs.hpp"
#include "support/some_threads.hpp"
#include "support/ulp.hpp"

#include <rectify/kernels/parallel.hpp>
#include <rectify/kernels/softmax.hpp>
#include <rectify/kernels/softmax_backward.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cfenv>
#include <numeric>
#include <string>

using namespace rectify;
using namespace rectify::test;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::size_t> row_lengths() {
  std::vector<std::size_t> lengths(70);
  std::iota(lengths.begin(), lengths.end(), std::size_t{1});
  lengths.insert(lengths.end(), {127, 128, 129, 130, 1000, 1023, 1024, 1025, 2048, 4099});
  return lengths;
}

/// Rows enough to be run in all the ways there are: side by side in the lanes of several registers, in those of one, with lanes
/// left over, and one by one; another number left over for each length. Of long rows, which are run alike, two.
std::size_t rows_of(std::size_t row) {
  return row < 200 ? 33 + 7 * row % 32 : 2;
}
constexpr std::size_t largest_size = 64 * 199;

/// The exact softmax and log_softmax of a row of finite numbers and -inf, with one of them finite.
struct exact_row {
  std::vector<long double> softmax;
  std::vector<long double> log_softmax;

  template <class T>
  explicit exact_row(std::span<T const> x) {
    std::size_t const largest = static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
    long double const maximum = static_cast<long double>(x[largest]);
    long double others = 0; // all but the maximum: near 0 log_softmax is made of them
    for (std::size_t i = 0; i < x.size(); ++i) {
      others += i == largest ? 0 : std::exp(static_cast<long double>(x[i]) - maximum);
    }
    for (T const value : x) {
      long double const difference = static_cast<long double>(value) - maximum;
      softmax.push_back(std::exp(difference) / (1 + others));
      log_softmax.push_back(difference - std::log1p(others));
    }
  }
};

template <class T>
constexpr double promised = math::fuses<T> ? 3 : 3.5;

template <class T>
void check_forward(std::span<T const> x, std::size_t row, std::span<T> y) {
  for (bool const logarithm : {false, true}) {
    std::fill(y.begin(), y.end(), T(-12345));
    logarithm ? log_softmax(x, y, row) : softmax(x, y, row);
    for (std::size_t begin = 0; begin < x.size(); begin += row) {
      exact_row const exact(x.subspan(begin, row));
      auto const& expected = logarithm ? exact.log_softmax : exact.softmax;
      for (std::size_t i = 0; i < row; ++i) {
        if (!(ulp_error(y[begin + i], expected[i]) <= promised<T>)) {
          FAIL((logarithm ? "log_" : "") << "softmax of a row of " << row << " at element " << i << ", x = " << x[begin + i]
                                         << ": " << y[begin + i] << ", expected " << expected[i] << ", off by "
                                         << ulp_error(y[begin + i], expected[i]) << " ULP");
        }
      }
    }
    std::vector<T> in_place(x.begin(), x.end());
    logarithm ? log_softmax(in_place, in_place, row) : softmax(in_place, in_place, row);
    CHECK(std::equal(y.begin(), y.end(), in_place.begin(), same_bits<T>));
  }
}

/// All results of the row functions for one input, one after the other.
template <class Arch, class T>
std::vector<T> all_results(std::vector<T> const& x, std::vector<T> const& dy, std::size_t row) {
  std::vector<T> all;
  std::vector<T> y(x.size());
  std::vector<T> dx(x.size());
  softmax<Arch>(x, y, row);
  softmax_backward<Arch>(y, dy, dx, row);
  all.insert(all.end(), y.begin(), y.end());
  all.insert(all.end(), dx.begin(), dx.end());
  log_softmax<Arch>(x, y, row);
  log_softmax_backward<Arch>(y, dy, dx, row);
  all.insert(all.end(), y.begin(), y.end());
  all.insert(all.end(), dx.begin(), dx.end());
  return all;
}

template <class Arch, class T>
void check_arch() {
  for (std::size_t const row : row_lengths()) {
    std::size_t const size = rows_of(row) * row;
    std::vector<T> const dy = random_inputs<T>(size, row + 1);
    for (bool const is_even : {false, true}) {
      std::vector<T> x = random_inputs<T>(size, row, is_even ? 0.004 : 12);
      if (is_even) { // all of a row count alike, by the largest terms that there are
        std::transform(x.begin(), x.end(), x.begin(), [](T value) { return value + T(0.335); });
      } else {
        x[row / 2] = -std::numeric_limits<T>::infinity();
        x[row] = T(300); // where x - maximum is formed
        x[size - row] = T(-1e5);
      }
      std::vector<T> const result = all_results<Arch>(x, dy, row);
      std::vector<T> const expected = all_results<no_simd>(x, dy, row);
      for (std::size_t i = 0; i < result.size(); ++i) {
        if (!same_bits(result[i], expected[i])) {
          FAIL("a row of " << row << " at result " << i << ": " << result[i] << ", expected " << expected[i]);
        }
      }
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

} // namespace

TEMPLATE_TEST_CASE("softmax: the definition, for every length, between guard pages", "[kernels]", float, double) {
  using T = TestType;
  guarded<T> x_memory(largest_size + 1);
  guarded<T> y_memory(largest_size + 1);
  for (std::size_t const row : row_lengths()) {
    std::size_t const size = rows_of(row) * row;
    for (bool const back : {true, false}) {
      auto const x = back ? x_memory.at_back(size) : x_memory.at_front(size);
      auto const y = back ? y_memory.at_back(size, row % 2) : y_memory.at_front(size, row % 2);
      std::vector<T> const data = random_inputs<T>(size, row, back ? 3 : 30);
      std::copy(data.begin(), data.end(), x.begin());
      for (std::size_t i = 0; i < row; ++i) { // far from 0 the maximum is subtracted, from below and from above
        x[i] += T(back ? 700 : -4000);
      }
      check_forward<T>(x, row, y);
    }
  }
}

TEMPLATE_TEST_CASE("softmax: differences that a subtraction would round", "[kernels]", float, double) {
  using T = TestType;
  // the rows with the largest errors seen, with and without fma, and maxima on both sides of where they are subtracted
  std::vector<std::vector<T>> const rows{
      {T(0x1.6aa13ap+7), T(0x1.01dc2ep+6), T(0x1.0db4e4p+7)},
      {T(-0x1.ba036ep+0), T(0x1.56c63ep-2)},
      {T(0x1.fa0684676ad4cp+6), T(0x1.227e2c998251p+7)},
      {T(-0x1.fe06d2eddacfcp+3), T(0x1.dd1f5f939fd64p+3), T(0x1.04669d7cc90ebp+4)},
      // off by 3.9 and 3.1 with fma but without the second part of 1 / sum, and of the argument of the logarithm
      {T(0x1.1b8c48p+7), T(0x1.f74c8p+6), T(0x1.d9b3dp+6)},
      {T(0x1.0adc2cp+7), T(0x1.e50fp+6), T(0x1.21182ep+7), T(0x1.1a29fcp+7)},
      {T(0.1), T(sizeof(T) == 4 ? 255.9 : 1535.9), T(0.3), T(sizeof(T) == 4 ? 256.1 : 1536.1)}};
  for (std::vector<T> const& x : rows) {
    std::vector<T> y(x.size());
    check_forward<T>(x, x.size(), y);
  }
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    std::vector<T> const x = random_inputs<T>(6000, seed, 4 * static_cast<double>(seed + 1));
    std::vector<T> y(x.size());
    check_forward<T>(x, seed % 3 + 2, y);
  }
}

TEMPLATE_TEST_CASE("softmax: subnormal results and those that are next to 0 and 1", "[kernels]", float, double) {
  using T = TestType;
  T const lowest = T(sizeof(T) == 4 ? -103.9 : -745.1);
  for (T const maximum : {T(0), T(1.7), T(-20.3), T(1000), T(-1e6)}) {
    for (std::size_t const row : {std::size_t{2}, std::size_t{7}, std::size_t{40}, std::size_t{300}}) {
      std::vector<T> x(row, std::numeric_limits<T>::lowest());
      x[row - 1] = maximum;
      std::vector<T> y(row);
      for (std::size_t step = 0; step < 400; ++step) {
        x[0] = maximum + lowest * T(1.01) * T(step) / T(400);
        check_forward<T>(x, row, y);
      }
    }
  }
  // log_softmax of the maximum is -log(1 + e^-60), not 0 and not a multiple of an ULP of 1
  std::vector<T> const x{T(60), T(0), T(-70), T(60 + 3)};
  std::vector<T> y(2);
  log_softmax(std::span(x).first(2), y, 2);
  CHECK(ulp_error(y[0], -std::log1p(std::exp(-60.0L))) <= promised<T>);
  // many that are tiny beside one: up to the error of a plain sum
  for (std::size_t const row : {std::size_t{1000}, std::size_t{5000}}) {
    std::vector<T> many = random_inputs<T>(row, 3, 2);
    many[77] = T(sizeof(T) == 4 ? 60 : 110);
    std::vector<T> result(row);
    log_softmax(many, result, row);
    exact_row const exact{std::span<T const>(many)};
    CHECK(ulp_error(result[77], exact.log_softmax[77]) <= 12);
  }
}

TEMPLATE_TEST_CASE("softmax: special rows", "[kernels]", float, double) {
  using T = TestType;
  T const inf = std::numeric_limits<T>::infinity();
  T const nan = std::numeric_limits<T>::quiet_NaN();
  for (std::size_t const row : row_lengths()) {
    INFO("row " << row);
    constexpr std::size_t rows = 19;
    std::vector<T> const finite = random_inputs<T>(rows * row, row);
    auto const check = [&](std::vector<T> const& x) { // the second row is NaN, the others are as if alone
      for (bool const logarithm : {false, true}) {
        std::vector<T> y(rows * row);
        std::vector<T> expected(rows * row);
        logarithm ? log_softmax(x, y, row) : softmax(x, y, row);
        logarithm ? log_softmax(finite, expected, row) : softmax(finite, expected, row);
        std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(row), row, nan);
        CHECK(std::equal(y.begin(), y.end(), expected.begin(), same_bits<T>));
      }
    };
    for (std::size_t const place : {row, row + row / 2, 2 * row - 1}) {
      for (T const value : {nan, inf, T(-nan)}) {
        std::vector<T> x = finite;
        x[place] = value;
        check(x);
        std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(row), row, -inf);
        x[place] = value;
        check(x);
        std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(row), row, inf);
        x[place] = value;
        check(x);
      }
    }
    std::vector<T> all_minus_infinity = finite;
    std::fill_n(all_minus_infinity.begin() + static_cast<std::ptrdiff_t>(row), row, -inf);
    check(all_minus_infinity);
    // one -inf among numbers, and one number among -inf
    for (bool const logarithm : {false, true}) {
      std::vector<T> x(finite.begin(), finite.begin() + static_cast<std::ptrdiff_t>(row));
      std::vector<T> y(row);
      x[row / 2] = T(1);
      x[0] = row == 1 ? T(1) : -inf;
      logarithm ? log_softmax(x, y, row) : softmax(x, y, row);
      if (row > 1) {
        CHECK(same_bits(y[0], logarithm ? -inf : T(0)));
        exact_row const exact{std::span<T const>(x)};
        CHECK(ulp_error(y[row / 2], logarithm ? exact.log_softmax[row / 2] : exact.softmax[row / 2]) <= promised<T>);
      }
      for (T const alone : {T(0), T(-7.25), T(1e9), std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest()}) {
        std::fill(x.begin(), x.end(), -inf);
        x[row - 1] = alone;
        logarithm ? log_softmax(x, y, row) : softmax(x, y, row);
        CHECK(same_bits(y[row - 1], logarithm ? T(0) : T(1)));
        CHECK((row == 1 || same_bits(y[0], logarithm ? -inf : T(0))));
        std::fill(x.begin(), x.end(), alone); // equal ones
        logarithm ? log_softmax(x, y, row) : softmax(x, y, row);
        CHECK(ulp_error(y[0], logarithm ? -std::log(static_cast<long double>(row)) : 1 / static_cast<long double>(row)) <=
              promised<T>);
      }
    }
  }
}

TEMPLATE_TEST_CASE("softmax: the row behind raises no flag", "[kernels]", float, double) {
  using limits = std::numeric_limits<TestType>;
  for (std::size_t const row : row_lengths()) {
    std::size_t const rows = rows_of(row);
    std::vector<TestType> lone(rows * row, -limits::infinity()); // each row a 0 and nothing else, whose sum is a power of two
    std::vector<TestType> opposite(rows * row, limits::max());   // each row one number, far from that of the next
    for (std::size_t i = 0; i < rows; ++i) {
      lone[i * row] = 0;
      std::fill_n(opposite.begin() + static_cast<std::ptrdiff_t>(i * row), row, i % 2 == 0 ? limits::max() : limits::lowest());
    }
    std::vector<TestType> y(rows * row);
    for (std::vector<TestType> const& x : {lone, opposite}) {
      INFO(rows << " rows of " << row << ", the first number " << x[0]);
      std::feclearexcept(FE_ALL_EXCEPT);
      softmax(x, y, row);
      log_softmax(x, y, row);
      CHECK(std::fetestexcept(FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO) == 0);
    }
  }
}

TEMPLATE_TEST_CASE("softmax: the bits of numbers one by one", "[kernels]", float, double) {
  check_arch<default_arch, TestType>(); // of the build's class; each instruction set more costs seconds to compile
}

TEMPLATE_TEST_CASE("softmax: the same bits at every place", "[kernels]", float, double) {
  using T = TestType;
  for (std::size_t const row : std::initializer_list<std::size_t>{1, 3, 8, 10, 16, 31, 32, 33, 100, 1500}) {
    std::vector<T> const x = random_inputs<T>(row, row, 10);
    std::vector<T> const dy = random_inputs<T>(row, row + 1);
    std::vector<T> const alone = all_results<default_arch>(x, dy, row);
    constexpr std::size_t copies = 41;
    std::vector<T> many;
    std::vector<T> many_dy;
    for (std::size_t copy = 0; copy < copies; ++copy) {
      many.insert(many.end(), x.begin(), x.end());
      many_dy.insert(many_dy.end(), dy.begin(), dy.end());
    }
    std::vector<T> const results = all_results<default_arch>(many, many_dy, row);
    for (std::size_t i = 0; i < results.size(); ++i) {
      std::size_t const kind = i / (copies * row);
      if (!same_bits(results[i], alone[kind * row + i % row])) {
        FAIL("row " << row << ", result " << i);
      }
    }
  }
}

TEMPLATE_TEST_CASE("softmax_backward and log_softmax_backward: the definition", "[kernels]", float, double) {
  using T = TestType;
  constexpr long double eps = static_cast<long double>(std::numeric_limits<T>::epsilon());
  guarded<T> y_memory(3 * 4099 + 2);
  guarded<T> dy_memory(3 * 4099 + 2);
  guarded<T> dx_memory(3 * 4099 + 2);
  for (std::size_t const row : row_lengths()) {
    INFO("row " << row);
    std::size_t const size = 3 * row;
    for (bool const logarithm : {false, true}) {
      auto const y = row % 2 == 0 ? y_memory.at_back(size) : y_memory.at_front(size);
      auto const dy = row % 2 == 0 ? dy_memory.at_back(size, 1) : dy_memory.at_front(size, 1);
      auto const dx = row % 2 == 0 ? dx_memory.at_back(size) : dx_memory.at_front(size);
      std::vector<T> const x = random_inputs<T>(size, row, 6);
      std::vector<T> const gradients = random_inputs<T>(size, row + 1);
      logarithm ? log_softmax(x, y, row) : softmax(x, y, row);
      std::copy(gradients.begin(), gradients.end(), dy.begin());
      auto const call = [&](auto const& ys, auto const& dys, auto&& dxs) {
        logarithm ? log_softmax_backward(ys, dys, dxs, row) : softmax_backward(ys, dys, dxs, row);
      };
      call(y, dy, dx);
      for (std::size_t begin = 0; begin < size; begin += row) {
        long double sum = 0;
        long double magnitude = 0;
        for (std::size_t i = begin; i < begin + row; ++i) {
          long double const term = static_cast<long double>(dy[i]) * (logarithm ? 1 : static_cast<long double>(y[i]));
          sum += term;
          magnitude += std::abs(term);
        }
        for (std::size_t i = begin; i < begin + row; ++i) {
          long double const p = logarithm ? std::exp(static_cast<long double>(y[i])) : static_cast<long double>(y[i]);
          long double const d = static_cast<long double>(dy[i]);
          long double const exact = logarithm ? d - p * sum : p * (d - sum);
          long double const scale = logarithm ? std::abs(d) + p * magnitude : p * (std::abs(d) + magnitude);
          if (!(std::abs(static_cast<long double>(dx[i]) - exact) <=
                3 * eps * scale + static_cast<long double>(std::numeric_limits<T>::denorm_min()))) {
            FAIL((logarithm ? "log_" : "") << "softmax_backward at " << i << ": " << dx[i] << ", expected " << exact);
          }
        }
      }
      for (bool const over_y : {true, false}) {
        std::vector<T> ys(y.begin(), y.end());
        std::vector<T> dys(dy.begin(), dy.end());
        std::vector<T>& in_place = over_y ? ys : dys;
        call(ys, dys, in_place);
        CHECK(std::equal(in_place.begin(), in_place.end(), dx.begin(), same_bits<T>));
      }
    }
  }
}

TEMPLATE_TEST_CASE("softmax_backward and log_softmax_backward: special values", "[kernels]", float, double) {
  using T = TestType;
  T const inf = std::numeric_limits<T>::infinity();
  T const nan = std::numeric_limits<T>::quiet_NaN();
  for (std::size_t const row : {std::size_t{3}, std::size_t{17}, std::size_t{100}, std::size_t{1300}}) {
    std::vector<T> y(row, T(0));
    std::vector<T> dy(row, T(-1));
    std::vector<T> dx(row);
    y[0] = T(0.25);
    y[1] = T(0.75);
    dy[0] = T(4);
    dy[1] = T(8);
    dy[2] = inf; // where y is 0
    dy[row - 1] = row == 3 ? inf : nan;
    softmax_backward(y, dy, dx, row);
    CHECK(dx[0] == T(0.25) * (4 - 7));
    CHECK(dx[1] == T(0.75) * (8 - 7));
    for (std::size_t i = 2; i < row; ++i) {
      CHECK(same_bits(dx[i], T(0)));
    }
    dy[0] = nan;
    softmax_backward(y, dy, dx, row);
    CHECK(std::isnan(dx[0]));
    CHECK(std::isnan(dx[1]));
    CHECK(same_bits(dx[2], T(0)));
    dy[0] = inf;
    softmax_backward(y, dy, dx, row);
    CHECK(std::isnan(dx[0])); // inf - inf
    CHECK(dx[1] == -inf);

    std::fill(y.begin(), y.end(), -inf);
    std::fill(dy.begin(), dy.end(), T(0));
    y[0] = T(0);
    dy[0] = T(5);
    dy[2] = T(2);
    log_softmax_backward(y, dy, dx, row);
    CHECK(same_bits(dx[0], T(5 - 7)));
    CHECK(same_bits(dx[1], T(0)));
    CHECK(dx[2] == T(2));
    dy[2] = inf;
    log_softmax_backward(y, dy, dx, row);
    CHECK(dx[0] == -inf);
    CHECK(same_bits(dx[1], T(0)));
    CHECK(dx[2] == inf);
    dy[2] = nan;
    log_softmax_backward(y, dy, dx, row);
    CHECK(std::isnan(dx[0]));
    CHECK(same_bits(dx[1], T(0)));
  }
}

TEST_CASE("softmax: on several threads rows stay whole", "[kernels]") {
  auto const equal = [](std::vector<float> const& a, std::vector<float> const& b) {
    return std::equal(a.begin(), a.end(), b.begin(), same_bits<float>);
  };
  for (std::size_t const row : {std::size_t{1}, std::size_t{10}, std::size_t{1000}, std::size_t{70000}}) {
    INFO("row " << row);
    std::size_t tasks = 0;
    some_threads const run{&tasks};
    std::size_t const size = row * (210000 / row);
    std::vector<float> const x = random_inputs<float>(size, 1);
    std::vector<float> const dy = random_inputs<float>(size, 2);
    std::vector<float> expected(size);
    std::vector<float> result(size);
    log_softmax(x, expected, row);
    log_softmax(run, x, result, row);
    CHECK(equal(result, expected));
    log_softmax_backward(expected, dy, expected, row);
    log_softmax_backward(run, result, dy, result, row);
    CHECK(equal(result, expected));
    softmax(x, expected, row);
    softmax(run, x, result, row);
    CHECK(equal(result, expected));
    softmax_backward(expected, dy, expected, row);
    softmax_backward(run, result, dy, result, row);
    CHECK(equal(result, expected));
    CHECK(tasks > 4);
  }
}

TEST_CASE("softmax: errors and empty ranges", "[errors]") {
  std::vector<float> const x(12, 1.0F);
  std::vector<float> const nine(9, 1.0F);
  std::vector<float> y(12, 42.0F);
  refuses([&] { softmax(x, y, 5); }, {"rectify::softmax", "x", "12", "row = 5"});
  refuses([&] { softmax(x, y, 0); }, {"rectify::softmax", "x", "12", "row = 0"});
  refuses([&] { softmax(x, y, 24); }, {"rectify::softmax", "12", "row = 24"});
  refuses([&] { softmax(nine, y, 3); }, {"rectify::softmax", "x", "9", "y", "12"});
  refuses([&] { log_softmax(x, y, 7); }, {"rectify::log_softmax", "x", "12", "row = 7"});
  refuses([&] { softmax_backward(x, nine, y, 3); }, {"rectify::softmax_backward", "dy", "9", "dx", "12"});
  refuses([&] { softmax_backward(x, x, y, 5); }, {"rectify::softmax_backward", "y", "12", "row = 5"});
  refuses([&] { log_softmax_backward(x, x, y, 5); }, {"rectify::log_softmax_backward", "y", "12", "row = 5"});
  std::vector<float> memory(20, 42.0F);
  std::span<float> const all(memory);
  refuses([&] { softmax(all.first(6), all.subspan(3, 6), 3); }, {"rectify::softmax", "y", "x", "overlap in part"});
  refuses([&] { log_softmax(all.first(6), all.subspan(3, 6), 3); }, {"rectify::log_softmax", "overlap in part"});
  refuses([&] { softmax_backward(all.first(6), all.subspan(8, 6), all.subspan(3, 6), 3); }, {"dx", "y", "overlap in part"});
  refuses([&] { softmax_backward(all.subspan(14, 6), all.first(6), all.subspan(3, 6), 3); }, {"dx", "dy", "overlap in part"});
  CHECK(y == std::vector<float>(12, 42.0F));
  CHECK(memory == std::vector<float>(20, 42.0F));
  std::vector<float> empty;
  softmax(empty, empty, 0);
  softmax(empty, empty, 10);
  log_softmax(empty, empty, 0);
  softmax_backward(empty, empty, empty, 0);
  log_softmax_backward(empty, empty, empty, 3);
  double array[] = {0, 0};
  softmax(array, array, 2);
  CHECK(array[1] == 0.5);
}
