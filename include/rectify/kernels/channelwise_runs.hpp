// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/backward.hpp>
#include <rectify/kernels/channelwise_layout.hpp>
#include <rectify/kernels/forward.hpp>

/// Runs that have one slope each, one behind the other.
namespace rectify {

/// y = prelu(x) for runs of a register or more, one behind the other: the register across the end of a run has the slopes of two.
/// From `begin` on, which lies in the first run, it is written in whole registers.
template <class Arch, bool Streams, class T, class E>
void forward_steps_of_runs(T const* slopes, channel_layout const& layout, E const* x, E* y, std::size_t begin) noexcept {
  using V = register_of<T, Arch>;
  using operation_of_run = forward_operation<prelu<T>>;
  std::array const inputs{x};
  std::array const outputs{y};
  std::size_t const size = layout.outer * layout.channels * layout.inner;
  operation_of_run first{{slopes[0]}};
  rectify::run<Arch, T>(first, inputs, outputs, begin);
  std::size_t i = begin;
  std::size_t end = 0;
  for (std::size_t row = 0; row < layout.outer; ++row) {
    for (std::size_t channel = 0; channel < layout.channels; ++channel) {
      end += layout.inner;
      operation_of_run operation{{slopes[channel]}};
      i = run_steps<V, values_per_step<operation_of_run, V>, Streams>(operation, inputs, outputs, i, end);
      i = run_steps<V, 1, Streams>(operation, inputs, outputs, i, end);
      if (i < end) {
        if (size - i < lanes<V>) {
          rectify::run<Arch, T>(operation, std::array{x + i}, std::array{y + i}, size - i);
          return;
        }
        V const next(slopes[channel + 1 == layout.channels ? 0 : channel + 1]);
        V const both = math::select(first_lanes<V>(end - i), V(slopes[channel]), next);
        write_at<Streams ? 1 : 0>(outputs, i, std::array{prelu<T>::forward(rectify::load<V>(x + i), both)});
        i += lanes<V>;
      }
    }
  }
}

/// The same along the alignment of y, where it is long enough to pay, and past the caches where that can be done.
template <class Arch, class T, class E>
void forward_runs(T const* slopes, channel_layout const& layout, E const* x, E* y, bool streams) noexcept {
  using V = register_of<T, Arch>;
  using operation = forward_operation<prelu<T>>;
  std::size_t const size = layout.outer * layout.channels * layout.inner;
  if constexpr (has_streamed_outputs<V, operation, std::array<E*, 1>>) {
    if (streams && is_streamable<V, operation>(std::array{x}, std::array{y}, size)) {
      forward_steps_of_runs<Arch, true>(slopes, layout, x, y, elements_to_alignment<V>(y));
      return;
    }
  }
  bool const is_aligned = size >= least_aligned_registers * lanes<V>;
  forward_steps_of_runs<Arch, false>(slopes, layout, x, y, is_aligned ? elements_to_alignment<V>(y) : 0);
}

/// dx of runs of a step or more, one behind the other, and the slope gradient of each in `sums`: the step across the end of a run
/// has the slopes of two. Where a run begins within a step changes no sum: what stands a step apart is added up first, and the
/// halves of a step meet the same halves, however they are turned. The steps begin behind `begin` elements, fewer than a step.
template <class Arch, bool Streams, class Form, class T, class E>
void backward_steps_of_runs(T const* slopes, std::size_t channels, std::size_t inner, E const* x, E const* dy, E* dx, T* sums,
                            std::size_t begin) noexcept {
  using F = prelu<T>;
  using V = std::conditional_t<sizeof(register_of<T, Arch>) <= run_step_bytes, register_of<T, Arch>, T>;
  constexpr std::size_t registers = run_step_bytes / sizeof(V);
  constexpr std::size_t step = registers * lanes<V>;
  std::array const inputs{x, dy};
  std::array const outputs{dx};
  std::size_t const size = channels * inner;
  auto const start = sums_of_step<run_step_bytes>(plain_sum<V>{V(T(0))});
  backward_with_slope_operation<F, Form, V, run_step_bytes> operation{F{slopes[0]}, Form{slopes[0]}, start};
  std::size_t i = 0;
  if (begin != 0) {
    run_head<V>(operation, inputs, outputs, begin);
    i = begin;
  }
  std::size_t end = 0;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    end += inner;
    operation.f = F{slopes[channel]};
    operation.slope_form = Form{slopes[channel]};
    i = run_steps<V, registers, Streams>(operation, inputs, outputs, i, end);
    auto sums_of_next = start;
    if (size - i < step) {
      run_rest<V, false>(operation, inputs, outputs, i, size);
    } else if (i < end) {
      V const slope(slopes[channel]);
      V const next(slopes[channel + 1]);
      auto const run_register = [&]<std::size_t Register>() __attribute__((always_inline)) {
        std::size_t const at = i + Register * lanes<V>;
        auto const is_here = first_lanes<V, Register>(end - i);
        V const xs = in_register(rectify::load<V>(x + at));
        V const dys = in_register(rectify::load<V>(dy + at));
        V& here = operation.sums[Register].value;
        V const both = F::add_slope_gradient(math::keep_where(is_here, here), xs, dys);
        here = math::select(is_here, both, here);
        sums_of_next[Register].value = math::zero_where(is_here, both);
        write_at<Streams ? 1 : 0>(outputs, at, std::array{Form::backward(xs, dys, V(math::select(is_here, slope, next)))});
      };
      [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
        (run_register.template operator()<R>(), ...);
      }
      (std::make_index_sequence<registers>{});
      i += step;
    }
    fold_registers<registers, V, plain_sum>(operation.sums);
    sums[channel] = first_lane(operation.sums[0].value);
    operation.sums = sums_of_next;
  }
}

/// The same, past the caches where that can be done. Through them it is not done along registers: more steps would cross the end
/// of a run.
template <class Arch, class Form, class T, class E>
void backward_runs(T const* slopes, std::size_t channels, std::size_t inner, E const* x, E const* dy, E* dx, T* sums,
                   bool streams) noexcept {
  using V = register_of<T, Arch>;
  using operation = backward_with_slope_operation<prelu<T>, Form, V, run_step_bytes>;
  if constexpr (has_streamed_outputs<V, operation, std::array<E*, 1>>) {
    if (streams) {
      range_writing const writing = writing_of_steps<V, operation>(std::array{x, dy}, std::array{dx}, channels * inner, streams);
      if (writing.streams) {
        backward_steps_of_runs<Arch, true, Form>(slopes, channels, inner, x, dy, dx, sums, writing.begin);
        return;
      }
    }
  }
  backward_steps_of_runs<Arch, false, Form>(slopes, channels, inner, x, dy, dx, sums, 0);
}

} // namespace rectify
