// SPDX-License-Identifier: MIT
// Every kernel against the scalar functor, bit by bit: at every short length, at many offsets, in place, with guard pages on
// both sides, and with the answer overwritten by rubbish beforehand.
#include "support/guarded.hpp"
#include "support/inputs.hpp"
#include "support/some_activations.hpp"
#include "support/ulp.hpp"
#include "support/variants.hpp"

#include <rectify/kernels.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>

using namespace rectify;
using namespace rectify::test;

namespace {

constexpr std::size_t longest = 64 * 16 + 60;

/// Every short one, some that are written along the alignment, and some that go through the stages of a long formula in several
/// turns.
template <class T>
std::vector<std::size_t> const& sizes() {
  static std::vector<std::size_t> const all = [] {
    std::vector<std::size_t> some(258);
    std::iota(some.begin(), some.end(), std::size_t{0});
    constexpr std::size_t aligned = least_aligned_registers * lanes<register_of<T, default_arch>>;
    static_assert(aligned + 60 <= longest);
    for (std::size_t const beyond : {0U, 5U, 19U, 33U, 60U}) {
      some.push_back(aligned + beyond);
    }
    constexpr std::size_t turn = bytes_between_stages / sizeof(T);
    static_assert(2 * turn + 31 <= longest);
    for (std::size_t const beyond : {0U, 31U}) {
      some.push_back(2 * turn + beyond);
    }
    return some;
  }();
  return all;
}

/// The first element where the two differ in a bit, or size.
template <class T>
std::size_t first_difference(std::span<T const> a, std::span<T const> b) {
  std::size_t i = 0;
  while (i < a.size() && same_bits(a[i], b[i])) {
    ++i;
  }
  return i;
}

template <class T>
bool equal(std::span<T const> result, std::span<T const> expected) {
  std::size_t const i = first_difference(result, expected);
  if (i != result.size()) {
    UNSCOPED_INFO("element " << i << " of " << result.size() << " is " << result[i] << ", expected " << expected[i]);
    return false;
  }
  return true;
}

template <class T, std::size_t Inputs>
using kernel_of = std::function<void(std::array<std::span<T const>, Inputs> const&, std::span<T>)>;
template <class T, std::size_t Inputs>
using scalar_of = std::function<T(std::array<T, Inputs> const&)>;

/// Runs kernel(inputs, output) on memory that ends, and on memory that begins, at a guard page, with output in a place of its
/// own and in place of each input, and compares with expected[i] = scalar(inputs[..][i]).
template <class T, std::size_t Inputs>
void check_kernel(std::array<std::vector<T>, Inputs> const& data, kernel_of<T, Inputs> const& kernel,
                  scalar_of<T, Inputs> const& scalar) {
  std::array<guarded<T>, Inputs + 1> memory{[] {
    if constexpr (Inputs == 1) {
      return std::array<guarded<T>, 2>{guarded<T>(longest + 64), guarded<T>(longest + 64)};
    } else {
      return std::array<guarded<T>, 3>{guarded<T>(longest + 64), guarded<T>(longest + 64), guarded<T>(longest + 64)};
    }
  }()};
  for (std::size_t const size : sizes<T>()) {
    for (bool const back : {true, false}) {
      for (std::size_t const offset : {std::size_t{0}, size % 17}) {
        auto const place = [&](std::size_t which) {
          // no two ranges are aligned alike, or, of an odd size, the inputs are and the output is not
          std::size_t const at = offset == 0 ? 0 : offset + (size % 2 == 0 ? which : which / Inputs);
          return back ? memory[which].at_back(size, at) : memory[which].at_front(size, at);
        };
        std::vector<T> expected(size);
        for (std::size_t i = 0; i < size; ++i) {
          std::array<T, Inputs> element;
          for (std::size_t n = 0; n < Inputs; ++n) {
            element[n] = data[n][i];
          }
          expected[i] = scalar(element);
        }
        for (std::size_t target = 0; target <= Inputs; ++target) { // Inputs: a place of its own
          std::array<std::span<T const>, Inputs> inputs;
          for (std::size_t n = 0; n < Inputs; ++n) {
            std::copy_n(data[n].begin(), size, place(n).begin());
            inputs[n] = place(n);
          }
          std::span<T> const output = place(target);
          if (target == Inputs) {
            std::fill(output.begin(), output.end(), T(-12345));
          }
          kernel(inputs, output);
          INFO("size " << size << (back ? ", before" : ", behind") << " a guard page, offset " << offset << ", target "
                       << target);
          REQUIRE(equal<T>(output, expected));
        }
      }
    }
  }
}

/// A few functors: the default, and one with another parameter.
template <class F>
std::vector<F> few() {
  std::vector<F> all = variants<F>();
  if (all.size() > 2) {
    all = {all[0], all[4]};
  }
  return all;
}

} // namespace

TEMPLATE_LIST_TEST_CASE("forward: the bits of the scalar functor", "[kernels]", some_activations) {
  using T = typename TestType::value_type;
  for (TestType const& f : few<TestType>()) {
    check_kernel<T, 1>(
        {mixed_inputs<T>(longest)}, [&](auto const& in, std::span<T> out) { forward(f, in[0], out); },
        [&](std::array<T, 1> const& e) { return f.forward(e[0]); });
  }
}

TEMPLATE_LIST_TEST_CASE("derivative: the bits of the scalar functor", "[kernels]", some_activations) {
  using T = typename TestType::value_type;
  for (TestType const& f : few<TestType>()) {
    check_kernel<T, 1>(
        {mixed_inputs<T>(longest, 2)}, [&](auto const& in, std::span<T> out) { derivative(f, in[0], out); },
        [&](std::array<T, 1> const& e) { return f.derivative(e[0]); });
  }
}

TEMPLATE_LIST_TEST_CASE("backward: the bits of the scalar functor", "[kernels]", some_activations) {
  using T = typename TestType::value_type;
  for (TestType const& f : few<TestType>()) {
    check_kernel<T, 2>(
        {mixed_inputs<T>(longest, 3), mixed_inputs<T>(longest, 5)},
        [&](auto const& in, std::span<T> out) { backward(f, in[0], in[1], out); },
        [&](std::array<T, 2> const& e) { return chain(f, e[0], e[1]); });
  }
}

TEMPLATE_LIST_TEST_CASE("backward_from_output: the bits of the scalar functor", "[kernels]", some_activations) {
  using T = typename TestType::value_type;
  if constexpr (output_differentiable_activation<TestType>) {
    TestType const f{};
    check_kernel<T, 2>(
        {mixed_inputs<T>(longest, 4), mixed_inputs<T>(longest, 6)},
        [&](auto const& in, std::span<T> out) { backward_from_output(f, in[0], in[1], out); },
        [&](std::array<T, 2> const& e) { return chain_from_output(f, e[0], e[1]); });
  }
}

TEMPLATE_LIST_TEST_CASE("backward with a slope: dx as without, and the sum", "[kernels]", some_activations) {
  using T = typename TestType::value_type;
  if constexpr (trainable_activation<TestType>) {
    TestType const f{};
    check_kernel<T, 2>(
        {mixed_inputs<T>(longest, 3), random_inputs<T>(longest, 5)},
        [&](auto const& in, std::span<T> out) {
          T dslope;
          backward(f, in[0], in[1], out, dslope);
        },
        [&](std::array<T, 2> const& e) { return chain(f, e[0], e[1]); });
    for (std::size_t const size :
         std::initializer_list<std::size_t>{0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 100, 4095, 4096, 4097, 8192, 12289, 100000}) {
      std::vector<T> const x = random_inputs<T>(size, size);
      std::vector<T> dy = random_inputs<T>(size, size + 1);
      long double exact = 0;
      long double magnitude = 0;
      for (std::size_t i = 0; i < size; ++i) {
        if (x[i] < T(0)) {
          exact += static_cast<long double>(x[i]) * static_cast<long double>(dy[i]);
          magnitude += std::abs(static_cast<long double>(x[i]) * static_cast<long double>(dy[i]));
        } else if (i % 5 == 0) {
          dy[i] = std::numeric_limits<T>::infinity(); // takes no part
        }
      }
      std::vector<T> dx(size);
      T dslope = T(77);
      backward(f, x, dy, dx, dslope);
      INFO("size " << size);
      // 128 products a lane, 5 levels of lanes, log2(size / 4096) levels of blocks: errors hardly add up
      CHECK(std::abs(static_cast<long double>(dslope) - exact) <=
            4 * static_cast<long double>(std::numeric_limits<T>::epsilon()) * magnitude);
    }
  }
}

TEMPLATE_TEST_CASE("backward with a slope: an infinite or NaN x", "[kernels]", float, double) {
  using T = TestType;
  T const inf = std::numeric_limits<T>::infinity();
  T const nan = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> dx(3);
  T dslope;
  backward(prelu<T>{}, std::vector<T>{nan, T(-2), inf}, std::vector<T>{T(1), T(3), T(1)}, dx, dslope);
  CHECK(dslope == T(-6)); // the sum is over x < 0
  CHECK(std::isnan(dx[0]));
  backward(prelu<T>{}, std::vector<T>{-inf, T(-2), T(1)}, std::vector<T>{T(1), T(3), T(1)}, dx, dslope);
  CHECK(dslope == -inf);
}

TEMPLATE_LIST_TEST_CASE("an element's result depends on the element alone", "[kernels]", some_activations) {
  using T = typename TestType::value_type;
  TestType const f{};
  std::vector<T> const data = mixed_inputs<T>(5000, 9);
  for (std::size_t const size : {std::size_t{1000}, std::size_t{4999}, std::size_t{5000}}) {
    for (std::size_t begin = 0; begin < 5; ++begin) {
      std::vector<T> results(size - begin);
      std::span<T> y(results); // as above, so that this is the same kernel
      forward(f, std::span(data).subspan(begin, size - begin), y);
      for (std::size_t i = 0; i < y.size(); ++i) {
        if (!same_bits(y[i], f(data[begin + i]))) {
          FAIL("size " << size << ", begin " << begin << ", element " << i);
        }
      }
    }
  }
}

TEST_CASE("kernels take any contiguous range", "[kernels]") {
  relu<float> const f;
  float array[] = {-1, 2, -3};
  std::array<float, 3> output{};
  forward(f, array, output);
  CHECK(output == std::array<float, 3>{0, 2, 0});
  forward(f, array);
  CHECK(array[2] == 0);
  std::vector<float> vector{-1, 1};
  forward(f, vector, std::span(vector));
  CHECK(vector == std::vector<float>{0, 1});
  forward<default_arch>(f, vector);
  std::vector<float> const empty;
  std::vector<float> nothing;
  forward(f, empty, nothing);
  backward(f, empty, empty, nothing);
}
