// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>
#include <rectify/kernels/storage.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <type_traits>

/// Errors are found before anything is written, and say what they found. Each function carries the instruction set in its
/// name, like every other that is not forced inline.
namespace rectify {

/// Throws std::invalid_argument with the formatted text; without exceptions, writes it to stderr and aborts.
template <class Arch, class... Values>
[[noreturn, gnu::cold, gnu::noinline]] void fail(char const* format, Values... values) {
  char text[320];
  std::snprintf(text, sizeof text, format, values...);
#if defined(__cpp_exceptions)
  throw std::invalid_argument(text);
#else
  std::fputs(text, stderr);
  std::fputc('\n', stderr);
  std::abort();
#endif
}

/// A range as kernels and errors speak of it: with the name of the argument.
template <class T>
struct named_range {
  char const* name;
  T* data;
  std::size_t size;

  [[nodiscard, gnu::always_inline]] std::uintptr_t begin() const noexcept { return reinterpret_cast<std::uintptr_t>(data); }
  [[nodiscard, gnu::always_inline]] std::uintptr_t end() const noexcept { return begin() + bytes(); }
  [[nodiscard, gnu::always_inline]] std::size_t bytes() const noexcept { return size * sizeof(T); }
  /// For a text. No void const*, which compilers take for a promise to read what is there.
  [[nodiscard, gnu::always_inline]] void* address() const noexcept { return reinterpret_cast<void*>(begin()); }
};

/// a must have as many elements as b.
template <class Arch, class A, class B>
[[gnu::always_inline]] inline void check_same_size(char const* function, named_range<A> const& a, named_range<B> const& b) {
  if (a.size != b.size) [[unlikely]] {
    fail<Arch>("rectify::%s: %s has %zu elements, but %s has %zu; they must be equal", function, a.name, a.size, b.name, b.size);
  }
}

/// output may be exactly input, or disjoint from it.
template <class Arch, class T, class U>
[[gnu::always_inline]] inline void check_overlap(char const* function, named_range<T> const& output,
                                                 named_range<U> const& input) {
  if (output.begin() < input.end() && input.begin() < output.end() &&
      (output.begin() != input.begin() || output.end() != input.end())) [[unlikely]] {
    fail<Arch>("rectify::%s: %s and %s overlap in part: %s is %zu bytes at %p, %s is %zu bytes at %p; "
               "they must be the same range or disjoint",
               function, output.name, input.name, output.name, output.bytes(), output.address(), input.name, input.bytes(),
               input.address());
  }
}

/// Two outputs must be disjoint.
template <class Arch, class T, class U>
[[gnu::always_inline]] inline void check_disjoint(char const* function, named_range<T> const& a, named_range<U> const& b) {
  if (a.begin() < b.end() && b.begin() < a.end()) [[unlikely]] {
    fail<Arch>("rectify::%s: %s and %s overlap: %s is %zu bytes at %p, %s is %zu bytes at %p; two outputs must be disjoint",
               function, a.name, b.name, a.name, a.bytes(), a.address(), b.name, b.bytes(), b.address());
  }
}

/// What every elementwise kernel asks of its ranges: the output is as long as each input, and exactly it or disjoint from it.
template <class Arch, class T, class... Inputs>
[[gnu::always_inline]] inline void check_ranges(char const* function, named_range<T> const& output, Inputs const&... inputs) {
  (check_same_size<Arch>(function, inputs, output), ...);
  (check_overlap<Arch>(function, output, inputs), ...);
}

template <class Arch>
[[gnu::always_inline]] inline void check_parameter(char const* function, parameter_error const& error) {
  if (error) [[unlikely]] {
    fail<Arch>("rectify::%s: parameter %s = %.9g %s", function, error.name, error.value, error.requirement);
  }
}

/// Each parameter is finite, and what more the functor asks of them.
template <class Arch, class F>
[[gnu::always_inline]] inline void check_parameters(char const* function, F const& f) {
  for (parameter<F> const& p : parameters_of<F>()) {
    check_parameter<Arch>(function, check_finite(p.name, f.*p.member));
  }
  if constexpr (requires { f.check(); }) {
    check_parameter<Arch>(function, f.check());
  }
}

template <class Arch, class F>
[[gnu::always_inline]] inline void check_parameters_from_output(char const* function, F const& f) {
  if constexpr (requires { f.check_from_output(); }) {
    check_parameter<Arch>(function, f.check_from_output());
  }
}

/// As kernels have it: one type for all that are stored alike, whatever their own.
template <class E>
struct stored_form {
  using type = E;
};
template <stored_in_16_bits E>
struct stored_form<E> {
  using type = stored_float<storage_of<E>>;
};
template <class E>
using stored_form_of = typename stored_form<E>::type;

/// Ranges of whole rows.
template <class Arch, class T>
[[gnu::always_inline]] inline void check_rows(char const* function, named_range<T> const& range, std::size_t row) {
  if (row == 0 ? range.size != 0 : range.size % row != 0) [[unlikely]] {
    fail<Arch>("rectify::%s: %s has %zu elements, which is no multiple of row = %zu", function, range.name, range.size, row);
  }
}

/// A range whose elements lie one behind the other, and that knows how many they are.
template <class Range>
concept range_in_memory = std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range>;

/// A range whose elements are E as kernels have it.
template <class Range, class E>
concept range_of = range_in_memory<Range> && std::is_same_v<stored_form_of<std::ranges::range_value_t<Range>>, E>;

/// What the ranges of a call with a functor of T are made of, by its output: T itself, or numbers of 16 bits for float. T also
/// where the output is neither, which name_output refuses.
template <class T, class Output>
struct element {
  using type = T;
};
template <range_in_memory Output>
requires stored_in_16_bits<std::ranges::range_value_t<Output>>
struct element<float, Output> {
  using type = stored_form_of<std::ranges::range_value_t<Output>>;
};
template <class T, class Output>
using element_of = typename element<T, std::remove_reference_t<Output>>::type;

/// The same without a functor: double, float or numbers of 16 bits, as the output has them.
template <class Output>
using element_of_rows = element_of<std::conditional_t<range_of<Output, double>, double, float>, Output>;

/// Where the elements of a contiguous range begin. Not std::ranges::data, which is to be the same: data() of xtensor's views is
/// where the tensor begins that they view a part of.
template <class Range>
[[nodiscard, gnu::always_inline]] inline auto data_of(Range& range) noexcept {
  return std::to_address(std::ranges::begin(range));
}

/// Says what a range should be that is not one of E.
template <class Range, class E>
consteval void refuse_range() {
  static_assert(range_in_memory<Range>,
                "rectify: inputs and outputs must be contiguous ranges: std::vector, std::array, std::span or C arrays");
  if constexpr (range_in_memory<Range>) {
    constexpr bool is_for_float = std::is_same_v<E, double> && stored_in_16_bits<std::ranges::range_value_t<Range>>;
    static_assert(!is_for_float,
                  "rectify: ranges of 16 bits are computed in float: write elu<float> for ranges of bfloat16 or float16");
    static_assert(is_for_float || range_of<Range, E>,
                  "rectify: the elements of every range of a call must be of one type: float, double, or floats of 16 bits; with "
                  "a functor, its value_type, or for float also 16 bits: write elu<float> for ranges of float, or elu<double> "
                  "for ranges of double");
  }
}

/// Names an input, and refuses what is not a contiguous range of E.
template <class E, class Range>
[[nodiscard, gnu::always_inline]] inline named_range<E const> name_input(char const* name, Range const& range) noexcept {
  if constexpr (range_of<Range const, E>) {
    return {name, reinterpret_cast<E const*>(data_of(range)), std::ranges::size(range)};
  } else {
    refuse_range<Range const, E>();
  }
  return {name, nullptr, 0};
}

/// Names an output, and refuses what is not a writable contiguous range of E.
template <class E, class Range>
[[nodiscard, gnu::always_inline]] inline named_range<E> name_output(char const* name, Range& range) noexcept {
  if constexpr (range_of<Range, E>) {
    constexpr bool is_const = std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<Range>>>;
    static_assert(!is_const,
                  "rectify: the elements of an output must not be const: write std::span<float>, not std::span<float const>");
    if constexpr (!is_const) {
      return {name, reinterpret_cast<E*>(data_of(range)), std::ranges::size(range)};
    }
  } else {
    refuse_range<Range, E>();
  }
  return {name, nullptr, 0};
}

} // namespace rectify
