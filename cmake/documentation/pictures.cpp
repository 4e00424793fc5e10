// SPDX-License-Identifier: MIT
// Pictures for the page on the choice of an activation, from the network of examples/digits:
//   rectify_pictures DIRECTORY   writes them, and prints the table that goes with them
// The first shows the gradient that reaches the first layer, before any training, over the bias of the last hidden layer: where
// it is 0 nothing is learned (dead), where it is small little is (saturated). The second shows training from a bad beginning.
#include "../../examples/curves/picture.hpp"
#include "../../examples/digits/training.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace digits;
using curves::picture;
using curves::position;

constexpr std::uint64_t seed = 1;

/// The activations of the page, each with the class of its line.
using compared = std::tuple<fixed_activation<rectify::relu<float>>, fixed_activation<rectify::leaky_relu<float>>,
                            fixed_activation<rectify::elu<float>>, fixed_activation<rectify::sigmoid<float>>,
                            fixed_activation<rectify::tanh<float>>>;
constexpr std::array colours = {"#cf222e", "#0969da", "#1a7f37", "#9a6700", "#8250df"};

template <class Visitor>
void for_each_compared(Visitor const& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit.template operator()<std::tuple_element_t<I, compared>>(I), ...);
  }
  (std::make_index_sequence<std::tuple_size_v<compared>>{});
}

/// The names with the colours of their lines, below the plot.
std::vector<curves::line_kind> kinds() {
  std::vector<curves::line_kind> all;
  for_each_compared([&]<class A>(std::size_t i) { all.push_back({std::string(A::name), colours[i], i == 0 ? "5" : "2"}); });
  return all;
}

template <class A>
double gradient_at(float bias, dataset const& data) {
  random_source random(seed);
  network<A> untrained({0, 0, bias}, random);
  untrained.backward(data.pixels, data.labels);
  return static_cast<double>(untrained.first_layer_gradient_norm());
}

constexpr int lowest_bias = -20;
constexpr int highest_bias = 20;
constexpr double lowest_power = -9;
constexpr double highest_power = 1;

/// What the lines of the table say: the gradient at a few biases.
using gradients = std::map<int, double>;

std::string gradients_over_bias(dataset const& data, std::vector<gradients>& table) {
  picture plot({lowest_bias, lowest_power}, {highest_bias, highest_power});
  plot.title("Gradient before training", "norm in the first layer");
  for (int bias = lowest_bias; bias <= highest_bias; bias += 10) {
    plot.vertical(bias, std::to_string(bias), bias == 0);
  }
  for (int power = -8; power <= 0; power += 2) {
    plot.horizontal(power, power == 0 ? "1" : "1e" + std::to_string(power), false);
  }
  auto const all = kinds();
  for_each_compared([&]<class A>(std::size_t i) {
    std::vector<position> points;
    gradients row;
    for (int bias = lowest_bias; bias <= highest_bias; ++bias) {
      double const gradient = gradient_at<A>(static_cast<float>(bias), data);
      points.push_back({static_cast<double>(bias), gradient == 0 ? -1e3 : std::log10(gradient)});
      row[bias] = gradient;
    }
    plot.curve(all[i], points);
    table.push_back(row);
  });
  plot.legend(all, "bias of the last hidden layer");
  return plot.text();
}

/// The share of right test digits after each epoch, from 0 to the last.
template <class A>
std::vector<position> learning(beginning const& from, dataset const& training, dataset const& test) {
  training_plan const plan;
  random_source random(seed);
  network<A> trained(from.biases, random);
  std::vector<position> points;
  for (std::size_t epoch = 0;; ++epoch) {
    points.push_back({static_cast<double>(epoch), 100 * accuracy_of(trained.forward(test.pixels), test.labels)});
    if (epoch == plan.epochs) {
      return points;
    }
    float const left = 1 - static_cast<float>(epoch) / static_cast<float>(plan.epochs);
    train_one_epoch(trained, training, plan, {plan.rate * left, plan.momentum}, random);
  }
}

std::string learning_from(beginning const& from, dataset const& training, dataset const& test, std::vector<double>& last) {
  training_plan const plan;
  picture plot({0, 0}, {static_cast<double>(plan.epochs), 100});
  plot.title(from.description, "right test digits, %");
  for (std::size_t epoch = 0; epoch <= plan.epochs; epoch += 2) {
    plot.vertical(static_cast<double>(epoch), std::to_string(epoch), epoch == 0);
  }
  for (int percent = 0; percent <= 100; percent += 20) {
    plot.horizontal(percent, std::to_string(percent), percent == 0);
  }
  auto const all = kinds();
  for_each_compared([&]<class A>(std::size_t i) {
    auto const points = learning<A>(from, training, test);
    plot.curve(all[i], points);
    last.push_back(points.back().y);
  });
  plot.legend(all, "epochs");
  return plot.text();
}

bool write(std::string const& path, std::string const& text) {
  std::ofstream file(path);
  return static_cast<bool>(file << text);
}

} // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: rectify_pictures DIRECTORY\n", stderr);
    return 2;
  }
  std::string const directory = arguments[1];
  dataset const data = read_dataset(RECTIFY_DIGITS_CSV);
  std::size_t const training_size = data.size() / 3 * 2;
  dataset const training = with_moved_copies(part_of(data, 0, training_size));
  dataset const test = with_moved_copies(part_of(data, training_size, data.size() - training_size));

  std::vector<gradients> reaching;
  std::vector<double> good;
  std::vector<double> bad;
  bool const written = write(directory + "/gradients.svg", gradients_over_bias(training, reaching)) &&
                       write(directory + "/good_beginning.svg", learning_from({"Biases 0", {0, 0, 0}}, training, test, good)) &&
                       write(directory + "/bad_beginning.svg",
                             learning_from({"Biases -8 in the last hidden layer", {0, 0, -8}}, training, test, bad));
  if (!written) {
    std::fprintf(stderr, "rectify_pictures: %s cannot be written to\n", directory.c_str());
    return 2;
  }
  std::puts("| activation | gradient, bias -20 | -8 | 0 | 8 | 20 | right, from bias 0 | right, from bias -8 |");
  std::puts("|---|---:|---:|---:|---:|---:|---:|---:|");
  for_each_compared([&]<class A>(std::size_t i) {
    std::printf("| @ref rectify::%s \"%s\" |", A::name.data(), A::name.data());
    for (int const bias : {-20, -8, 0, 8, 20}) {
      std::printf(" %.3g |", reaching[i][bias]);
    }
    std::printf(" %.1f %% | %.1f %% |\n", good[i], bad[i]);
  });
  return 0;
}
