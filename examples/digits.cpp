// SPDX-License-Identifier: MIT
// What activations are for: the same small network learns 1,797 handwritten digits with relu, leaky_relu, prelu, elu and none,
// once from a good beginning and once from a bad one, which kills relu units. Exit codes: 0 the table shows what it should,
// 1 it does not, 2 wrong arguments or data.
#include "digits/report.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace digits {
namespace {

constexpr std::string_view usage = "usage: rectify_digits [--bad-init] [--data FILE] [--seed N]\n"
                                   "  --bad-init   only the bad beginning\n"
                                   "  --data FILE  the digits, by default " RECTIFY_DIGITS_CSV "\n"
                                   "  --seed N     for the first weights and the order of the digits, by default 1\n";

constexpr beginning good_beginning = {"Good beginning: weights after He, biases 0", {0, 0, 0}};
constexpr beginning bad_beginning = {"Bad beginning: the same, but the last hidden layer has biases of -8", {0, 0, -8}};

struct options {
  std::string data_path = RECTIFY_DIGITS_CSV;
  std::uint64_t seed = 1;
  bool only_bad_beginning = false;
  bool help = false;
};

struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::uint64_t parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  char const* const end = text.data() + text.size();
  auto const [parsed_until, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc{} || parsed_until != end) {
    throw usage_error("--seed needs a whole number from 0 to 2^64 - 1, not '" + std::string(text) + "'");
  }
  return seed;
}

options parse_options(std::span<char const* const> arguments) {
  options chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view const argument = arguments[i];
    auto const next = [&] {
      if (i + 1 == arguments.size()) {
        throw usage_error(std::string(argument) + " needs a value");
      }
      return std::string_view(arguments[++i]);
    };
    if (argument == "--bad-init") {
      chosen.only_bad_beginning = true;
    } else if (argument == "--data") {
      chosen.data_path = next();
    } else if (argument == "--seed") {
      chosen.seed = parse_seed(next());
    } else if (argument == "--help") {
      chosen.help = true;
    } else {
      throw usage_error("unknown argument '" + std::string(argument) + "'");
    }
  }
  return chosen;
}

/// The first two thirds are to learn from, the rest to be tested on.
struct split_dataset {
  dataset training;
  dataset test;
};

split_dataset split(dataset const& data) {
  std::size_t const training_size = data.size() / 3 * 2;
  return {with_moved_copies(part_of(data, 0, training_size)),
          with_moved_copies(part_of(data, training_size, data.size() - training_size))};
}

comparison compare(split_dataset const& data, beginning const& from, std::uint64_t seed) {
  auto const& [training, test] = data;
  return {.relu = train_and_measure<fixed_activation<rectify::relu<float>>>(training, test, from, seed),
          .leaky_relu = train_and_measure<fixed_activation<rectify::leaky_relu<float>>>(training, test, from, seed),
          .prelu = train_and_measure<learned_prelu>(training, test, from, seed),
          .elu = train_and_measure<fixed_activation<rectify::elu<float>>>(training, test, from, seed),
          .none = train_and_measure<fixed_activation<no_activation>>(training, test, from, seed)};
}

int run(options const& chosen) {
  auto const data = split(read_dataset(chosen.data_path));
  claims all;
  if (!chosen.only_bad_beginning) {
    auto const seen = compare(data, good_beginning, chosen.seed);
    print_table(good_beginning, seen);
    describe_good_beginning(seen);
    std::fflush(stdout); // before the lines that go to stderr
    check_good_beginning(seen, all);
  }
  auto const seen = compare(data, bad_beginning, chosen.seed);
  print_table(bad_beginning, seen);
  describe_bad_beginning(seen);
  std::fflush(stdout);
  check_bad_beginning(seen, all);
  for (std::string const& claim : all.broken()) {
    std::fprintf(stderr, "rectify_digits: the table does not show that %s\n", claim.c_str());
  }
  return all.broken().empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace
} // namespace digits

int main(int argument_count, char** arguments) {
  constexpr int wrong_input = 2;
  try {
    auto const chosen = digits::parse_options(std::span(arguments, static_cast<std::size_t>(argument_count)).subspan(1));
    if (chosen.help) {
      std::fputs(digits::usage.data(), stdout);
      return EXIT_SUCCESS;
    }
    return digits::run(chosen);
  } catch (digits::usage_error const& error) {
    std::fprintf(stderr, "rectify_digits: %s\n%s", error.what(), digits::usage.data());
    return wrong_input;
  } catch (digits::data_error const& error) {
    std::fprintf(stderr, "rectify_digits: %s\n", error.what());
    return wrong_input;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "rectify_digits: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
