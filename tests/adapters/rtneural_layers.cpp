// SPDX-License-Identifier: MIT
// RTNeural's own layers with rectify's functions: -DRECTIFY_RTNEURAL_INCLUDE=<where RTNeural/RTNeural.h is>, since Debian has no
// package of it. Its backend is chosen by RTNEURAL_USE_EIGEN=1, RTNEURAL_USE_XSIMD=1 or neither.
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/adapters/rtneural.hpp>
#include <rectify/rectify.hpp>

#include <RTNeural/RTNeural.h>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

using provider = rectify::rtneural::maths_provider;

namespace {

constexpr int units = 8;
constexpr auto uncorrected = RTNeural::SampleRateCorrectionMode::None;

/// One input, a recurrent layer, an activation, one output: the shape of an audio effect.
template <class T, class Maths>
using effect =
    RTNeural::ModelT<T, 1, 1, RTNeural::GRULayerT<T, 1, units, uncorrected, Maths>, RTNeural::TanhActivationT<T, units, Maths>,
                     RTNeural::LSTMLayerT<T, units, units, uncorrected, Maths>, RTNeural::SigmoidActivationT<T, units, Maths>,
                     RTNeural::DenseT<T, units, 1>>;

template <class T>
std::vector<std::vector<T>> weights(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  auto const all = rectify::test::random_inputs<T>(rows * columns, seed, 0.5);
  std::vector<std::vector<T>> matrix(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    auto const begin = all.begin() + static_cast<std::ptrdiff_t>(row * columns);
    matrix[row].assign(begin, begin + static_cast<std::ptrdiff_t>(columns));
  }
  return matrix;
}

template <class T, class Maths>
std::vector<T> run(std::vector<T> const& signal) {
  effect<T, Maths> model;
  auto& gru = model.template get<0>();
  gru.setWVals(weights<T>(1, 3 * units, 1));
  gru.setUVals(weights<T>(units, 3 * units, 2));
  gru.setBVals(weights<T>(2, 3 * units, 3));
  auto& lstm = model.template get<2>();
  lstm.setWVals(weights<T>(units, 4 * units, 4));
  lstm.setUVals(weights<T>(units, 4 * units, 5));
  lstm.setBVals(weights<T>(1, 4 * units, 6)[0]);
  auto& dense = model.template get<4>();
  dense.setWeights(weights<T>(1, units, 7));
  std::vector<T> bias(1, T(0.1));
  dense.setBias(bias.data());
  model.reset();
  std::vector<T> out;
  for (T const x : signal) {
    alignas(RTNEURAL_DEFAULT_ALIGNMENT) T const in[units] = {x};
    out.push_back(model.forward(in));
  }
  return out;
}

} // namespace

TEMPLATE_TEST_CASE("RTNeural's layers compute with rectify's functions what they compute with their own", "", float, double) {
  using T = TestType;
  auto const signal = rectify::test::random_inputs<T>(200, 9, 1);
  auto const own = run<T, RTNeural::DefaultMathsProvider>(signal);
  auto const ours = run<T, provider>(signal);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    CHECK_THAT(double(ours[i]), Catch::Matchers::WithinAbs(double(own[i]), std::same_as<T, float> ? 1e-5 : 1e-12));
  }
}
