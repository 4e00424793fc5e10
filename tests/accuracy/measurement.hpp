// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/subject.hpp"
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace rectify::test {

/// How much is measured.
struct extent {
  std::uint64_t stride = 1;         // each so-many-th float
  std::size_t samples = 10'000'000; // doubles
};

/// The largest error, where it is, and how many results are the correctly rounded ones.
template <class T>
struct measurement {
  double ulp = 0;
  T ulp_at = 0;
  double absolute = 0; // where the derivative passes through zero
  T absolute_at = 0;
  std::uint64_t count = 0;
  std::uint64_t correctly_rounded = 0;

  void add_ulp(double error, T x) {
    if (!(error <= ulp)) {
      ulp = error;
      ulp_at = x;
    }
  }
  void add_absolute(double error, T x) {
    if (!(error <= absolute)) {
      absolute = error;
      absolute_at = x;
    }
  }
  void merge(measurement const& other) {
    add_ulp(other.ulp, other.ulp_at);
    add_absolute(other.absolute, other.absolute_at);
    count += other.count;
    correctly_rounded += other.correctly_rounded;
  }
  [[nodiscard]] double share() const { return 100 * static_cast<double>(correctly_rounded) / static_cast<double>(count); }
};

template <class T>
bool is_near_zero(subject<T> const& s, T x) {
  return static_cast<double>(x) >= s.near_zero.from && static_cast<double>(x) <= s.near_zero.to;
}

template <class T>
bool is_left_out(subject<T> const& s, T x) {
  return std::find(s.left_out.begin(), s.left_out.end(), x) != s.left_out.end();
}

/// The errors of one result, by MPFR.
template <class T>
void add_exact_error(subject<T> const& s, T x, T result, measurement<T>& errors) {
  mpfr_number const exact = s.exact(x);
  if (is_near_zero(s, x)) {
    errors.add_absolute(std::abs(static_cast<double>(mpfr_number(static_cast<double>(result)) - exact)), x);
  } else {
    errors.add_ulp(ulp_error(result, exact), x);
  }
}

template <class T>
struct block {
  std::vector<T> x;
  std::vector<T> result;
  std::vector<typename subject<T>::wide> nearly;
  std::vector<std::uint32_t> news; // where the error may be the largest yet
};

/// |result - exact| in units of the last place of exact: as ulp_error, by bits, and for numbers only.
[[gnu::always_inline]] inline double error_in_units(float result, double exact) {
  constexpr std::uint64_t exponent_mask = std::uint64_t{0x7ff} << 52;
  constexpr std::uint64_t least = std::uint64_t{1023 - 126} << 52; // of normal floats: subnormal ones share its unit
  std::uint64_t const power = std::max(std::bit_cast<std::uint64_t>(exact) & exponent_mask, least);
  double const units = std::bit_cast<double>((std::uint64_t{2 * 1023 + 23} << 52) - power); // 2^23 / 2^exponent
  return std::abs(static_cast<double>(result) - exact) * units;
}
inline double error_in_units(double result, long double exact) {
  return ulp_error(result, exact);
}

/// Compares the kernel with the exact values for the block's x. With `is_sampled` one of them, wherever it lies, shows that
/// `nearly` is as near as it says.
template <class T>
void measure_block(subject<T> const& s, block<T>& b, bool is_sampled, measurement<T>& errors) {
  using wide = typename subject<T>::wide;
  double const doubt = s.doubt;
  for (T const kink : s.left_out) {
    std::erase(b.x, kink);
  }
  std::size_t const size = b.x.size();
  b.result.resize(size);
  b.nearly.resize(size);
  b.news.resize(size);
  s.result(b.x, b.result);
  s.nearly(b.x, b.nearly);
  std::size_t news = 0;
  std::size_t correctly_rounded = 0;
  auto const select_news = [&](auto const& is_news) __attribute__((always_inline)) {
    for (std::size_t i = 0; i < size; ++i) { // without branches twice as fast: most are correctly rounded
      T const nearest = static_cast<T>(b.nearly[i]);
      bool const are_nan = (b.result[i] != b.result[i]) & (nearest != nearest);
      bool const is_nearest = (b.result[i] == nearest) | are_nan;
      b.news[news] = static_cast<std::uint32_t>(i);
      news += is_news(i, is_nearest) & !are_nan ? 1U : 0U;
      correctly_rounded += is_nearest ? 1U : 0U;
    }
  };
  if (s.near_zero.from > s.near_zero.to) {
    // of float all that may be larger by more than the last printed digit; of double, where doubt is large, all that may be
    // larger
    double const limit = std::is_same_v<T, float> ? errors.ulp + doubt : errors.ulp - doubt;
    select_news([&](std::size_t i, bool) __attribute__((always_inline)) {
      return !(error_in_units(b.result[i], b.nearly[i]) <= limit) & (static_cast<wide>(b.result[i]) != b.nearly[i]);
    });
  } else { // where the absolute errors count, the largest error in units is above that of rounding
    select_news([&](std::size_t, bool is_nearest) __attribute__((always_inline)) { return !is_nearest | (errors.ulp < 0.5); });
  }
  errors.count += size;
  errors.correctly_rounded += correctly_rounded;
  auto const add = [&](std::size_t i) {
    T const x = b.x[i];
    if (is_near_zero(s, x)) {
      double const error = static_cast<double>(std::abs(static_cast<wide>(b.result[i]) - b.nearly[i]));
      if (error < s.near_zero.error * 0.999) { // it grows with x over millions of x: only what decides is confirmed
        errors.add_absolute(error, x);
      } else {
        add_exact_error(s, x, b.result[i], errors);
      }
    } else {
      double const error = ulp_error(b.result[i], b.nearly[i]);
      if (error < 0.5 - doubt) { // below what rounding alone does: not worth a confirmation
        errors.add_ulp(error, x);
      } else if (!(error < errors.ulp - doubt)) {
        add_exact_error(s, x, b.result[i], errors);
      }
    }
  };
  std::for_each_n(b.news.begin(), news, add);
  if (is_sampled && size > 0) {
    std::size_t const i = static_cast<std::size_t>(errors.count * 2654435761U % size);
    double const difference = ulp_error(static_cast<T>(b.nearly[i]), s.exact(b.x[i]));
    if (!is_near_zero(s, b.x[i]) && !(difference <= 0.5 + doubt)) {
      throw std::runtime_error(s.function + " " + s.direction + ": the fast reference is off by " + std::to_string(difference) +
                               " ULP at x = " + std::to_string(static_cast<double>(b.x[i])));
    }
  }
}

/// Says on stderr how far a row is, every few seconds.
class progress {
public:
  explicit progress(std::string name) : name_(std::move(name)) {}

  void report(double share) {
    std::lock_guard const lock(mutex_);
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
  std::mutex mutex_;
  clock::time_point begin_ = clock::now();
  clock::time_point last_ = begin_;
};

/// Fills x with the inputs of one block out of block_count. A block fits into the cache beside its results.
inline constexpr std::size_t block_size = 1 << 13;
/// One input of so many blocks is checked by MPFR.
inline constexpr std::size_t blocks_a_sample = 8;

template <class T>
std::size_t block_count(extent const& e) {
  std::uint64_t const all = std::is_same_v<T, float> ? (std::uint64_t{1} << 32) / e.stride : e.samples;
  return static_cast<std::size_t>((all + block_size - 1) / block_size);
}

inline void fill(std::vector<float>& x, std::size_t block, extent const& e) {
  std::uint64_t const all = (std::uint64_t{1} << 32) / e.stride;
  std::uint64_t const begin = std::uint64_t{block} * block_size;
  x.resize(static_cast<std::size_t>(std::min<std::uint64_t>(all - begin, block_size)));
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::bit_cast<float>(static_cast<std::uint32_t>((begin + i) * e.stride));
  }
}

/// Samples of every magnitude, the special inputs first.
inline void fill(std::vector<double>& x, std::size_t block, extent const&) {
  static constexpr double scales[] = {1e-300, 1e-12, 1e-3, 0.5, 3, 40, 700};
  x = block == 0 ? special_inputs<double>() : random_inputs<double>(block_size, block, scales[block % std::size(scales)]);
}

template <class T>
measurement<T> measure(subject<T> const& s, extent const& e) {
  progress reporter(s.function + " " + s.direction);
  std::size_t const blocks = block_count<T>(e);
  std::atomic<std::size_t> next = 0;
  std::vector<measurement<T>> results(std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::string> failures(results.size());
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < results.size(); ++thread) {
    threads.emplace_back([&, thread] {
      block<T> memory;
      measurement<T> errors; // of its own: neighbours in `results` share a cache line
      try {
        for (std::size_t i = next++; i < blocks; i = next++) {
          fill(memory.x, i, e);
          measure_block(s, memory, i % blocks_a_sample == 0, errors);
          reporter.report(static_cast<double>(i + 1) / static_cast<double>(blocks));
        }
      } catch (std::exception const& failure) {
        failures[thread] = failure.what();
      }
      results[thread] = errors;
    });
  }
  measurement<T> total;
  for (std::size_t thread = 0; thread < results.size(); ++thread) {
    threads[thread].join();
    if (!failures[thread].empty()) {
      for (std::size_t rest = thread + 1; rest < threads.size(); ++rest) {
        threads[rest].join();
      }
      throw std::runtime_error(failures[thread]);
    }
    total.merge(results[thread]);
  }
  return total;
}

} // namespace rectify::test
