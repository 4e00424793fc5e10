// SPDX-License-Identifier: MIT
#include "accuracy/storage.hpp"

#include "accuracy/table.hpp"

namespace rectify::test {
namespace {

/// The largest error over all inputs of 16 bits, in units of the last place of that format.
struct storage_measurement {
  double ulp = 0;
  std::string function;
  std::string direction;
  float at = 0;
  bool is_kept = true; // every function within its own bound
};

template <class E>
constexpr int significand_of = storage_of<E> == storage::bfloat16 ? 8 : 11;
template <class E>
constexpr int least_exponent_of = storage_of<E> == storage::bfloat16 ? -126 - 7 : -14 - 10;

/// What a correctly rounded result of float would have, 0.5, and what float itself loses.
template <class E, class F>
void add_storage_errors(storage_measurement& worst, F const& f, bool is_derivative) {
  std::vector<E> x;
  for (unsigned bits = 0; bits < (1U << 16); ++bits) {
    E const value = E::from_bits(static_cast<std::uint16_t>(bits));
    if (std::isfinite(static_cast<float>(value))) {
      x.push_back(value);
    }
  }
  std::vector<E> y(x.size());
  if (is_derivative) {
    derivative(f, x, y);
  } else {
    forward(f, x, y);
  }
  auto const kinks = kinks_of(f);
  absolute_bound const near_zero = absolute_bound_of<F>();
  double const lost = std::ldexp(is_derivative ? promised_derivative_ulp(f) : promised_ulp(f), significand_of<E> - 24);
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto const input = static_cast<float>(x[i]);
    if (is_derivative && std::find(kinks.begin(), kinks.end(), input) != kinks.end()) {
      continue;
    }
    mpfr_number const wide(static_cast<double>(input));
    mpfr_number const exact = is_derivative ? reference<F>::derivative(f, wide) : reference<F>::forward(f, wide);
    auto const nearly = static_cast<double>(exact);
    if (std::isinf(static_cast<float>(E(static_cast<float>(nearly)))) && y[i] == E(static_cast<float>(nearly))) {
      continue; // too large for the format
    }
    int const exponent =
        nearly == 0 ? least_exponent_of<E> : std::max(ilogb(exact) - (significand_of<E> - 1), least_exponent_of<E>);
    double const error =
        std::abs(static_cast<double>(ldexp(mpfr_number(static_cast<double>(static_cast<float>(y[i]))) - exact, -exponent)));
    bool const is_near_zero =
        is_derivative && static_cast<double>(input) >= near_zero.from && static_cast<double>(input) <= near_zero.to;
    double const bound = 0.5 + std::max(lost, is_near_zero ? std::ldexp(near_zero.error, -exponent) : 0);
    if (!(error <= bound)) {
      std::printf("  %s %s at %a: %.5f ULP of 16 bits, above %.5f\n", F::name.data(), is_derivative ? "derivative" : "forward",
                  static_cast<double>(input), error, bound);
      worst.is_kept = false;
    }
    if (!(error <= worst.ulp)) {
      worst.ulp = error;
      worst.function = F::name;
      worst.direction = is_derivative ? "derivative" : "forward";
      worst.at = input;
    }
  }
}

template <class E>
storage_measurement measure_storage(bool is_derivative) {
  storage_measurement worst;
  for_each_function(catalogue<float>{}, [&](auto const& f) { add_storage_errors<E>(worst, f, is_derivative); });
  return worst;
}

} // namespace

bool print_storage_errors(std::string const& file) {
  std::string text;
  if (!file.empty()) {
    std::ifstream stream(file);
    text.assign(std::istreambuf_iterator<char>(stream), {});
  }
  std::puts("| stored as | direction | machine | max ULP of 16 bits | function | at x = |\n|---|---|---|---:|---|---|");
  bool is_kept = true;
  auto const print_rows = [&]<class E>(char const* name, E) {
    for (bool const is_derivative : {false, true}) {
      storage_measurement const worst = measure_storage<E>(is_derivative);
      std::string const line = std::string("| ") + name + " | " + worst.direction + " | " + instruction_class + " | " +
                               formatted("%.5f", worst.ulp) + " | " + worst.function + " | " +
                               formatted("%a", static_cast<double>(worst.at)) + " |";
      std::puts(line.c_str());
      if (!file.empty() && text.find(line + "\n") == std::string::npos) {
        std::printf("  is not in %s\n", file.c_str());
        is_kept = false;
      }
      is_kept = is_kept && worst.is_kept;
    }
  };
  print_rows("bfloat16", bfloat16{});
  print_rows("float16", float16{});
  return is_kept;
}

} // namespace rectify::test
