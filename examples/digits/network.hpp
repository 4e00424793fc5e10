// SPDX-License-Identifier: MIT
#pragma once

#include "dataset.hpp"
#include "layers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace digits {

inline constexpr std::array<std::size_t, 3> hidden_units = {32, 32, 32};
inline constexpr std::size_t all_hidden_units = std::accumulate(hidden_units.begin(), hidden_units.end(), std::size_t{0});

/// What the biases of each hidden layer start from.
using layer_biases = std::array<float, hidden_units.size()>;

/// Softmax cross entropy: turns scores into their gradient, for the mean over the samples, and returns that mean.
inline float to_score_gradients(std::span<float> scores, std::span<std::size_t const> labels) {
  auto const samples = static_cast<float>(labels.size());
  float loss = 0;
  for (std::size_t sample = 0; sample < labels.size(); ++sample) {
    auto const row = scores.subspan(sample * class_count, class_count);
    float const highest = *std::max_element(row.begin(), row.end());
    float sum = 0;
    for (float& score : row) {
      score = std::exp(score - highest); // no overflow, whatever the scores
      sum += score;
    }
    loss -= std::log(std::max(row[labels[sample]] / sum, 1e-30F));
    for (float& score : row) {
      score /= sum * samples;
    }
    row[labels[sample]] -= 1 / samples;
  }
  return loss / samples;
}

/// Hidden layers of one kind of activation, and ten scores.
template <class Activation>
class network {
public:
  network(layer_biases const& biases, random_source& random) {
    std::size_t inputs = pixel_count;
    for (std::size_t layer = 0; layer < hidden_units.size(); ++layer) {
      dense_.emplace_back(inputs, hidden_units[layer], biases[layer], random);
      activations_.emplace_back(hidden_units[layer]);
      inputs = hidden_units[layer];
    }
    dense_.emplace_back(inputs, class_count, 0.0F, random);
    sums_.resize(hidden_units.size());
    outputs_.resize(hidden_units.size());
  }

  /// The scores of the images, class_count a sample.
  std::span<float> forward(std::span<float const> images) {
    std::size_t const samples = images.size() / pixel_count;
    auto x = images;
    for (std::size_t layer = 0; layer < hidden_units.size(); ++layer) {
      sums_[layer].resize(samples * hidden_units[layer]);
      outputs_[layer].resize(samples * hidden_units[layer]);
      dense_[layer].forward(x, sums_[layer]);
      activations_[layer].forward(sums_[layer], outputs_[layer]);
      x = outputs_[layer];
    }
    scores_.resize(samples * class_count);
    dense_.back().forward(x, scores_);
    return scores_;
  }

  /// All gradients, and the loss, of the images.
  float backward(std::span<float const> images, std::span<std::size_t const> labels) {
    auto const scores = forward(images);
    float const loss = to_score_gradients(scores, labels);
    gradients_.assign(scores.begin(), scores.end());
    for (std::size_t layer = hidden_units.size(); layer > 0; --layer) {
      auto const& x = outputs_[layer - 1];
      dense_[layer].backward_to_parameters(x, gradients_);
      input_gradients_.resize(x.size());
      dense_[layer].backward_to_input(gradients_, input_gradients_);
      gradients_.swap(input_gradients_);
      activations_[layer - 1].backward(sums_[layer - 1], x, gradients_, gradients_);
    }
    dense_.front().backward_to_parameters(images, gradients_);
    return loss;
  }

  /// A step along the gradients; they are scaled down to gradient_limit where their norm is larger.
  void learn(learning_step step, float gradient_limit) {
    step.rate *= std::min(1.0F, gradient_limit / gradient_norm());
    for (auto& layer : dense_) {
      layer.learn(step);
    }
    for (auto& activation : activations_) {
      activation.learn(step);
    }
  }

  /// What the last forward left in each hidden layer.
  [[nodiscard]] std::span<numbers const> hidden_outputs() const { return outputs_; }

  /// Units whose activation has derivative 0 for every sample of the last forward: nothing can move their weights.
  [[nodiscard]] std::size_t dead_units() const {
    std::size_t dead = 0;
    for (std::size_t layer = 0; layer < hidden_units.size(); ++layer) {
      numbers derivatives(sums_[layer].size());
      activations_[layer].derivative(sums_[layer], derivatives);
      for (std::size_t unit = 0; unit < hidden_units[layer]; ++unit) {
        bool alive = false;
        for (std::size_t i = unit; i < derivatives.size(); i += hidden_units[layer]) {
          alive = alive || derivatives[i] != 0.0F;
        }
        dead += alive ? 0U : 1U;
      }
    }
    return dead;
  }

  [[nodiscard]] float first_layer_gradient_norm() const { return std::sqrt(dense_.front().squared_gradient_norm()); }

  /// The learned slopes of all layers; none where the activation has none.
  [[nodiscard]] numbers slopes() const {
    numbers all;
    for (auto const& activation : activations_) {
      all.insert(all.end(), activation.slopes().begin(), activation.slopes().end());
    }
    return all;
  }

private:
  [[nodiscard]] float gradient_norm() const {
    float sum = 0;
    for (auto const& layer : dense_) {
      sum += layer.squared_gradient_norm();
    }
    return std::sqrt(sum);
  }

  std::vector<dense_layer> dense_;
  std::vector<Activation> activations_;
  std::vector<numbers> sums_;
  std::vector<numbers> outputs_;
  numbers scores_;
  numbers gradients_;
  numbers input_gradients_;
};

} // namespace digits
