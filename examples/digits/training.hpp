// SPDX-License-Identifier: MIT
#pragma once

#include "network.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

/// Trains one network, and measures what the table shows.
namespace digits {

struct training_plan {
  std::size_t epochs = 14;
  std::size_t batch_size = 32;
  float rate = 0.1F; // at first; it falls linearly to 0
  float momentum = 0.9F;
  float gradient_limit = 1; // without a limit the network without activations diverges at this rate
};

/// Where the networks begin.
struct beginning {
  std::string_view description;
  layer_biases biases;
};

/// One row of the table.
struct measurement {
  std::string_view name;
  double accuracy = 0;             // share of the test digits
  double zero_share = 0;           // of the hidden activations of the test digits
  std::size_t dead_units = 0;      // over all training digits, when trained
  double first_layer_gradient = 0; // its norm over all training digits, before the first step
  std::size_t learned_slopes = 0;  // how many there are
  double lowest_slope = 0;
  double highest_slope = 0;
  double seconds = 0;
};

/// One pass over the data in random order; returns the mean loss.
template <class Activation>
float train_one_epoch(network<Activation>& trained, dataset const& data, training_plan const& plan, learning_step const& step,
                      random_source& random) {
  auto const order = random.permutation(data.size());
  numbers images;
  std::vector<std::size_t> labels;
  float loss = 0;
  for (std::size_t first = 0; first < order.size(); first += plan.batch_size) {
    images.clear();
    labels.clear();
    for (std::size_t i = first; i < std::min(first + plan.batch_size, order.size()); ++i) {
      auto const image = data.image(order[i]);
      images.insert(images.end(), image.begin(), image.end());
      labels.push_back(data.labels[order[i]]);
    }
    loss += trained.backward(images, labels) * static_cast<float>(labels.size());
    trained.learn(step, plan.gradient_limit);
  }
  return loss / static_cast<float>(data.size());
}

inline double accuracy_of(std::span<float const> scores, std::span<std::size_t const> labels) {
  std::size_t right = 0;
  for (std::size_t sample = 0; sample < labels.size(); ++sample) {
    auto const row = scores.subspan(sample * class_count, class_count);
    auto const best = std::max_element(row.begin(), row.end()) - row.begin();
    right += static_cast<std::size_t>(best) == labels[sample] ? 1U : 0U;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

inline double share_of_zeros(std::span<numbers const> layers) {
  std::ptrdiff_t zeros = 0;
  std::size_t all = 0;
  for (numbers const& layer : layers) {
    zeros += std::count(layer.begin(), layer.end(), 0.0F);
    all += layer.size();
  }
  return static_cast<double>(zeros) / static_cast<double>(all);
}

/// Trains a network from its beginning and says so in a line on stderr.
template <class Activation>
measurement train_and_measure(dataset const& training, dataset const& test, beginning const& from, std::uint64_t seed) {
  training_plan const plan;
  measurement result;
  result.name = Activation::name;
  std::fprintf(stderr, "training %-10s  %zu epochs of %zu digits ...", result.name.data(), plan.epochs, training.size());

  auto const started = std::chrono::steady_clock::now();
  random_source random(seed);
  network<Activation> trained(from.biases, random);
  trained.backward(training.pixels, training.labels);
  result.first_layer_gradient = static_cast<double>(trained.first_layer_gradient_norm());
  float loss = 0;
  for (std::size_t epoch = 0; epoch < plan.epochs; ++epoch) {
    float const left = 1 - static_cast<float>(epoch) / static_cast<float>(plan.epochs);
    loss = train_one_epoch(trained, training, plan, {plan.rate * left, plan.momentum}, random);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();

  trained.forward(training.pixels);
  result.dead_units = trained.dead_units();
  result.accuracy = accuracy_of(trained.forward(test.pixels), test.labels);
  result.zero_share = share_of_zeros(trained.hidden_outputs());
  if (auto const slopes = trained.slopes(); !slopes.empty()) {
    auto const [lowest, highest] = std::minmax_element(slopes.begin(), slopes.end());
    result.learned_slopes = slopes.size();
    result.lowest_slope = static_cast<double>(*lowest);
    result.highest_slope = static_cast<double>(*highest);
  }
  std::fprintf(stderr, " loss %.4f after %.2f s\n", static_cast<double>(loss), result.seconds);
  return result;
}

} // namespace digits
