// SPDX-License-Identifier: MIT
// The digits network trained by libtorch with rectify's prelu, its slopes too: by two processes that share each batch and add up
// their gradients over gloo, and by one process alone. The losses must agree. With a file's name as argument, first a network
// that was saved in TorchScript is run on the digits. Exit codes: 0 all holds, 1 it does not.
#include "../digits/dataset.hpp"

#include <gloo/transport/tcp/device.h>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/script.h>
#include <torch/torch.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using torch::Tensor;

constexpr std::int64_t batch_size = 32;
constexpr int epochs = 4;
// The sums of two halves are rounded differently, which in double shows in the last digit: 2e-16 was measured.
constexpr double tolerance = 1e-12;

Tensor rectify_prelu(Tensor const& x, Tensor const& slope) {
  static auto const call =
      c10::Dispatcher::singleton().findSchemaOrThrow("rectify::prelu", "").typed<Tensor(Tensor const&, Tensor const&)>();
  return call.call(x, slope);
}

/// Three hidden layers of 32 units, each unit with a slope of its own, and ten scores: the network of examples/digits.
struct network : torch::nn::Module {
  network() {
    torch::manual_seed(1); // the same weights in every process
    std::int64_t inputs = digits::pixel_count;
    for (std::size_t i = 0; i < 3; ++i) {
      dense.push_back(register_module("dense" + std::to_string(i), torch::nn::Linear(inputs, 32)));
      slopes.push_back(register_parameter("slopes" + std::to_string(i), torch::full({32}, 0.25)));
      inputs = 32;
    }
    dense.push_back(register_module("scores", torch::nn::Linear(inputs, digits::class_count)));
    to(torch::kDouble);
  }

  Tensor forward(Tensor x) {
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      x = rectify_prelu(dense[i]->forward(x), slopes[i]);
    }
    return dense.back()->forward(x);
  }

  std::vector<torch::nn::Linear> dense;
  std::vector<Tensor> slopes;
};

struct samples {
  Tensor images;
  Tensor labels;
};

samples read_samples() {
  auto data = digits::read_dataset(RECTIFY_DIGITS_CSV);
  auto const count = static_cast<std::int64_t>(data.size());
  std::vector<std::int64_t> labels(data.labels.begin(), data.labels.end());
  return {torch::from_blob(data.pixels.data(), {count, digits::pixel_count}).to(torch::kDouble),
          torch::from_blob(labels.data(), {count}, torch::kLong).clone()};
}

/// The processes that train together.
struct team {
  int rank = 0;
  int size = 1;
  c10::intrusive_ptr<c10d::ProcessGroup> group; // none for one alone

  /// The mean over the team, in place.
  void average(Tensor& x) const {
    if (group) {
      std::vector<Tensor> tensors = {x};
      group->allreduce(tensors)->wait();
      x /= size;
    }
  }
};

/// The mean loss of each epoch, over the whole team.
std::vector<double> train(team const& us, samples const& data) {
  network net;
  torch::optim::SGD optimizer(net.parameters(), torch::optim::SGDOptions(0.05).momentum(0.9));
  std::int64_t const share = batch_size / us.size;
  std::int64_t const batches = data.labels.size(0) / batch_size; // whole ones, so that shares are equal
  std::vector<double> losses;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    torch::manual_seed(static_cast<std::uint64_t>(epoch)); // the same order in every process
    Tensor const order = torch::randperm(data.labels.size(0));
    Tensor sum = torch::zeros({}, torch::kDouble);
    for (std::int64_t batch = 0; batch < batches; ++batch) {
      Tensor const mine = order.narrow(0, batch * batch_size + us.rank * share, share);
      optimizer.zero_grad();
      Tensor const loss =
          torch::nn::functional::cross_entropy(net.forward(data.images.index_select(0, mine)), data.labels.index_select(0, mine));
      loss.backward();
      for (Tensor& parameter : net.parameters()) {
        us.average(parameter.mutable_grad());
      }
      optimizer.step();
      sum += loss.detach();
    }
    us.average(sum);
    losses.push_back(sum.item<double>() / static_cast<double>(batches));
  }
  return losses;
}

team join(std::string const& store_path, int rank, int size) {
  auto const store = c10::make_intrusive<c10d::FileStore>(store_path, size);
  auto const options = c10d::ProcessGroupGloo::Options::create(std::chrono::seconds(60));
  options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1"));
  return {rank, size, c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options)};
}

/// The share of digits that a network saved in TorchScript knows.
double accuracy_of_script(char const* path, samples const& data) {
  auto script = torch::jit::load(path);
  Tensor const scores = script.forward({data.images}).toTensor();
  return scores.argmax(1).eq(data.labels).to(torch::kDouble).mean().item<double>();
}

int run(int argument_count, char** arguments) {
  std::string const store_path =
      (std::filesystem::temp_directory_path() / ("rectify_digits." + std::to_string(getpid()))).string();
  pid_t const second = fork(); // before libtorch has any threads
  if (second == 0) {
    train(join(store_path, 1, 2), read_samples());
    std::_Exit(EXIT_SUCCESS);
  }
  auto const data = read_samples();
  auto const together = train(join(store_path, 0, 2), data);
  int status = 0;
  waitpid(second, &status, 0);
  std::filesystem::remove(store_path);
  auto const alone = train({}, data);
  bool holds = status == 0 && alone.back() < alone.front() / 2;
  std::puts("epoch   loss of one process     of two        difference");
  for (int epoch = 0; epoch < epochs; ++epoch) {
    auto const i = static_cast<std::size_t>(epoch);
    double const difference = std::abs(alone[i] - together[i]);
    std::printf("%5d   %.15f   %.15f   %.1e\n", epoch + 1, alone[i], together[i], difference);
    holds = holds && difference <= tolerance;
  }
  if (argument_count > 1) {
    double const accuracy = accuracy_of_script(arguments[1], data);
    std::printf("the network of %s knows %.4f of the digits\n", arguments[1], accuracy);
    holds = holds && accuracy > 0.9;
  }
  return holds ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int argument_count, char** arguments) {
  try {
    return run(argument_count, arguments);
  } catch (std::exception const& error) {
    std::fprintf(stderr, "digits: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
