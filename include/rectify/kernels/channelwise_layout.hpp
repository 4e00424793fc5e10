// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/prelu.hpp>

#include <cstddef>
#include <span>

namespace rectify {

/// The shape x[outer][channels][inner], row-major: NCHW is {N, C, H · W}, NHWC is {N · H · W, C, 1}, a vector of features a
/// sample is {N, C, 1}.
struct channel_layout {
  std::size_t outer = 1;
  std::size_t channels = 1;
  std::size_t inner = 1;

  friend constexpr bool operator==(channel_layout const&, channel_layout const&) = default;
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

/// What one thread takes of a layout: `size` rows, channels and elements of each run, from `begin` on.
struct channel_part {
  channel_layout begin;
  channel_layout size;
};

/// All of it.
[[nodiscard, gnu::always_inline]] constexpr channel_part whole(channel_layout const& layout) noexcept {
  return {{0, 0, 0}, layout};
}

/// Bytes, as floats of T, from which on runs are long: those have one slope each, shorter ones take theirs from a table. The
/// order of the sums depends on backward's.
inline constexpr std::size_t forward_run_bytes = 128;
inline constexpr std::size_t backward_run_bytes = 640;

/// The same of a step across the end of a run: no long run is shorter.
inline constexpr std::size_t run_step_bytes = 64;

/// Is a run long? A table that serves few rows does not pay.
template <class T>
[[nodiscard, gnu::always_inline]] constexpr bool is_long_run(channel_layout const& layout, std::size_t bytes) noexcept {
  std::size_t const run = layout.inner * sizeof(T);
  return run >= bytes || (layout.outer < 4 && run >= run_step_bytes);
}

} // namespace rectify
