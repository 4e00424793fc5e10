// SPDX-License-Identifier: MIT
#pragma once

#include "random.hpp"

#include <rectify/rectify.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

/// The layers of a network: the dense one, and the activations, all of whose work is done by rectify's span kernels.
namespace digits {

using numbers = std::vector<float>;

/// One step of gradient descent with momentum.
struct learning_step {
  float rate;
  float momentum;
};

/// Numbers to learn, with their gradient and its running mean.
struct parameters {
  numbers values;
  numbers gradients;
  numbers velocities;

  explicit parameters(std::size_t count, float value = 0) : values(count, value), gradients(count), velocities(count) {}

  [[nodiscard]] float squared_gradient_norm() const {
    return std::inner_product(gradients.begin(), gradients.end(), gradients.begin(), 0.0F);
  }

  void learn(learning_step const& step) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      velocities[i] = step.momentum * velocities[i] - step.rate * gradients[i];
      values[i] += velocities[i];
    }
  }
};

/// y = x · weights + biases for each sample; weights[input][output].
class dense_layer {
public:
  dense_layer(std::size_t inputs, std::size_t outputs, float bias, random_source& random)
      : inputs_(inputs), outputs_(outputs), weights_(inputs * outputs), biases_(outputs, bias) {
    // He's initialisation: keeps the variance of what passes through a rectifier
    float const limit = std::sqrt(6.0F / static_cast<float>(inputs));
    for (float& weight : weights_.values) {
      weight = random.uniform(limit);
    }
  }

  void forward(std::span<float const> x, std::span<float> y) const {
    for (std::size_t sample = 0; sample < x.size() / inputs_; ++sample) {
      float* const to = y.data() + sample * outputs_;
      std::copy(biases_.values.begin(), biases_.values.end(), to);
      for (std::size_t input = 0; input < inputs_; ++input) {
        add_scaled(to, x[sample * inputs_ + input], weights_.values.data() + input * outputs_);
      }
    }
  }

  /// The gradients of the parameters, from what came in and the gradient of what went out.
  void backward_to_parameters(std::span<float const> x, std::span<float const> dy) {
    std::fill(weights_.gradients.begin(), weights_.gradients.end(), 0.0F);
    std::fill(biases_.gradients.begin(), biases_.gradients.end(), 0.0F);
    for (std::size_t sample = 0; sample < x.size() / inputs_; ++sample) {
      float const* const from = dy.data() + sample * outputs_;
      add_scaled(biases_.gradients.data(), 1.0F, from);
      for (std::size_t input = 0; input < inputs_; ++input) {
        add_scaled(weights_.gradients.data() + input * outputs_, x[sample * inputs_ + input], from);
      }
    }
  }

  /// The gradient of what came in.
  void backward_to_input(std::span<float const> dy, std::span<float> dx) const {
    for (std::size_t sample = 0; sample < dx.size() / inputs_; ++sample) {
      for (std::size_t input = 0; input < inputs_; ++input) {
        float sum = 0;
        for (std::size_t output = 0; output < outputs_; ++output) {
          sum += dy[sample * outputs_ + output] * weights_.values[input * outputs_ + output];
        }
        dx[sample * inputs_ + input] = sum;
      }
    }
  }

  void learn(learning_step const& step) {
    weights_.learn(step);
    biases_.learn(step);
  }

  [[nodiscard]] float squared_gradient_norm() const { return weights_.squared_gradient_norm() + biases_.squared_gradient_norm(); }

private:
  void add_scaled(float* to, float factor, float const* from) const {
    for (std::size_t output = 0; output < outputs_; ++output) {
      to[output] += factor * from[output];
    }
  }

  std::size_t inputs_;
  std::size_t outputs_;
  parameters weights_;
  parameters biases_;
};

/// "No activation", for contrast: a functor of our own, which the kernels take like the library's.
struct no_activation {
  using value_type = float;
  static constexpr std::string_view name = "none";

  template <rectify::value_of<float> V>
  constexpr V forward(V const& x) const noexcept {
    return x;
  }
  template <rectify::value_of<float> V>
  constexpr V derivative(V const&) const noexcept {
    return V(1.0F);
  }
  template <rectify::value_of<float> V>
  constexpr V derivative_from_output(V const&) const noexcept {
    return V(1.0F);
  }
};

/// A layer that applies one functor to every unit, and learns nothing.
template <rectify::output_differentiable_activation F>
class fixed_activation {
public:
  static constexpr std::string_view name = F::name;

  explicit fixed_activation(std::size_t) {}

  void forward(std::span<float const> x, std::span<float> y) const { rectify::forward(f_, x, y); }

  // from the output: an engine that needs its memory may compute y in place of x
  void backward(std::span<float const>, std::span<float const> y, std::span<float const> dy, std::span<float> dx) const {
    rectify::backward_from_output(f_, y, dy, dx);
  }

  void derivative(std::span<float const> x, std::span<float> d) const { rectify::derivative(f_, x, d); }

  void learn(learning_step const&) {}
  [[nodiscard]] std::span<float const> slopes() const { return {}; }

private:
  F f_;
};

/// prelu with one slope a unit, learned with the rest.
class learned_prelu {
public:
  static constexpr std::string_view name = "prelu";

  explicit learned_prelu(std::size_t units) : slopes_(units, rectify::prelu<float>{}.slope) {}

  void forward(std::span<float const> x, std::span<float> y) const { rectify::forward(functor(x), x, y); }

  // from the input: a slope may become negative while it is learned, and the output would no longer tell the sides apart
  void backward(std::span<float const> x, std::span<float const>, std::span<float const> dy, std::span<float> dx) {
    rectify::backward(functor(x), x, dy, dx, slopes_.gradients);
  }

  // there is no kernel for the derivative alone of channelwise_prelu, but the gradient of a sum is just that
  void derivative(std::span<float const> x, std::span<float> d) const {
    numbers const dy(x.size(), 1.0F);
    numbers slope_gradients(slopes_.values.size());
    rectify::backward(functor(x), x, dy, d, slope_gradients);
  }

  void learn(learning_step const& step) { slopes_.learn(step); }
  [[nodiscard]] std::span<float const> slopes() const { return slopes_.values; }

private:
  [[nodiscard]] rectify::channelwise_prelu<float> functor(std::span<float const> x) const {
    std::size_t const units = slopes_.values.size();
    return {slopes_.values, {.outer = x.size() / units, .channels = units, .inner = 1}};
  }

  parameters slopes_;
};

} // namespace digits
