// SPDX-License-Identifier: MIT
// Prints one hash of the results of each function, kernel and element type over a fixed set of inputs: the same bits have the
// same hash. Compiled for an instruction set, or with rectify::dispatch for the one that the machine has. Every NaN counts as
// one: machines give them different signs.
#include "support/inputs.hpp"
#include "support/variants.hpp"

#include "dispatch/fast_sigmoid.hpp"

#include <rectify/kernels/parallel.hpp>
#include <rectify/rectify.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>

using namespace rectify;
using namespace rectify::test;

namespace {

class hash {
public:
  template <class T>
  void add(T value) {
    auto bits = math::to_bits(value);
    if (value != value) {
      bits = math::to_bits(std::numeric_limits<T>::quiet_NaN());
    }
    for (std::size_t byte = 0; byte < sizeof bits; ++byte) { // FNV-1a
      value_ = (value_ ^ ((bits >> (8 * byte)) & 0xFFU)) * 0x100000001b3U;
    }
  }
  [[nodiscard]] unsigned long long value() const { return value_; }

private:
  unsigned long long value_ = 0xcbf29ce484222325U;
};

template <class T>
std::vector<T> const& inputs() {
  static std::vector<T> const all = [] {
    std::vector<T> some = mixed_inputs<T>(2003, 1);
    std::vector<T> const near = random_inputs<T>(1000, 2, 0.05);
    std::vector<T> const far = random_inputs<T>(1000, 3, 150);
    some.insert(some.end(), near.begin(), near.end());
    some.insert(some.end(), far.begin(), far.end());
    return some;
  }();
  return all;
}

template <class T>
std::vector<T> const& gradients() {
  static std::vector<T> const all = random_inputs<T>(inputs<T>().size(), 4);
  return all;
}

/// The names of what did not give at every length and position the bits that it gives in the whole.
std::string wrong;

template <class T>
[[nodiscard]] bool same(T const* a, T const* b, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    if (math::to_bits(a[i]) != math::to_bits(b[i]) && (a[i] == a[i] || b[i] == b[i])) {
      return false;
    }
  }
  return true;
}

/// kernel(first, size, out, how); type-erased, so that each is compiled once.
template <class T>
using range_kernel = std::function<void(std::size_t, std::size_t, T*, streaming)>;

/// Adds kernel(first, size, out, how) over all inputs, and compares it past the caches and over short ranges that begin anywhere.
template <class T>
[[gnu::noinline]] void add_kernel(hash& h, char const* name, range_kernel<T> const& kernel) {
  std::size_t const all = inputs<T>().size();
  std::vector<T> whole(all);
  kernel(0, all, whole.data(), {});
  for (T const value : whole) {
    h.add(value);
  }
  std::vector<T> part(all);
  kernel(0, all, part.data(), {.from_bytes = 1});
  if (!same(part.data(), whole.data(), all)) {
    wrong += std::string(name) + " past the caches; ";
  }
  for (std::size_t size = 0; size < 70; ++size) {
    std::size_t const first = size * 37 % 1500 + size % 5;
    kernel(first, size, part.data() + size % 7, {});
    if (!same(part.data() + size % 7, whole.data() + first, size)) {
      wrong += std::string(name) + " over " + std::to_string(size) + "; ";
      return;
    }
  }
}

template <class T>
void print(std::string_view name, char const* kernel, hash const& h) {
  std::printf("%.*s<%s> %s %016llx\n", static_cast<int>(name.size()), name.data(), sizeof(T) == 4 ? "float" : "double", kernel,
              h.value());
}

template <class F>
[[gnu::noinline]] void print_function() {
  using T = typename F::value_type;
  T const* const x = inputs<T>().data();
  T const* const dy = gradients<T>().data();
  [[maybe_unused]] static std::vector<T> const incoming = random_inputs<T>(inputs<T>().size(), 9);
  [[maybe_unused]] T const* const gates = incoming.data();
  using in = std::span<T const>;
  using out = std::span<T>;
  hash forwards;
  hash derivatives;
  hash backwards;
  hash from_outputs;
  hash slopes;
  [[maybe_unused]] hash gated_forwards;
  [[maybe_unused]] hash gated_backwards;
  for (F const& f : variants<F>()) {
    add_kernel<T>(forwards, "forward",
                  [&](std::size_t i, std::size_t n, T* y, streaming how) { forward(f, in(x + i, n), out(y, n), how); });
    add_kernel<T>(derivatives, "derivative",
                  [&](std::size_t i, std::size_t n, T* d, streaming how) { derivative(f, in(x + i, n), out(d, n), how); });
    add_kernel<T>(backwards, "backward", [&](std::size_t i, std::size_t n, T* dx, streaming how) {
      backward(f, in(x + i, n), in(dy + i, n), out(dx, n), how);
    });
    if constexpr (output_differentiable_activation<F>) {
      bool determined = true;
      if constexpr (requires { f.check_from_output(); }) {
        determined = !f.check_from_output();
      }
      if (determined) {
        add_kernel<T>(from_outputs, "backward_from_output", [&](std::size_t i, std::size_t n, T* dx, streaming how) {
          backward_from_output(f, in(x + i, n), in(dy + i, n), out(dx, n), how);
        });
      }
    }
    if constexpr (trainable_activation<F>) {
      T dslope;
      std::vector<T> dx(inputs<T>().size());
      for (std::size_t n = 0; n <= dx.size(); n += n < 64 ? 1 : 97) { // without infinities, which would hide the rest
        std::vector<T> const finite = random_inputs<T>(n, 5);
        backward(f, finite, in(dy, n), out(dx.data(), n), dslope);
        slopes.add(dslope);
      }
    }
#if !defined(RECTIFY_TEST_SOME) && !defined(RECTIFY_TEST_FUNCTIONS)
    gated<F> const unit{f};
    std::vector<T> da(inputs<T>().size());
    add_kernel<T>(gated_forwards, "gated forward", [&](std::size_t i, std::size_t n, T* y, streaming how) {
      forward(unit, in(dy + i, n), in(x + i, n), out(y, n), how);
    });
    add_kernel<T>(gated_backwards, "gated backward", [&](std::size_t i, std::size_t n, T* db, streaming how) {
      backward(unit, in(dy + i, n), in(x + i, n), in(gates + i, n), out(da.data(), n), out(db, n), how);
    });
    for (T const value : da) {
      gated_backwards.add(value);
    }
#endif
  }
  print<T>(F::name, "forward", forwards);
  print<T>(F::name, "derivative", derivatives);
  print<T>(F::name, "backward", backwards);
  if constexpr (output_differentiable_activation<F>) {
    print<T>(F::name, "backward_from_output", from_outputs);
  }
  if constexpr (trainable_activation<F>) {
    print<T>(F::name, "slope_gradient", slopes);
  }
#if !defined(RECTIFY_TEST_SOME) && !defined(RECTIFY_TEST_FUNCTIONS)
  print<T>(F::name, "gated_forward", gated_forwards);
  print<T>(F::name, "gated_backward", gated_backwards);
#endif
}

template <class T>
[[gnu::noinline]] void print_channelwise() {
  hash forwards;
  hash backwards;
  hash slope_gradients;
  for (channel_layout const& layout :
       {channel_layout{3, 7, 5}, {40, 3, 1}, {2, 3, 300}, {1, 64, 49}, {3, 17, 33}, {9, 30, 36}, {300, 20, 4}, {5, 1, 700}}) {
    std::size_t const size = layout.outer * layout.channels * layout.inner;
    std::vector<T> const slopes = random_inputs<T>(layout.channels, 6, 1);
    std::vector<T> const x = random_inputs<T>(size, 7);
    std::vector<T> const dy = random_inputs<T>(size, 8);
    std::vector<T> y(size);
    std::vector<T> dslopes(layout.channels);
    channelwise_prelu<T> const f{slopes, layout};
    forward(f, x, y);
    for (T const value : y) {
      forwards.add(value);
    }
    backward(f, x, dy, y, dslopes);
    for (T const value : y) {
      backwards.add(value);
    }
    for (T const value : dslopes) {
      slope_gradients.add(value);
    }
  }
  print<T>("channelwise_prelu", "forward", forwards);
  print<T>("channelwise_prelu", "backward", backwards);
  print<T>("channelwise_prelu", "slope_gradient", slope_gradients);
}

/// Rows of many lengths in one call, and each row alone.
template <class T, class Kernel>
[[gnu::noinline]] void add_rows(hash& h, char const* name, std::vector<T> const& x, Kernel const& kernel) {
  static constexpr std::size_t rows[] = {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 48, 64, 65, 100, 128, 129, 257, 1000, 1031, 2500};
  for (std::size_t const row : rows) {
    std::size_t const size = x.size() / row * row;
    std::vector<T> whole(size);
    kernel(0, size, row, whole.data());
    std::vector<T> alone(row + 1);
    for (std::size_t i = 0; i < size; i += row) {
      kernel(i, row, row, alone.data() + i % 2);
      if (!same(alone.data() + i % 2, whole.data() + i, row)) {
        wrong += std::string(name) + " of rows of " + std::to_string(row) + "; ";
        break;
      }
    }
    for (T const value : whole) {
      h.add(value);
    }
  }
}

template <class T>
[[gnu::noinline]] void print_softmax() {
  std::vector<T> x = random_inputs<T>(5000, 10);
  for (std::size_t i = 11; i < x.size(); i += 203) {
    x[i] = i % 2 == 0 ? -std::numeric_limits<T>::infinity() : T(1e4);
  }
  x[2777] = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> const probabilities = random_inputs<T>(x.size(), 11, 0.01);
  std::vector<T> logarithms = random_inputs<T>(x.size(), 12);
  for (T& value : logarithms) {
    value = -std::abs(value);
  }
  std::vector<T> const dy = random_inputs<T>(x.size(), 13);
  using in = std::span<T const>;
  using out = std::span<T>;
  hash hashes[4];
  add_rows(hashes[0], "softmax", x,
           [&](std::size_t i, std::size_t n, std::size_t row, T* y) { softmax(in(x).subspan(i, n), out(y, n), row); });
  add_rows(hashes[1], "log_softmax", x,
           [&](std::size_t i, std::size_t n, std::size_t row, T* y) { log_softmax(in(x).subspan(i, n), out(y, n), row); });
  add_rows(hashes[2], "softmax_backward", x, [&](std::size_t i, std::size_t n, std::size_t row, T* dx) {
    softmax_backward(in(probabilities).subspan(i, n), in(dy).subspan(i, n), out(dx, n), row);
  });
  add_rows(hashes[3], "log_softmax_backward", x, [&](std::size_t i, std::size_t n, std::size_t row, T* dx) {
    log_softmax_backward(in(logarithms).subspan(i, n), in(dy).subspan(i, n), out(dx, n), row);
  });
  print<T>("softmax", "forward", hashes[0]);
  print<T>("log_softmax", "forward", hashes[1]);
  print<T>("softmax", "backward", hashes[2]);
  print<T>("log_softmax", "backward", hashes[3]);
}

#ifndef RECTIFY_TEST_FUNCTIONS
/// A kernel over every number of 16 bits, whole and in a range too short for a register: machines have instructions for these.
template <class F, storage S>
[[gnu::noinline]] void print_stored(char const* type) {
  using E = stored_float<S>;
  std::vector<E> x(65536);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = E::from_bits(static_cast<std::uint16_t>(i));
  }
  std::vector<E> dy = x;
  std::reverse(dy.begin(), dy.end());
  std::vector<E> y(x.size());
  auto const add = [&](char const* name, auto const& kernel) {
    hash h;
    kernel(0, x.size(), y.data());
    for (E const value : y) {
      h.add(static_cast<float>(value));
    }
    std::vector<E> part(3);
    for (std::size_t i = 0; i + 3 <= x.size(); i += 29) {
      kernel(i, 3, part.data());
      for (std::size_t n = 0; n < 3; ++n) {
        if (part[n].bits() != y[i + n].bits() && (part[n] == part[n] || y[i + n] == y[i + n])) {
          wrong += std::string(name) + " of " + type + " over 3; ";
          return;
        }
      }
    }
    std::printf("%.*s<%s> %s %016llx\n", static_cast<int>(F::name.size()), F::name.data(), type, name, h.value());
  };
  using in = std::span<E const>;
  using out = std::span<E>;
  F const f{};
  add("forward", [&](std::size_t i, std::size_t n, E* to) { forward(f, in(x).subspan(i, n), out(to, n)); });
  add("backward",
      [&](std::size_t i, std::size_t n, E* to) { backward(f, in(x).subspan(i, n), in(dy).subspan(i, n), out(to, n)); });
}
#endif

#if !defined(RECTIFY_TEST_FEW) && !defined(RECTIFY_TEST_FUNCTIONS)
/// On an executor that takes its tasks from the last to the first: the bits of one call.
[[gnu::noinline]] void check_executor() {
  auto const backwards = [](std::size_t count, auto const& task) {
    while (count != 0) {
      task(--count);
    }
  };
  std::vector<float> const x = random_inputs<float>(100 * 1031, 14);
  std::vector<float> const dy = random_inputs<float>(x.size(), 15);
  std::vector<float> y(x.size());
  std::vector<float> z(x.size());
  prelu<float> const f{0.3F};
  float dslope = 0;
  float dslope_of_chunks = 1;
  backward(f, x, dy, y, dslope);
  backward(backwards, f, x, dy, z, dslope_of_chunks);
  bool good = y == z && same(&dslope, &dslope_of_chunks, 1);
  forward(elu<float>{}, x, y);
  forward(backwards, elu<float>{}, x, z);
  good = good && y == z;
  softmax(x, y, 1031);
  softmax(backwards, x, z, 1031);
  if (!good || y != z) {
    wrong += "an executor; ";
  }
}
#endif

template <class... F>
void print_functions(function_list<F...>) {
  (print_function<F>(), ...);
}

} // namespace

int main() {
#ifdef RECTIFY_DISPATCH
  std::printf("# %s\n", runtime_arch_name());
#else
  std::printf("# %s\n", compiled_arch::name());
#endif
#ifdef RECTIFY_TEST_FEW
  print_functions(function_list<my::fast_sigmoid<float>>{});
#elif defined(RECTIFY_TEST_FUNCTIONS) // in seconds
  print_functions(function_list<RECTIFY_TEST_FUNCTIONS>{});
  print_softmax<float>();
#elif defined(RECTIFY_TEST_SOME)      // takes half a minute to compile, all of them three times as long
  print_functions(function_list<my::fast_sigmoid<float>, elu<float>, celu<float>, softplus<float>, gelu<float>, mish<float>>{});
  print_functions(function_list<rectify::tanh<double>, silu<double>>{});
  print_channelwise<float>();
  print_softmax<float>();
  check_executor();
#else
  print_functions(function_list<my::fast_sigmoid<float>>{});
  print_functions(catalogue<float>{});
  print_functions(catalogue<double>{});
  print_channelwise<float>();
  print_channelwise<double>();
  print_softmax<float>();
  print_softmax<double>();
  check_executor();
#endif
#ifndef RECTIFY_TEST_FUNCTIONS
  print_stored<relu<float>, storage::bfloat16>("bfloat16"); // also without objects of relu, where those of others are chosen
  print_stored<relu<float>, storage::float16>("float16");
#ifndef RECTIFY_TEST_FEW // without objects its bits are of another class than theirs
  print_stored<gelu<float>, storage::bfloat16>("bfloat16");
  print_stored<gelu<float>, storage::float16>("float16");
#endif
#endif
  if (!wrong.empty()) {
    std::fprintf(stderr, "not the same bits at every length and position: %s\n", wrong.c_str());
    return 1;
  }
  return 0;
}
