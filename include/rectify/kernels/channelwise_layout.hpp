// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/forms.hpp>
#include <rectify/functions/prelu.hpp>
#include <rectify/kernels/loop.hpp>

#include <cstddef>
#include <span>

namespace rectify {

/// The shape x[outer][channels][inner], row-major: NCHW is {N, C, H · W}, NHWC is {N · H · W, C, 1}, a vector of features a
/// sample is {N, C, 1}.
struct channel_layout {
  std::size_t outer = 1;
  std::size_t channels = 1;
  std::size_t inner = 1;

  [[gnu::always_inline]] friend constexpr bool operator==(channel_layout const&, channel_layout const&) = default;
};

/// prelu with one slope a channel. It refers to the slopes and does not copy them.
///
/// forward         y[o][c][i] = x[o][c][i] < 0 ? slopes[c] · x[o][c][i] : x[o][c][i]; else as prelu
/// parameters      slopes: one finite number a channel; layout: its product is the size of x
template <std::floating_point T = float, kink K = kink::zero>
struct channelwise_prelu {
  using value_type = T;
  static constexpr std::string_view name = "channelwise_prelu";

  std::span<T const> slopes;
  channel_layout layout;
};

/// How many chunks `size` has, the last of which may be cut.
[[nodiscard, gnu::always_inline]] constexpr std::size_t chunks_in(std::size_t size, std::size_t chunk) noexcept {
  return (size + chunk - 1) / chunk;
}

/// What one thread takes of a layout: `size` rows, channels and elements of each run, from `begin` on.
struct channel_part {
  channel_layout begin;
  channel_layout size;
};

/// All of it.
[[nodiscard, gnu::always_inline]] constexpr channel_part whole(channel_layout const& layout) noexcept {
  return {{0, 0, 0}, layout};
}

/// Bytes, as floats of T, from which on runs need no table of slopes, in the forward pass and in the backward pass. Of few rows
/// shorter ones need none either: a table does not pay for them.
inline constexpr std::size_t forward_run_bytes = 128;
inline constexpr std::size_t backward_run_bytes = 144;
inline constexpr std::size_t run_step_bytes = 64; // in a step across the end of a run: no such run is shorter

template <class T>
[[nodiscard, gnu::always_inline]] constexpr bool has_runs(channel_layout const& layout, std::size_t bytes) noexcept {
  std::size_t const run = layout.inner * sizeof(T);
  return run >= bytes || (layout.outer < 4 && run >= run_step_bytes);
}

/// What is done with a layout in the backward pass, on which the order of the sums depends: long runs are taken one by one,
/// others one behind the other where a row has many of them.
enum class backward_way { tables, runs, long_runs };

template <class T>
[[nodiscard, gnu::always_inline]] constexpr backward_way backward_way_of(channel_layout const& layout) noexcept {
  constexpr std::size_t many_bytes = 4096;
  bool const has_many = layout.outer < 4 || layout.channels * layout.inner * sizeof(T) >= many_bytes;
  std::size_t const long_run_bytes = has_many ? 1024 : 640;
  if (layout.inner * sizeof(T) >= long_run_bytes) {
    return backward_way::long_runs;
  }
  return has_many && has_runs<T>(layout, backward_run_bytes) ? backward_way::runs : backward_way::tables;
}

/// Has the derivative the form of a kinked_leak for each of these slopes?
template <class Arch, class T>
[[nodiscard]] bool have_kinked_form(T const* slopes, std::size_t count) noexcept {
  using V = register_of<T, Arch>;
  V are_kinked(T(1)); // 0 where one is not
  for (std::size_t i = 0; i < count; i += lanes<V>) {
    V const some = i + lanes<V> <= count ? rectify::load<V>(slopes + i) : load_part<V>(slopes + i, count - i, T(2));
    are_kinked = math::keep_where(kinked_leak<T>::is_for(some), are_kinked);
  }
  T numbers[lanes<V>];
  rectify::store(numbers, are_kinked);
  T least = 1;
  for (T const number : numbers) {
    least = number < least ? number : least;
  }
  return least != T(0);
}

/// What `choose`, a template, returns for the type that computes the derivative for all of these slopes, as prelu itself does.
/// One for all: a choice for each run takes longer than it saves.
template <class Arch, kink K, class T, class Choose>
[[nodiscard, gnu::always_inline]] inline auto for_form_of_slopes(T const* slopes, std::size_t count,
                                                                 Choose const& choose) noexcept {
  if constexpr (K == kink::zero && !math::has_replace_by_sign<register_of<T, Arch>>) {
    if (have_kinked_form<Arch>(slopes, count)) [[likely]] {
      return choose.template operator()<kinked_leak<T>>();
    }
  }
  return choose.template operator()<prelu<T, K>>();
}

} // namespace rectify
