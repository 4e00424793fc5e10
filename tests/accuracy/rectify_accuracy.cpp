// SPDX-License-Identifier: MIT
// The error of every function of the catalogue, measured: float over the whole format (or each stride-th number), double over
// directed and random samples. Prints a table, and fails where a header promises more than it keeps.
#include "accuracy/mpfr_number.hpp"
#include "support/inputs.hpp"
#include "support/reference.hpp"
#include "support/ulp.hpp"

#include <rectify/rectify.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace rectify;
using namespace rectify::test;

namespace {

struct options {
  std::uint64_t stride = 1;
  std::size_t samples = 10'000'000;
  std::string function;
};

struct measurement {
  double error = 0;
  double witness = 0;
  std::uint64_t count = 0;
  std::uint64_t correctly_rounded = 0;

  template <class T, class Exact>
  void add(T x, T result, Exact const& exact) {
    ++count;
    T const nearest = static_cast<T>(exact);
    if (same_bits(result, nearest) || result == nearest) { // the reference has no -0
      ++correctly_rounded;
      if (error >= 0.5) { // nothing new to learn
        return;
      }
    }
    double const ulp = ulp_error(result, exact);
    if (!(ulp <= error)) {
      error = ulp;
      witness = static_cast<double>(x);
    }
  }

  void merge(measurement const& other) {
    count += other.count;
    correctly_rounded += other.correctly_rounded;
    if (!(other.error <= error)) {
      error = other.error;
      witness = other.witness;
    }
  }
};

/// Says on stderr how far it is, when that is a terminal or a log that somebody watches: a line every few seconds.
class progress {
public:
  explicit progress(std::string name) : name_(std::move(name)) {}

  void report(double share) {
    auto const now = clock::now();
    if (now - last_ < std::chrono::seconds(5)) {
      return;
    }
    last_ = now;
    double const elapsed = std::chrono::duration<double>(now - begin_).count();
    std::fprintf(stderr, "%s: %.0f %%, %.0f s left\n", name_.c_str(), 100 * share, elapsed / share * (1 - share));
  }

private:
  using clock = std::chrono::steady_clock;
  std::string name_;
  clock::time_point begin_ = clock::now();
  clock::time_point last_ = begin_;
};

enum class direction { forward, derivative };

/// Calls the kernel on the block, and compares every result with the reference in Exact.
template <direction Direction, class Exact, class F>
void measure_block(F const& f, std::vector<typename F::value_type> const& x, std::vector<typename F::value_type>& result,
                   measurement& errors) {
  using T = typename F::value_type;
  if constexpr (Direction == direction::forward) {
    forward(f, x, result);
  } else {
    derivative(f, x, result);
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if constexpr (Direction == direction::forward) {
      errors.add(x[i], result[i], reference<F>::forward(f, static_cast<Exact>(x[i])));
    } else if (x[i] != T(0)) { // at 0 the kink decides, and the tests
      errors.add(x[i], result[i], reference<F>::derivative(f, static_cast<Exact>(x[i])));
    }
  }
}

/// Runs work(block) for all blocks on all cores; work returns a measurement.
template <class Work>
measurement run_blocks(std::size_t blocks, std::string const& name, Work const& work) {
  std::atomic<std::size_t> next = 0;
  std::vector<measurement> results(std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < results.size(); ++thread) {
    threads.emplace_back([&, thread] {
      progress reporter(name);
      for (std::size_t block = next++; block < blocks; block = next++) {
        results[thread].merge(work(block));
        if (thread == 0) {
          reporter.report(static_cast<double>(block + 1) / static_cast<double>(blocks));
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  measurement total;
  for (measurement const& result : results) {
    total.merge(result);
  }
  return total;
}

template <direction Direction, class F>
measurement measure(F const& f, options const& options, std::string const& name) {
  using T = typename F::value_type;
  constexpr std::size_t block_size = 1 << 16;
  if constexpr (std::is_same_v<T, float>) {
    std::uint64_t const patterns = (std::uint64_t{1} << 32) / options.stride;
    return run_blocks(static_cast<std::size_t>((patterns + block_size - 1) / block_size), name, [&](std::size_t block) {
      std::vector<float> x;
      x.reserve(block_size);
      for (std::uint64_t i = block * block_size; i < std::min<std::uint64_t>(patterns, (block + 1) * block_size); ++i) {
        x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(i * options.stride)));
      }
      std::vector<float> result(x.size());
      measurement errors;
      measure_block<Direction, double>(f, x, result, errors);
      return errors;
    });
  } else {
    std::size_t const blocks = (options.samples + block_size - 1) / block_size;
    return run_blocks(blocks, name, [&](std::size_t block) {
      static constexpr double scales[] = {1e-300, 1e-12, 1e-3, 0.5, 3, 40, 700};
      std::vector<double> const x =
          block == 0 ? special_inputs<double>() : random_inputs<double>(block_size, block, scales[block % std::size(scales)]);
      std::vector<double> result(x.size());
      measurement errors;
      measure_block<Direction, mpfr_number>(f, x, result, errors);
      return errors;
    });
  }
}

bool print_row(std::string_view function, char const* direction, char const* type, double promised, measurement const& errors) {
  bool const kept = errors.error <= promised;
  std::printf("| %-12.*s | %-10s | %-4s | %-18s | %8.5f | %6.2f | %-24a | %9.5f %% |%s\n", static_cast<int>(function.size()),
              function.data(), direction, type, default_arch::name(), errors.error, promised, errors.witness,
              100 * static_cast<double>(errors.correctly_rounded) / static_cast<double>(errors.count),
              kept ? "" : " ABOVE THE PROMISE");
  std::fflush(stdout);
  return kept;
}

template <class F>
bool measure_function(F const& f, options const& options) {
  if (!options.function.empty() && options.function != F::name) {
    return true;
  }
  char const* const type = std::is_same_v<typename F::value_type, float> ? "f32" : "f64";
  std::string const name = std::string(F::name) + " " + type;
  bool const forward_kept =
      print_row(F::name, "forward", type, promised_ulp(f), measure<direction::forward>(f, options, name + " forward"));
  bool const derivative_kept = print_row(F::name, "derivative", type, promised_derivative_ulp(f),
                                         measure<direction::derivative>(f, options, name + " derivative"));
  return forward_kept && derivative_kept;
}

int usage() {
  std::fputs("usage: rectify_accuracy [--stride N] [--samples N] [--function NAME]\n"
             "  --stride N       measure each N-th float (default 1: all of them)\n"
             "  --samples N      measure N doubles (default 10000000)\n"
             "  --function NAME  only this function\n",
             stderr);
  return 2;
}

} // namespace

int main(int count, char** arguments) {
  options options;
  for (int i = 1; i < count; i += 2) {
    std::string_view const name = arguments[i];
    if (i + 1 == count) {
      return usage();
    }
    char* end = nullptr;
    std::uint64_t const number = std::strtoull(arguments[i + 1], &end, 10);
    bool const is_number = *end == '\0' && number > 0;
    if (name == "--stride" && is_number) {
      options.stride = number;
    } else if (name == "--samples" && is_number) {
      options.samples = number;
    } else if (name == "--function") {
      options.function = arguments[i + 1];
    } else {
      return usage();
    }
  }
  std::printf("| function     | direction  | type | instruction set    |  max ULP | bound  | at                       | "
              "correctly rounded |\n");
  std::printf(
      "|--------------|------------|------|--------------------|---------:|-------:|--------------------------|------------:|\n");
  bool kept = true;
  auto const visit = [&](auto const& f) { kept = measure_function(f, options) && kept; };
  for_each_function(catalogue<float>{}, visit);
  for_each_function(catalogue<double>{}, visit);
  return kept ? 0 : 1;
}
