// SPDX-License-Identifier: MIT
// A target for libFuzzer: a function, its parameters, a length, places in memory and bit patterns, all as the fuzzer likes; each
// kernel of rectify::dispatch gives the bits of the scalar functor, or refuses the parameters that it has to, and touches nothing
// outside its ranges.
#include "support/guarded.hpp"

#include <rectify/rectify.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace rectify;
using namespace rectify::test;

namespace {

constexpr std::size_t longest = 300;

/// What the fuzzer gives; zeros behind its end.
class bytes {
public:
  bytes(std::uint8_t const* data, std::size_t size) : data_(data), size_(size) {}

  template <class T>
  T next() {
    T value{};
    std::size_t const count = std::min(sizeof(T), size_);
    if (count != 0) {
      std::memcpy(&value, data_, count);
    }
    data_ += count;
    size_ -= count;
    return value;
  }

private:
  std::uint8_t const* data_;
  std::size_t size_;
};

/// Memory for the ranges of a call, made once.
template <class T>
guarded<T>& memory(std::size_t which) {
  static guarded<T> all[] = {guarded<T>(2 * longest), guarded<T>(2 * longest), guarded<T>(2 * longest), guarded<T>(2 * longest),
                             guarded<T>(2 * longest)};
  return all[which];
}

/// A range that ends or begins near a guard page.
template <class T>
std::span<T> place(bytes& from, std::size_t which, std::size_t size) {
  auto const where = from.next<std::uint8_t>();
  std::size_t const offset = where / 2U % 40U;
  return where % 2U == 0 ? memory<T>(which).at_back(size, where < 128 ? 0 : offset) : memory<T>(which).at_front(size, offset);
}

template <class T>
void fill(bytes& from, std::span<T> range) {
  for (T& x : range) {
    switch (from.next<std::uint8_t>() % 4U) {
    case 0: // any bits
      x = from.next<T>();
      break;
    case 1: // of ordinary size
      x = static_cast<T>(from.next<std::int32_t>()) / T(1 << 26);
      break;
    case 2: // where exponentials end
      x = static_cast<T>(from.next<std::int16_t>()) / T(32);
      break;
    default: // the same again
      x = &x == range.data() ? T(0) : (&x)[-1];
    }
  }
}

template <class T>
void expect(std::string_view name, char const* kernel, std::size_t size, std::size_t i, T x, T result, T expected) {
  if (math::to_bits(result) != math::to_bits(expected) && (result == result || expected == expected)) {
    std::fprintf(stderr, "%.*s<%s> %s of %zu elements, x[%zu] = %a: %a, the functor has %a\n", static_cast<int>(name.size()),
                 name.data(), sizeof(T) == 4 ? "float" : "double", kernel, size, i, static_cast<double>(x),
                 static_cast<double>(result), static_cast<double>(expected));
    std::abort();
  }
}

/// Must kernels refuse f?
template <class F>
bool is_refused(F const& f) {
  for (parameter<F> const& p : parameters_of<F>()) {
    if (check_finite(p.name, f.*p.member)) {
      return true;
    }
  }
  if constexpr (requires { f.check(); }) {
    return static_cast<bool>(f.check());
  }
  return false;
}

template <class F>
void check(bytes& from) {
  using T = typename F::value_type;
  F f{};
  for (parameter<F> const& p : parameters_of<F>()) {
    T value[1];
    fill<T>(from, value);
    if (from.next<std::uint8_t>() % 4U != 0) {
      f.*p.member = value[0];
    }
  }
  std::size_t const size = from.next<std::uint16_t>() % longest;
  streaming const how{from.next<std::uint8_t>() % 4U == 0 ? std::size_t{1} : streaming::by_machine};
  std::span<T> const x = place<T>(from, 0, size);
  std::span<T> const dy = place<T>(from, 1, size);
  std::span<T> y = place<T>(from, 2, size);
  std::span<T> const z = place<T>(from, 3, size);
  fill(from, x);
  fill(from, dy);
  if (is_refused(f)) {
    try {
      forward(f, x, y, how);
    } catch (std::invalid_argument const&) {
      return;
    }
    std::fputs("a parameter is not refused\n", stderr);
    std::abort();
  }
  forward(f, x, y, how);
  for (std::size_t i = 0; i < size; ++i) {
    expect(F::name, "forward", size, i, x[i], y[i], f.forward(x[i]));
  }
  derivative(f, x, y, how);
  for (std::size_t i = 0; i < size; ++i) {
    expect(F::name, "derivative", size, i, x[i], y[i], f.derivative(x[i]));
  }
  forward(gated<F>{f}, dy, x, z, how);
  for (std::size_t i = 0; i < size; ++i) {
    expect(F::name, "gated forward", size, i, x[i], z[i], gated<F>{f}.forward(dy[i], x[i]));
  }
  backward(f, x, dy, y, how);
  for (std::size_t i = 0; i < size; ++i) {
    expect(F::name, "backward", size, i, x[i], y[i], chain(f, x[i], dy[i]));
  }
  if constexpr (output_differentiable_activation<F>) {
    bool determined = true;
    if constexpr (requires { f.check_from_output(); }) {
      determined = !f.check_from_output();
    }
    if (determined) {
      backward_from_output(f, x, dy, y, how);
      for (std::size_t i = 0; i < size; ++i) {
        expect(F::name, "backward_from_output", size, i, x[i], y[i], chain_from_output(f, x[i], dy[i]));
      }
    }
  }
  // in place: what was x is y afterwards
  std::span<T> const w = place<T>(from, 4, size);
  std::copy(x.begin(), x.end(), w.begin());
  forward(f, w);
  for (std::size_t i = 0; i < size; ++i) {
    expect(F::name, "forward in place", size, i, x[i], w[i], f.forward(x[i]));
  }
}

template <class... F>
void check_one(function_list<F...>, bytes& from) {
  static constexpr void (*all[])(bytes&) = {&check<F>...};
  all[from.next<std::uint8_t>() % sizeof...(F)](from);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  bytes from(data, size);
  switch (from.next<std::uint8_t>() % 4U) {
  case 0:
    check_one(catalogue<float>{}, from);
    break;
  case 1:
    check_one(catalogue<double>{}, from);
    break;
  case 2:
    check_one(catalogue<float, kink::left>{}, from);
    break;
  default:
    check_one(catalogue<double, kink::left>{}, from);
  }
  return 0;
}
