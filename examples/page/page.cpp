// SPDX-License-Identifier: MIT
// What the page of examples/page calls: the catalogue as JSON, samples of a function with its derivative and errors, and a kernel
// over a million floats. Compiled to WebAssembly alone, without a line of JavaScript: memory is shared by the addresses returned.
#include "../curves/ulp.hpp"

#include <rectify/rectify.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <tuple>
#include <vector>

// the name that JavaScript finds it by
#define RECTIFY_PAGE_CALL(name) extern "C" __attribute__((export_name(#name)))

namespace {

using namespace rectify;

/// A function of the catalogue in double, with the parameters that the page has set.
template <class>
struct held;
template <class... F>
struct held<function_list<F...>> {
  std::tuple<F...> all;
};
held<catalogue<double>> functions;

/// visit(f) for the function of that number.
template <class Visitor>
void with_function(int number, Visitor const& visit) {
  int i = 0;
  std::apply([&](auto&... f) { ((i++ == number ? visit(f) : void()), ...); }, functions.all);
}

/// The same functor in float: its parameters, rounded.
template <template <class, kink> class F>
F<float, kink::zero> in_float(F<double, kink::zero> const& f) {
  F<float, kink::zero> narrow;
  auto const wide_list = parameters_of<F<double, kink::zero>>();
  auto const narrow_list = parameters_of<F<float, kink::zero>>();
  for (std::size_t i = 0; i < wide_list.size(); ++i) {
    narrow.*narrow_list[i].member = static_cast<float>(f.*wide_list[i].member);
  }
  return narrow;
}

/// And back: the errors are those of the rounded parameters.
template <template <class, kink> class F>
F<double, kink::zero> rounded(F<double, kink::zero> f) {
  for (auto const& p : parameters_of<F<double, kink::zero>>()) {
    f.*p.member = static_cast<double>(static_cast<float>(f.*p.member));
  }
  return f;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

/// The numbers that a formula names and that are no parameters.
template <class F>
std::string constants() {
  if constexpr (std::same_as<F, selu<double>>) {
    using c = selu_constants<double>;
    return "{\"scale\":" + number(c::scale) + ",\"alpha\":" + number(c::a / c::scale) + "}";
  }
  return "{}";
}

template <class F>
std::string json_of(F const& f) {
  std::string text = "{\"name\":" + quoted(F::name) + ",\"formula\":" + quoted(F::formula) +
                     ",\"derivative\":" + quoted(F::derivative_formula) + ",\"constants\":" + constants<F>() +
                     ",\"parameters\":[";
  char const* comma = "";
  for (auto const& p : parameters_of<F>()) {
    text += comma + std::string("{\"name\":") + quoted(p.name) + ",\"value\":" + number(f.*p.member) + "}";
    comma = ",";
  }
  using narrow = decltype(in_float(f));
  text += "],\"bound\":" + number(narrow::max_ulp) + ",\"derivative_bound\":" + number(narrow::derivative_max_ulp) +
          ",\"near_zero\":";
  if constexpr (requires { narrow::derivative_near_zero; }) {
    absolute_bound const bound = narrow::derivative_near_zero;
    text += "{\"from\":" + number(bound.from) + ",\"to\":" + number(bound.to) + ",\"error\":" + number(bound.error) + "}";
  } else {
    text += "null";
  }
  return text + "}";
}

constexpr std::size_t most_samples = 4096;
struct samples {
  std::array<double, most_samples> x;
  std::array<double, most_samples> forward;
  std::array<double, most_samples> derivative;
  std::array<double, most_samples> forward_error;    // of float, in ULP
  std::array<double, most_samples> derivative_error; // of float, in ULP
  std::array<double, most_samples> derivative_absolute;
};
samples sampled;

std::vector<float> from;
std::vector<float> to;

} // namespace

/// The catalogue: a JSON text that ends with a zero.
RECTIFY_PAGE_CALL(describe) char const* describe() {
  static std::string text;
  text = "{\"arch\":" + quoted(compiled_arch::name()) + ",\"functions\":[";
  char const* comma = "";
  for_each_function(catalogue<double>{}, [&](auto const& f) {
    text += comma + json_of(f);
    comma = ",";
  });
  text += "]}";
  return text.c_str();
}

RECTIFY_PAGE_CALL(set_parameter) void set_parameter(int function, int parameter, double value) {
  with_function(function, [&](auto& f) {
    auto const list = parameters_of<std::remove_cvref_t<decltype(f)>>();
    if (static_cast<std::size_t>(parameter) < list.size()) {
      f.*list[static_cast<std::size_t>(parameter)].member = value;
    }
  });
}

/// What is wrong with the parameters as they are set, or an empty text.
RECTIFY_PAGE_CALL(complaint) char const* complaint(int function) {
  static std::string text;
  text.clear();
  with_function(function, [](auto& f) {
    auto const narrow = in_float(f);
    parameter_error error;
    if constexpr (requires { narrow.check(); }) {
      error = narrow.check();
    }
    if (error) {
      text = std::string(error.name) + " " + error.requirement;
    }
  });
  return text.c_str();
}

/// count samples from low to high: x, f(x), f'(x), the errors of float in ULP, and f'(x)'s absolute one, each most_samples apart.
RECTIFY_PAGE_CALL(sample) double const* sample(int function, double low, double high, int count) {
  auto const size = std::min(static_cast<std::size_t>(count), most_samples);
  with_function(function, [&](auto& f) {
    auto const narrow = in_float(f);
    auto const exact = rounded(f);
    for (std::size_t i = 0; i < size; ++i) {
      auto const x = static_cast<float>(low + (high - low) * static_cast<double>(i) / static_cast<double>(size - 1));
      auto const wide = static_cast<double>(x);
      sampled.x[i] = wide;
      sampled.forward[i] = exact.forward(wide);
      sampled.derivative[i] = exact.derivative(wide);
      sampled.forward_error[i] = curves::ulp_error(narrow.forward(x), sampled.forward[i]);
      sampled.derivative_error[i] = curves::ulp_error(narrow.derivative(x), sampled.derivative[i]);
      sampled.derivative_absolute[i] = std::abs(static_cast<double>(narrow.derivative(x)) - sampled.derivative[i]);
    }
  });
  return sampled.x.data();
}

RECTIFY_PAGE_CALL(sample_stride) int sample_stride() {
  return static_cast<int>(most_samples);
}

/// Room for count floats to read, and as many to write.
RECTIFY_PAGE_CALL(make_room) float* make_room(int count) {
  from.assign(static_cast<std::size_t>(count), 0.0F);
  to.assign(static_cast<std::size_t>(count), 0.0F);
  return from.data();
}
RECTIFY_PAGE_CALL(results) float const* results() {
  return to.data();
}

/// The kernel over them, `times` times.
RECTIFY_PAGE_CALL(run_forward) void run_forward(int function, int times) {
  with_function(function, [&](auto& f) {
    auto const narrow = in_float(f);
    for (int i = 0; i < times; ++i) {
      rectify::forward(narrow, from, to);
    }
  });
}
