// SPDX-License-Identifier: MIT
// Numbers made by others: whole operator cases and gradients of ONNX, PyTorch, TensorFlow.js, mlpack and others. See
// data/NOTICE for their sources, data/README.md for the format.
#include "support/ulp.hpp"

#include <rectify/rectify.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <sstream>
#include <string>
#include <vector>

using namespace rectify;
using namespace rectify::test;

namespace {

std::string const data_directory = RECTIFY_TEST_SOURCE_DIR "/data/";

struct tensor {
  std::vector<std::size_t> shape;
  std::vector<double> values;

  [[nodiscard]] std::size_t size() const { return values.size(); }

  template <class T>
  [[nodiscard]] std::vector<T> as() const {
    return {values.begin(), values.end()};
  }
};

struct test_case {
  std::string operation;
  std::string element_type;
  std::map<std::string, std::string> attributes;
  std::map<std::string, tensor> inputs;
  std::map<std::string, tensor> outputs;
};

double parse(std::string const& word) {
  char* end = nullptr;
  double const value = std::strtod(word.c_str(), &end); // reads hexadecimal floats; operator>> does not
  if (end == word.c_str() || *end != '\0') {
    throw std::runtime_error("not a number: " + word);
  }
  return value;
}

std::string read_without_comments(std::string const& file) {
  std::ifstream stream(data_directory + file);
  if (!stream) {
    throw std::runtime_error("cannot read " + data_directory + file);
  }
  std::string text;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with('#')) {
      text += line + '\n';
    }
  }
  return text;
}

test_case read_case(std::string const& file) {
  std::istringstream text(read_without_comments(file));
  test_case result;
  for (std::string word; text >> word && word != "end";) {
    if (word == "op") {
      text >> result.operation;
    } else if (word == "attr") {
      std::string name;
      std::string value;
      text >> name >> value;
      result.attributes[name] = value;
    } else if (word == "in" || word == "out") {
      std::string name;
      tensor data;
      std::size_t rank = 0;
      text >> name >> result.element_type >> rank;
      data.shape.resize(rank);
      for (std::size_t& extent : data.shape) {
        text >> extent;
      }
      data.values.resize(std::accumulate(data.shape.begin(), data.shape.end(), std::size_t{1}, std::multiplies<>{}));
      for (double& value : data.values) {
        std::string number;
        text >> number;
        value = parse(number);
      }
      (word == "in" ? result.inputs : result.outputs)[name] = std::move(data);
    } else {
      throw std::runtime_error(file + ": unknown word " + word);
    }
  }
  return result;
}

/// How the slopes of a PRelu case lie in its input.
channel_layout layout_of(test_case const& test) {
  tensor const& x = test.inputs.at("x");
  std::size_t const channels = test.inputs.at("slope").size();
  std::string const& broadcast = test.attributes.at("slope_broadcast");
  if (broadcast == "scalar") {
    return {1, 1, x.size()};
  }
  if (broadcast == "channel_axis_1") {
    if (x.shape.at(1) != channels) { // a last axis of its own: [batch, features, channels] of Burn's case
      return {x.size() / channels, channels, 1};
    }
    return {x.shape.at(0), channels, x.size() / x.shape.at(0) / channels};
  }
  return {x.size() / channels, channels, 1}; // elementwise, numpy_trailing
}

struct comparison {
  std::string file;
  double relative;
  double absolute;

  template <class T>
  void operator()(char const* what, std::vector<T> const& result, tensor const& expected) const {
    REQUIRE(result.size() == expected.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
      double const exact = expected.values[i];
      double const value = static_cast<double>(result[i]);
      INFO(file << ": " << what << "[" << i << "] is " << value << ", expected " << exact);
      CHECK(((std::isnan(value) && std::isnan(exact)) || value == exact ||
             std::abs(value - exact) <= absolute + relative * std::abs(exact)));
    }
  }
};

/// Everything that the case has numbers for, of an activation without slopes of its own: of the scalar functor, whose bits are
/// those of registers (registers.cpp) and of kernels (kernels/elementwise.cpp). Kernels of all would take 20 s to compile.
template <class F>
void run_case(F const& f, test_case const& test, comparison const& compare) {
  using T = typename F::value_type;
  std::vector<T> const x = test.inputs.at("x").template as<T>();
  std::vector<T> result(x.size());
  if (test.outputs.contains("y")) {
    std::transform(x.begin(), x.end(), result.begin(), f);
    compare("y", result, test.outputs.at("y"));
  }
  if constexpr (std::is_same_v<T, float>) {
    REQUIRE(!test.outputs.contains("dx")); // all gradients are doubles
  } else if (test.outputs.contains("dx")) {
    std::vector<T> const dy = test.inputs.contains("dy") ? test.inputs.at("dy").template as<T>() : std::vector<T>(x.size(), T(1));
    std::transform(x.begin(), x.end(), dy.begin(), result.begin(),
                   [&](T value, T gradient) { return chain(f, value, gradient); });
    compare("dx", result, test.outputs.at("dx"));
  }
}

/// The one case in 16 bits.
void run_float16(test_case const& test, comparison const& compare) {
  REQUIRE(test.operation == "Celu");
  std::vector<float16> x;
  for (double const value : test.inputs.at("x").values) {
    x.push_back(float16(static_cast<float>(value)));
  }
  std::vector<float16> y(x.size());
  forward(celu<float>{.alpha = static_cast<float>(std::strtod(test.attributes.at("alpha").c_str(), nullptr))}, x, y);
  compare("y", std::vector<float>(y.begin(), y.end()), test.outputs.at("y"));
}

template <class T>
void run_prelu(test_case const& test, comparison const& compare) {
  std::vector<T> const x = test.inputs.at("x").template as<T>();
  std::vector<T> const slopes = test.inputs.at("slope").template as<T>();
  channelwise_prelu<T> const f{slopes, layout_of(test)};
  std::vector<T> result(x.size());
  if (test.outputs.contains("y")) {
    forward(f, x, result);
    compare("y", result, test.outputs.at("y"));
  }
  if constexpr (std::is_same_v<T, float>) {
    REQUIRE((!test.outputs.contains("dx") && !test.outputs.contains("dslope")));
  } else if (test.outputs.contains("dx") || test.outputs.contains("dslope")) {
    std::vector<T> const dy = test.inputs.at("dy").template as<T>();
    std::vector<T> dslopes(slopes.size());
    backward(f, x, dy, result, dslopes);
    if (test.outputs.contains("dx")) {
      compare("dx", result, test.outputs.at("dx"));
    }
    if (test.outputs.contains("dslope")) {
      compare("dslope", dslopes, test.outputs.at("dslope"));
    }
  }
  if (slopes.size() == 1) {
    run_case(prelu<T>{slopes[0]}, test, compare);
  }
}

/// y_in is an output, from which the derivative is taken.
template <class F>
void run_from_output(F const& f, test_case const& test, comparison const& compare) {
  using T = typename F::value_type;
  std::vector<T> const y = test.inputs.at("y_in").template as<T>();
  std::vector<T> dx(y.size());
  std::transform(y.begin(), y.end(), dx.begin(), [&](T value) { return chain_from_output(f, value, T(1)); });
  compare("dx", dx, test.outputs.at("dx"));
}

/// The ends of a Clip, as inputs or as attributes; without one, the end of the format.
template <class T>
hard_tanh<T> clip_of(test_case const& test) {
  auto const end = [&](char const* name, T otherwise) {
    if (test.inputs.contains(name)) {
      return static_cast<T>(test.inputs.at(name).values.at(0));
    }
    return test.attributes.contains(name) ? static_cast<T>(parse(test.attributes.at(name))) : otherwise;
  };
  return {.min_val = end("min", std::numeric_limits<T>::lowest()), .max_val = end("max", std::numeric_limits<T>::max())};
}

/// PyTorch's SELU is selu itself; ONNX's takes any factors, and is then elu times gamma.
template <class T>
void run_selu(T alpha, T gamma, test_case const& test, comparison const& compare) {
  if (alpha == T(0x1.ac5afap+0) && gamma == T(0x1.0cfabep+0)) { // what ONNX rounds the numbers to
    run_case(selu<T>{}, test, compare);
    return;
  }
  std::vector<T> y = test.inputs.at("x").template as<T>();
  for (T& element : y) {
    element = elu<T>{alpha}(element)*gamma;
  }
  compare("y", y, test.outputs.at("y"));
}

/// Any axis: its elements are gathered, since softmax takes the last one.
template <class Kernel>
void run_along_axis(Kernel const& kernel, test_case const& test, comparison const& compare) {
  tensor const& x = test.inputs.at("x");
  int const given = std::atoi(test.attributes.at("axis").c_str());
  std::size_t const axis = static_cast<std::size_t>(given < 0 ? given + static_cast<int>(x.shape.size()) : given);
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < x.shape.size(); ++i) {
    inner *= x.shape[i];
  }
  std::size_t const row = x.shape.at(axis);
  std::vector<std::size_t> order; // where each element of the gathered rows comes from
  for (std::size_t outer = 0; outer < x.size() / (row * inner); ++outer) {
    for (std::size_t i = 0; i < inner; ++i) {
      for (std::size_t r = 0; r < row; ++r) {
        order.push_back((outer * row + r) * inner + i);
      }
    }
  }
  std::vector<float> const values = x.as<float>();
  std::vector<float> rows(x.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    rows[i] = values[order[i]];
  }
  kernel(rows, row);
  std::vector<float> y(x.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    y[order[i]] = rows[i];
  }
  compare("y", y, test.outputs.at("y"));
}

/// The last axis in halves, the second of which is the gate.
void run_glu(test_case const& test, comparison const& compare) {
  tensor const& x = test.inputs.at("x");
  REQUIRE(test.attributes.at("axis") == "-1");
  std::size_t const row = x.shape.back();
  std::vector<float> const values = x.as<float>();
  std::vector<float> y(x.size() / 2);
  for (std::size_t i = 0; i < x.size() / row; ++i) {
    std::span<float const> const both = std::span(values).subspan(i * row, row);
    forward(glu<float>{}, both.first(row / 2), both.last(row / 2), std::span(y).subspan(i * row / 2, row / 2));
  }
  compare("y", y, test.outputs.at("y"));
}

/// ONNX's SwiGLU: a · sigmoid(alpha a) · b.
void run_swiglu(test_case const& test, comparison const& compare) {
  REQUIRE(parse(test.attributes.at("alpha")) == 1);
  std::vector<float> const a = test.inputs.at("a").as<float>();
  std::vector<float> const b = test.inputs.at("b").as<float>();
  std::vector<float> y(a.size());
  forward(swiglu<float>{}, b, a, y);
  compare("y", y, test.outputs.at("y"));
}

void run_word(auto const& word, test_case const& test, comparison const& compare) {
  std::vector<float> y = test.inputs.at("x").as<float>();
  for (float& element : y) {
    element = word(element);
  }
  compare("y", y, test.outputs.at("y"));
}

template <class T>
bool run(test_case const& test, comparison const& compare) {
  auto const attribute = [&](char const* name) { return static_cast<T>(parse(test.attributes.at(name))); };
  std::map<std::string, std::function<void()>> const operations{
      {"Relu", [&] { run_case(relu<T>{}, test, compare); }},
      {"LeakyRelu", [&] { run_case(leaky_relu<T>{attribute("alpha")}, test, compare); }},
      {"PRelu", [&] { run_prelu<T>(test, compare); }},
      {"Elu", [&] { run_case(elu<T>{attribute("alpha")}, test, compare); }},
      {"Celu", [&] { run_case(celu<T>{attribute("alpha")}, test, compare); }},
      {"Selu", [&] { run_selu<T>(attribute("alpha"), attribute("gamma"), test, compare); }},
      {"Identity", [&] { run_case(identity<T>{}, test, compare); }},
      {"Clip", [&] { run_case(clip_of<T>(test), test, compare); }},
      {"ThresholdedRelu", [&] { run_case(thresholded_relu<T>{attribute("alpha")}, test, compare); }},
      {"HardSigmoid",
       [&] {
         run_case(hard_sigmoid<T>{attribute("alpha"), attribute("beta")}, test, compare);
       }},
      {"HardSwish", [&] { run_case(hard_swish<T>{}, test, compare); }},
      {"Softsign", [&] { run_case(softsign<T>{}, test, compare); }},
      {"Sigmoid",
       [&] {
         if (test.inputs.contains("y_in")) {
           run_from_output(sigmoid<T>{}, test, compare);
         } else {
           run_case(sigmoid<T>{}, test, compare);
         }
       }},
      {"Tanh", [&] { run_case(rectify::tanh<T>{}, test, compare); }},
      {"Silu", [&] { run_case(silu<T>{}, test, compare); }},
      {"Swish",
       [&] {
         REQUIRE(attribute("alpha") == T(1)); // silu has none
         run_case(silu<T>{}, test, compare);
       }},
      {"Gelu",
       [&] {
         if (test.attributes.at("approximate") == "tanh") {
           run_case(gelu_tanh<T>{}, test, compare);
         } else {
           run_case(gelu<T>{}, test, compare);
         }
       }},
      {"Mish", [&] { run_case(mish<T>{}, test, compare); }},
      {"Softplus", [&] { run_case(softplus<T>{}, test, compare); }},
  };
  if (!operations.contains(test.operation)) {
    return false;
  }
  operations.at(test.operation)();
  return true;
}

/// The operations of which there are cases in float alone.
bool run_float(test_case const& test, comparison const& compare) {
  std::map<std::string, std::function<void()>> const operations{
      {"Softmax", [&] { run_along_axis([](std::vector<float>& x, std::size_t row) { softmax(x, x, row); }, test, compare); }},
      {"LogSoftmax",
       [&] { run_along_axis([](std::vector<float>& x, std::size_t row) { log_softmax(x, x, row); }, test, compare); }},
      {"Glu", [&] { run_glu(test, compare); }},
      {"SwiGLU", [&] { run_swiglu(test, compare); }},
      {"Exp", [&] { run_word([](float x) { return math::exp(x); }, test, compare); }},
      {"Erf", [&] { run_word([](float x) { return math::erf(x); }, test, compare); }},
  };
  if (!operations.contains(test.operation)) {
    return run<float>(test, compare);
  }
  operations.at(test.operation)();
  return true;
}

struct index_entry {
  std::string file;
  std::string operation;
  std::string kind;
  double relative = 0;
  double absolute = 0;
};

std::vector<index_entry> read_index() {
  std::istringstream text(read_without_comments("index.tsv"));
  std::vector<index_entry> entries;
  std::string line;
  std::getline(text, line); // the heading
  while (std::getline(text, line)) {
    std::istringstream words(line);
    index_entry entry;
    std::string relative;
    std::string absolute;
    words >> entry.file >> entry.operation >> entry.kind >> relative >> absolute;
    entry.relative = relative.empty() ? 0 : parse(relative);
    entry.absolute = absolute.empty() ? 0 : parse(absolute);
    entries.push_back(entry);
  }
  return entries;
}

/// A row of a libm file: |result| = |y| + fraction · ulp(y).
template <class T>
std::size_t check_libm(std::string const& file, std::function<T(T)> const& function, double bound) {
  std::istringstream text(read_without_comments(file));
  std::string line;
  std::getline(text, line); // x,y or x,y,frac
  std::size_t rows = 0;
  while (std::getline(text, line)) {
    std::istringstream columns(line);
    std::string x;
    std::string y;
    std::string fraction;
    std::getline(columns, x, ',');
    std::getline(columns, y, ',');
    std::getline(columns, fraction, ',');
    T const rounded = static_cast<T>(parse(y));
    double const below = fraction.empty() ? 0 : parse("0x0." + fraction);
    T const result = function(static_cast<T>(parse(x)));
    INFO(file << ": x = " << x << ", result " << result << ", expected " << y << " and " << fraction);
    if (std::isnan(rounded) || std::isinf(rounded)) {
      CHECK(same_bits(result, rounded));
    } else {
      // in units of the last place of y, apart from the fraction that the file adds
      double const distance = ulp_error(result, static_cast<long double>(rounded));
      CHECK(distance <= bound + below);
    }
    ++rows;
  }
  return rows;
}

} // namespace

TEST_CASE("operator cases and gradients made by others") {
  std::size_t cases = 0;
  for (index_entry const& entry : read_index()) {
    if (entry.kind == "libm") {
      continue;
    }
    test_case const test = read_case(entry.file);
    comparison const compare{entry.file, entry.relative, entry.absolute};
    INFO(entry.file);
    if (test.element_type == "f16") {
      run_float16(test, compare);
    } else {
      CHECK((test.element_type == "f64" ? run<double>(test, compare) : run_float(test, compare)));
    }
    ++cases;
  }
  CHECK(cases == 78); // none may go missing unseen
}

TEST_CASE("hard cases of the words, made by others") {
  auto const exp = [](auto x) { return math::exp(x); };
  auto const expm1 = [](auto x) { return math::expm1(x); };
  auto const tanh = [](auto x) { return math::tanh(x); };
  CHECK(check_libm<float>("libm/arm_expf.csv", exp, 1) > 5);
  CHECK(check_libm<double>("libm/arm_exp.csv", exp, 1) > 5);
  CHECK(check_libm<float>("libm/arm_expm1f.csv", expm1, 1) > 5);
  CHECK(check_libm<double>("libm/arm_expm1.csv", expm1, 1) > 5);
  CHECK(check_libm<double>("libm/core-math_expm1_f64.csv", expm1, 1) > 800);
  auto const erf = [](auto x) { return math::erf(x); };
  auto const log1p = [](auto x) { return math::log1p(x); };
  CHECK(check_libm<float>("libm/arm_erff.csv", erf, 2) > 5);
  CHECK(check_libm<double>("libm/arm_erf.csv", erf, 2) > 5);
  CHECK(check_libm<double>("libm/core-math_erf_f64.csv", erf, 2) > 590);
  CHECK(check_libm<float>("libm/arm_log1pf.csv", log1p, 2) > 5);
  CHECK(check_libm<double>("libm/arm_log1p.csv", log1p, 2) >= 5);
  CHECK(check_libm<float>("libm/arm_tanhf.csv", tanh, 1) > 5);
  CHECK(check_libm<double>("libm/arm_tanh.csv", tanh, 1) > 5);
  CHECK(check_libm<double>("libm/core-math_tanh_f64.csv", tanh, 1) > 590);
  // elu with alpha = 1 is expm1 on the negative side
  CHECK(check_libm<double>(
            "libm/core-math_expm1_f64.csv", [](double x) { return x < 0 ? elu<double>{}(x) : math::expm1(x); }, 1) > 800);
}
