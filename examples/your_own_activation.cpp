// SPDX-License-Identifier: MIT
// Two activations that the library does not have, and every kernel run on them. They are registered nowhere: a functor is a
// struct with a value_type and a formula. Each kernel is compared, bit by bit, with the functor called on one number; the
// derivatives, which the kernels must believe, are compared with difference quotients.
#include <rectify/rectify.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mine {

namespace math = rectify::math;

//! [functor]
/// Softsign, x / (width + |x|): a sigmoid without an exponential. V is one number, or a register full of them.
template <std::floating_point T = float>
struct softsign {
  using value_type = T;
  static constexpr std::string_view name = "softsign";

  /// Optional: kernels evaluate a long formula on two registers side by side. It changes no bit. The derivative from the output,
  /// here a few steps, would say it by is_long_chain_from_output.
  static constexpr bool is_long_chain = true;

  T width = T(1);

  template <rectify::value_of<T> V>
  constexpr V forward(V const& x) const noexcept {
    // for an infinite x the quotient would be NaN; at this bound it is 1, as at infinity
    V const bounded = math::select(math::abs(x) > V(T(1e30)), V(sign(x) * V(T(1e30))), x);
    return bounded / (V(width) + math::abs(bounded));
  }

  template <rectify::value_of<T> V>
  constexpr V derivative(V const& x) const noexcept {
    V const share = V(width) / (V(width) + math::abs(x));
    return share * share / V(width);
  }

  /// Optional, where the output determines the derivative: here |y| = 1 - share.
  template <rectify::value_of<T> V>
  constexpr V derivative_from_output(V const& y) const noexcept {
    V const share = V(T(1)) - math::abs(y);
    return share * share / V(width);
  }

  /// Optional, so that it can be called like a function.
  template <rectify::value_of<T> V>
  constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  /// Optional, for a domain of one's own: the kernels throw std::invalid_argument with this text before they write anything.
  constexpr rectify::parameter_error check() const noexcept {
    if (width >= T(1e-6) && width <= T(1e6)) {
      return {};
    }
    return {"width", static_cast<double>(width), "must be in 1e-6..1e6"};
  }

private:
  template <class V>
  static constexpr V sign(V const& x) noexcept {
    return math::select(x < V(T(0)), V(T(-1)), V(T(1)));
  }
};
//! [functor]

/// Squared relu with a factor to learn, slope · x^2 for x > 0. What is learned is always called the slope.
template <std::floating_point T = float>
struct squared_relu {
  using value_type = T;
  static constexpr std::string_view name = "squared_relu";

  T slope = T(1);

  template <rectify::value_of<T> V>
  constexpr V forward(V const& x) const noexcept {
    return V(slope) * slope_derivative(x);
  }

  template <rectify::value_of<T> V>
  constexpr V derivative(V const& x) const noexcept {
    return V(T(2) * slope) * positive_part(x);
  }

  /// This makes it trainable.
  template <rectify::value_of<T> V>
  constexpr V slope_derivative(V const& x) const noexcept {
    V const positive = positive_part(x);
    return positive * positive;
  }

  /// Optional: the kernels refuse a listed parameter that is not finite.
  static constexpr auto parameters() noexcept {
    return std::array{rectify::parameter<squared_relu>{"slope", &squared_relu::slope}};
  }

private:
  template <class V>
  static constexpr V positive_part(V const& x) noexcept {
    return math::zero_where(x <= V(T(0)), x); // keeps NaN
  }
};

static_assert(rectify::output_differentiable_activation<softsign<float>>);
static_assert(rectify::trainable_activation<squared_relu<float>>);
static_assert(softsign<float>{}(-1.0F) == -0.5F && softsign<float>{.width = 3}(1.0F) == 0.25F);
static_assert(squared_relu<double>{.slope = 0.5}.forward(4.0) == 8);

} // namespace mine

namespace {

class checks {
public:
  void expect(bool holds, std::string_view function, std::string const& what) {
    ++made_;
    if (!holds) {
      ++failed_;
      std::fprintf(stderr, "your_own_activation: %s: %s\n", function.data(), what.c_str());
    }
  }
  [[nodiscard]] int made() const { return made_; }
  [[nodiscard]] int failed() const { return failed_; }

private:
  int made_ = 0;
  int failed_ = 0;
};

/// The same bits; any NaN is as good as any other.
template <class T>
bool same(T a, T b) {
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<bits>(a) == std::bit_cast<bits>(b) || (std::isnan(a) && std::isnan(b));
}

template <class T>
using numbers = std::vector<T>;

/// Ordinary numbers, and among them every kind of special one.
template <class T>
numbers<T> inputs(std::size_t size) {
  using limits = std::numeric_limits<T>;
  numbers<T> const special = {T(0),
                              -T(0),
                              limits::infinity(),
                              -limits::infinity(),
                              limits::max(),
                              limits::lowest(),
                              limits::denorm_min(),
                              -limits::denorm_min(),
                              limits::min(),
                              limits::quiet_NaN()};
  numbers<T> x(size);
  for (std::size_t i = 0; i < size; ++i) {
    x[i] = i % 3 == 1 ? special[i / 3 % special.size()] : (static_cast<T>(i * 37 % 101) - T(50)) / T(7);
  }
  return x;
}

/// Compares a kernel's results with those of the functor.
template <class T>
void compare(checks& check, std::string_view function, std::string const& kernel, numbers<T> const& results,
             numbers<T> const& expected) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    check.expect(same(results[i], expected[i]), function,
                 kernel + " of " + std::to_string(results.size()) + " numbers: element " + std::to_string(i) + " is " +
                     std::to_string(results[i]) + ", but the functor gives " + std::to_string(expected[i]));
  }
}

/// one(i) for each i.
template <class T, class One>
numbers<T> each(std::size_t size, One const& one) {
  numbers<T> all(size);
  for (std::size_t i = 0; i < size; ++i) {
    all[i] = one(i);
  }
  return all;
}

/// dy · slope, but 0 where the slope is 0: what the kernels promise of a gradient.
template <class T>
T scaled(T dy, T slope) {
  return slope == T(0) ? T(0) : dy * slope;
}

template <class F>
void run_every_kernel(checks& check, F const& f, std::size_t size) {
  using T = typename F::value_type;
  auto const x = inputs<T>(size);
  numbers<T> dy(size);
  std::iota(dy.begin(), dy.end(), T(-3.5));

  numbers<T> y(size);
  rectify::forward(f, x, y);
  compare(check, F::name, "forward", y, each<T>(size, [&](std::size_t i) { return f.forward(x[i]); }));

  numbers<T> xy = x;
  rectify::forward(f, xy);
  compare(check, F::name, "forward in place", xy, each<T>(size, [&](std::size_t i) { return f.forward(x[i]); }));

  numbers<T> d(size);
  rectify::derivative(f, x, d);
  compare(check, F::name, "derivative", d, each<T>(size, [&](std::size_t i) { return f.derivative(x[i]); }));

  numbers<T> dx(size);
  rectify::backward(f, x, dy, dx);
  compare(check, F::name, "backward", dx, each<T>(size, [&](std::size_t i) { return scaled(dy[i], f.derivative(x[i])); }));

  if constexpr (rectify::output_differentiable_activation<F>) {
    rectify::backward_from_output(f, y, dy, dx);
    compare(check, F::name, "backward_from_output", dx,
            each<T>(size, [&](std::size_t i) { return scaled(dy[i], f.derivative_from_output(y[i])); }));
  }
}

/// backward with the gradient of the slope: dx as without it, and the sum of dy · slope_derivative(x).
template <class F>
void run_slope_gradient(checks& check, F const& f, std::size_t size) {
  using T = typename F::value_type;
  numbers<T> x(size);
  numbers<T> dy(size);
  T expected(0);
  for (std::size_t i = 0; i < size; ++i) {
    // quarters and halves, so small that the sum is exact in any order
    x[i] = (static_cast<T>(i % 9) - T(4)) / T(4);
    dy[i] = (static_cast<T>(i % 7) - T(2)) / T(2);
    expected += dy[i] * f.slope_derivative(x[i]);
  }
  numbers<T> dx(size);
  T dslope(99); // is overwritten
  rectify::backward(f, x, dy, dx, dslope);
  compare(check, F::name, "backward with slope", dx,
          each<T>(size, [&](std::size_t i) { return scaled(dy[i], f.derivative(x[i])); }));
  check.expect(dslope == expected, F::name,
               "the slope gradient of " + std::to_string(size) + " numbers is " + std::to_string(dslope) + ", expected " +
                   std::to_string(expected));
}

/// (high - low) / (2 step) against a derivative, in double.
bool near_quotient(double low, double high, double step, double derivative) {
  return std::abs((high - low) / (2 * step) - derivative) <= 1e-6 * std::max(1.0, std::abs(derivative));
}

/// The derivatives are what their names say. At 0 both slopes of these functions agree.
template <class F>
void check_derivatives(checks& check, F const& f) {
  constexpr double step = 1e-5;
  constexpr double rounding = 1e-12;
  for (int i = -40; i <= 40; ++i) {
    double const x = i / 8.0;
    double const derivative = f.derivative(x);
    std::string const at = " at x = " + std::to_string(x);
    if (i != 0) {
      check.expect(near_quotient(f.forward(x - step), f.forward(x + step), step, derivative), F::name,
                   "derivative is not the difference quotient" + at);
    }
    if constexpr (rectify::output_differentiable_activation<F>) {
      check.expect(std::abs(f.derivative_from_output(f.forward(x)) - derivative) <= rounding, F::name,
                   "derivative_from_output is not derivative" + at);
    }
    if constexpr (rectify::trainable_activation<F>) {
      F less = f;
      F more = f;
      less.slope -= step;
      more.slope += step;
      check.expect(near_quotient(less.forward(x), more.forward(x), step, f.slope_derivative(x)), F::name,
                   "slope_derivative is not the difference quotient" + at);
    }
  }
}

/// A parameter outside its domain: std::invalid_argument, and nothing is written.
template <class F>
void check_refusal(checks& check, F const& f, std::string const& expected) {
  numbers<typename F::value_type> xy = {1, 2, 3};
  auto const before = xy;
  std::string text = "nothing was thrown";
  try {
    rectify::forward(f, xy);
  } catch (std::invalid_argument const& error) {
    text = error.what();
  }
  check.expect(text == expected, F::name, "expected the error \"" + expected + "\", but: " + text);
  check.expect(xy == before, F::name, "a refused call has written");
}

template <class T>
void run_element_type(checks& check) {
  for (std::size_t const size : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 15U, 16U, 17U, 33U, 127U, 1000U}) {
    run_every_kernel(check, mine::softsign<T>{}, size);
    run_every_kernel(check, mine::softsign<T>{.width = T(0.3)}, size);
    run_every_kernel(check, mine::squared_relu<T>{.slope = T(-1.7)}, size);
    run_slope_gradient(check, mine::squared_relu<T>{.slope = T(-1.7)}, size);
  }
  run_slope_gradient(check, mine::squared_relu<T>{}, 10'000);
  check_refusal(check, mine::softsign<T>{.width = T(-2)}, "rectify::forward: parameter width = -2 must be in 1e-6..1e6");
  check_refusal(check, mine::squared_relu<T>{.slope = std::numeric_limits<T>::infinity()},
                "rectify::forward: parameter slope = inf must be finite");
}

} // namespace

int main() {
  checks check;
  check_derivatives(check, mine::softsign<double>{.width = 0.75});
  check_derivatives(check, mine::squared_relu<double>{.slope = 1.5});
  run_element_type<float>(check);
  run_element_type<double>(check);
  if (check.failed() == 0) {
    std::printf("your_own_activation: %d comparisons hold, of %s and %s, for float and double\n", check.made(),
                mine::softsign<float>::name.data(), mine::squared_relu<float>::name.data());
  }
  return check.failed() == 0 ? 0 : 1;
}
