// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/caches.hpp>
#include <rectify/kernels/memory.hpp>
#include <rectify/kernels/seam.hpp>
#include <rectify/kernels/storage_selection.hpp>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace rectify {

/// What the loop applies: `inputs` numbers become `outputs` numbers, in each lane for itself.
///
///   static constexpr std::size_t inputs, outputs;
///   static constexpr bool accumulates;   // whether the operation adds up elements in lanes of its own (see below)
///   template <std::size_t Register, class V> std::array<V, outputs> operator()(std::array<V, inputs> const&)
///
/// Register counts the registers within a step. Element i of the data meets lane (i mod step) of the step, for an operation
/// that accumulates also in the tail, or with an output all of them as many lanes earlier; its step is the same number of bytes
/// on every machine, and so are its sums. With no outputs it does nothing else. It may have a shorter step of its own,
///   static constexpr std::size_t step_bytes;
/// Where fewer numbers are left than a register holds, its other lanes meet 0, or the operation's
///   static constexpr T padding;
template <class Operation>
concept elementwise_operation = requires {
  { Operation::inputs } -> std::convertible_to<std::size_t>;
  { Operation::outputs } -> std::convertible_to<std::size_t>;
  { Operation::accumulates } -> std::convertible_to<bool>;
};

/// Bytes of each input, as floats of T, that an accumulating operation takes in one step: two of the widest registers, and no
/// more than half the registers of the smallest machine.
inline constexpr std::size_t accumulating_step_bytes = 128;

template <elementwise_operation Operation>
inline constexpr std::size_t step_bytes = accumulating_step_bytes;
template <elementwise_operation Operation>
requires requires {
  Operation::step_bytes;
}
inline constexpr std::size_t step_bytes<Operation> = Operation::step_bytes;

/// What the lanes of a register meet for which there are no numbers.
template <elementwise_operation Operation, class T>
inline constexpr T padding_of = T(0);

template <elementwise_operation Operation, class T>
requires requires {
  Operation::padding;
}
inline constexpr T padding_of<Operation, T> = Operation::padding;

/// Is the operation a long formula in two stages?
///   template <class V> std::array<V, n> first_stage(std::array<V, inputs> const&)
///   template <class V> std::array<V, outputs> second_stage(std::array<V, inputs> const&, std::array<V, n> const&)
template <elementwise_operation Operation>
inline constexpr bool has_stages = requires {
  requires Operation::has_stages;
};

/// In which order they are run in registers of V: the operation's `stages_in_many_registers` or `stages_in_few_registers`.
template <elementwise_operation Operation, math::value V>
inline constexpr stage_order stage_order_in = [] {
  if constexpr (has_registers_for_two_pairs<V>) {
    return Operation::stages_in_many_registers;
  } else if constexpr (has_few_registers_and_fma<V> && requires { Operation::stages_in_few_registers; }) {
    return Operation::stages_in_few_registers;
  } else {
    return stage_order::through_memory;
  }
}();

/// Does it go through them in registers of V, with what lies between them in memory?
template <elementwise_operation Operation, math::value V>
inline constexpr bool runs_in_stages = [] {
  if constexpr (lanes<V> != 1 && has_stages<Operation>) {
    return stage_order_in<Operation, V> == stage_order::through_memory;
  } else {
    return false;
  }
}();

/// What a step of the loop is computed on, register by register, pair by pair or two pairs at a time, and how many of them are in
/// a step.
template <elementwise_operation Operation, math::value V>
inline constexpr bool runs_in_pairs = [] {
  if constexpr (Operation::accumulates || lanes<V> == 1) {
    return false;
  } else if constexpr (has_stages<Operation>) {
    return has_registers_for_two_pairs<V> || runs_in_stages<Operation, V>;
  } else {
    return is_long_chain<Operation>;
  }
}();
template <elementwise_operation Operation, math::value V>
inline constexpr bool runs_in_two_pairs =
    has_registers_for_two_pairs<V> && !runs_in_stages<Operation, V> && (runs_in_pairs<Operation, V>);

/// Do the steps of two pairs overlap by a stage? Not on numbers of 16 bits, which may come in pairs alone.
template <elementwise_operation Operation, class Step, class Inputs>
inline constexpr bool overlaps_stages = false;
template <elementwise_operation Operation, class V, class Inputs>
requires has_stages<Operation>
inline constexpr bool overlaps_stages<Operation, register_pair<register_pair<V>>, Inputs> =
    Operation::stages_in_many_registers == stage_order::overlapped &&
    std::same_as<std::tuple_element_t<0, Inputs>, math::scalar_of<V> const*>;

template <elementwise_operation Operation, math::value V>
using step_value = std::conditional_t<runs_in_two_pairs<Operation, V>, register_pair<register_pair<V>>,
                                      std::conditional_t<runs_in_pairs<Operation, V>, register_pair<V>, V>>;
template <elementwise_operation Operation, math::value V>
inline constexpr std::size_t values_per_step = Operation::accumulates        ? step_bytes<Operation> / sizeof(V)
                                               : runs_in_pairs<Operation, V> ? 1
                                                                             : 4;
/// What is selected from is held in registers from the look for a NaN to the end of the step.
template <elementwise_operation Operation, math::value V>
requires holds_stored_bits<V>
inline constexpr std::size_t values_per_step<Operation, V> = std::max(4 / Operation::inputs, std::size_t{1});

/// The elements before the first one whose address is a multiple of the size of so many of them.
template <std::size_t Elements, class E>
[[nodiscard, gnu::always_inline]] inline std::size_t elements_to_multiple_of(E const* data) noexcept {
  std::size_t const behind = reinterpret_cast<std::uintptr_t>(data) / sizeof(E) % Elements;
  return behind == 0 ? 0 : Elements - behind;
}

/// The elements before the first one that lies on a register's alignment.
template <math::value V, class E>
[[nodiscard, gnu::always_inline]] inline std::size_t elements_to_alignment(E const* data) noexcept {
  return elements_to_multiple_of<lanes<V>>(data);
}

/// The elements of a line of the caches, and those before the first one that begins a line.
template <class E>
inline constexpr std::size_t elements_of_line = 64 / sizeof(E);
template <class E>
[[nodiscard, gnu::always_inline]] inline std::size_t elements_to_line(E const* data) noexcept {
  return elements_to_multiple_of<elements_of_line<E>>(data);
}

/// Registers from which on a range is written along their alignment, where the formula is short: a store across two lines of the
/// cache takes the time of two, and the elements before the first line that of a register.
inline constexpr std::size_t least_aligned_registers = 64;
inline constexpr std::size_t least_aligned_sum_registers = 256; // the elements before it take longer (run_head)

/// The elements before the first one that such a range writes by whole registers. Along the alignment of the output, but where
/// two inputs or more share one, along theirs: two loads across two lines take longer than one store.
template <math::value V, class Inputs, class Outputs>
[[nodiscard, gnu::always_inline]] inline std::size_t elements_to_common_alignment(Inputs const& inputs,
                                                                                  Outputs const& outputs) noexcept {
  if constexpr (std::tuple_size_v<Inputs> >= 2) {
    std::size_t const elements = elements_to_alignment<V>(std::get<0>(inputs));
    auto const share_it = [&](auto const*... input) __attribute__((always_inline)) {
      return (... && (elements_to_alignment<V>(input) == elements));
    };
    if (std::apply(share_it, inputs)) {
      return elements;
    }
  }
  return elements_to_alignment<V>(std::get<0>(outputs));
}

/// Bytes of a range below which its ends, which go through the cache, would share most lines with what goes past it.
inline constexpr std::size_t least_streamed_range = 1024;

/// May ranges of so many elements, one such a pitch after the other, be written past the caches one by one? A line of which a
/// part goes through the caches takes as long as a hundred others (0.4 µs, Zen 3): where a range of whole lines ends within one,
/// the next goes on in it, and the ends of a long one do not count.
template <class E>
[[nodiscard, gnu::always_inline]] constexpr bool are_streamable_one_by_one(std::size_t size, std::size_t pitch) noexcept {
  constexpr std::size_t long_range = 65536 / sizeof(E);
  return (size % elements_of_line<E> == 0 && pitch % elements_of_line<E> == 0) || size >= long_range;
}

/// How many outputs, the first ones, may be written past the caches: all, or the operation's `streamed_outputs`.
template <elementwise_operation Operation>
inline constexpr std::size_t streamed_outputs = Operation::outputs;
template <elementwise_operation Operation>
requires requires {
  Operation::streamed_outputs;
}
inline constexpr std::size_t streamed_outputs<Operation> = Operation::streamed_outputs;

/// Can they be written so? Not in place, where their lines are cached, and only as many registers side by side as share an
/// alignment.
template <math::value V, elementwise_operation Operation, class Inputs, class Outputs>
[[nodiscard, gnu::always_inline]] inline bool is_streamable(Inputs const& inputs, Outputs const& outputs,
                                                            std::size_t size) noexcept {
  auto const* const first = std::get<0>(outputs);
  if (size * sizeof(*first) < least_streamed_range) {
    return false;
  }
  auto const can_be_written = [&](auto const* output) __attribute__((always_inline)) {
    auto const is_elsewhere = [&](auto const*... input) __attribute__((always_inline)) {
      return (... && (static_cast<void const*>(input) != output));
    };
    return elements_to_alignment<V>(output) == elements_to_alignment<V>(first) &&
           reinterpret_cast<std::uintptr_t>(output) % sizeof(*output) == 0 && std::apply(is_elsewhere, inputs);
  };
  return [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
    return (... && can_be_written(std::get<N>(outputs)));
  }
  (std::make_index_sequence<streamed_outputs<Operation>>{});
}

/// Are there such outputs, and have they stores that go past the caches?
template <math::value V, elementwise_operation Operation, class Outputs>
inline constexpr bool has_streamed_outputs = []<std::size_t... N>(std::index_sequence<N...>) {
  return sizeof...(N) != 0 && (... && can_stream<V, std::remove_pointer_t<std::tuple_element_t<N, Outputs>>>);
}
(std::make_index_sequence<streamed_outputs<Operation>>{});

/// apply(the numbers from i on), of which `known` may tell.
template <math::value V, std::size_t Count, class Inputs, class Apply, class... Known>
[[nodiscard, gnu::always_inline]] inline auto apply_at([[maybe_unused]] Inputs const& inputs, [[maybe_unused]] std::size_t i,
                                                       Apply const& apply, Known... known) noexcept {
  return [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
    if constexpr (sizeof...(N) == 1) {
      return apply(std::array{rectify::load<V>(std::get<N>(inputs) + i, known...)...});
    } else {
      return apply(std::array{in_register(rectify::load<V>(std::get<N>(inputs) + i, known...))...});
    }
  }
  (std::make_index_sequence<Count>{});
}

/// What the operation makes of them.
template <math::value V, std::size_t Register, elementwise_operation Operation, class Inputs, class... Known>
[[nodiscard, gnu::always_inline]] inline auto results_at(Operation& operation, Inputs const& inputs, std::size_t i,
                                                         Known... known) noexcept {
  auto const apply = [&](auto const& numbers) __attribute__((always_inline)) {
    return operation.template operator()<Register>(numbers);
  };
  return apply_at<V, Operation::inputs>(inputs, i, apply, known...);
}

/// Writes results to where they belong, the first `Streamed` past the caches.
template <std::size_t Streamed, class Outputs, class V, std::size_t Count>
[[gnu::always_inline]] inline void write_at([[maybe_unused]] Outputs const& outputs, [[maybe_unused]] std::size_t i,
                                            [[maybe_unused]] std::array<V, Count> const& results) noexcept {
  [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
    (
        [&]() __attribute__((always_inline)) {
          if constexpr (N < Streamed) {
            rectify::stream(std::get<N>(outputs) + i, results[N]);
          } else {
            rectify::store(std::get<N>(outputs) + i, results[N]);
          }
        }(),
        ...);
  }
  (std::make_index_sequence<Count>{});
}

/// The first stage of an operation in two, on the numbers from i on.
template <math::value V, elementwise_operation Operation, class Inputs>
[[nodiscard, gnu::always_inline]] inline auto first_stage_at(Operation& operation, Inputs const& inputs, std::size_t i) noexcept {
  auto const apply = [&](auto const& numbers) __attribute__((always_inline)) {
    return operation.first_stage(numbers);
  };
  return apply_at<V, Operation::inputs>(inputs, i, apply);
}

/// What the second stage makes of them and of what the first one left.
template <math::value V, elementwise_operation Operation, class Inputs, class State>
[[nodiscard, gnu::always_inline]] inline auto second_stage_at(Operation& operation, Inputs const& inputs, std::size_t i,
                                                              State const& state) noexcept {
  auto const apply = [&](auto const& numbers) __attribute__((always_inline)) {
    return operation.second_stage(numbers, state);
  };
  return apply_at<V, Operation::inputs>(inputs, i, apply);
}

/// Bytes of each input whose first stage is computed before the second one of any.
inline constexpr std::size_t bytes_between_stages = 2048;

/// Steps from which on it is worth it: a call of its own and the ends of two loops take time too.
inline constexpr std::size_t least_steps_in_stages = 8;

/// The steps of an operation in two stages: the first stage of some, then their second one, each a loop of its own.
///
/// An instruction waits for those before it in its chain, and a processor holds only so many that wait: where the chain is long,
/// too few to reach the next numbers' instructions and fill its ports with them. Half as long a chain lets it reach twice as many
/// numbers. What is handed on lies in the first-level cache meanwhile, where nothing waits for it.
///
/// A function of its own, so that a short range's call has no such frame, and all by value: what is written could be a parameter
/// behind a reference (softplus divided by beta in every step).
template <math::value V, std::size_t Streamed, elementwise_operation Operation, class Inputs, class Outputs>
RECTIFY_FUNCTION_OF_ITS_OWN std::size_t run_stages(Operation operation, Inputs inputs, Outputs outputs, std::size_t i,
                                                   std::size_t end) noexcept {
  constexpr std::size_t step = lanes<V>;
  constexpr std::size_t block = bytes_between_stages / sizeof(math::scalar_of<V>);
  constexpr std::size_t parts = std::tuple_size_v<decltype(first_stage_at<V>(operation, inputs, i))>;
  // as numbers: g++ copies aggregates of wide registers by pieces, and loads that span two such stores wait for both
  alignas(64) math::scalar_of<V> numbers_between[parts][block];
  auto const between = [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
    return std::array{static_cast<math::scalar_of<V>*>(numbers_between[N])...};
  }
  (std::make_index_sequence<parts>{});
  while (i + step <= end) {
    std::size_t const count = std::min(block, end - i);
    std::size_t n = 0;
    for (; n + step <= count; n += step) {
      write_at<0>(between, n, first_stage_at<V>(operation, inputs, i + n));
    }
    for (n = 0; n + step <= count; n += step) {
      auto const second_stage = [&](auto const& state) __attribute__((always_inline)) {
        return second_stage_at<V>(operation, inputs, i + n, state);
      };
      write_at<Streamed>(outputs, i + n, apply_at<V, parts>(between, n, second_stage));
    }
    i += n;
  }
  return i;
}

/// The steps of an operation in two stages, where what lies between them stays in registers: the first stage of a pair of the
/// next step, then the second one of this step's. As in run_stages the chain is shorter for it, by what one step takes; nothing
/// goes through memory, and a short formula gains more by that.
template <math::value V, std::size_t Values, std::size_t Streamed, elementwise_operation Operation, class Inputs, class Outputs>
[[gnu::always_inline]] inline std::size_t run_overlapped_stages(Operation& operation, Inputs const& inputs,
                                                                Outputs const& outputs, std::size_t i, std::size_t end) noexcept {
  constexpr std::size_t step = Values * lanes<V>;
  if (i + step > end) {
    return i;
  }
  [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
    std::tuple states{first_stage_at<V>(operation, inputs, i + R * lanes<V>)...};
    auto const run_both = [&](auto& state, std::size_t at) __attribute__((always_inline)) {
      auto const next = first_stage_at<V>(operation, inputs, at + step);
      write_at<Streamed>(outputs, at, second_stage_at<V>(operation, inputs, at, state));
      state = next;
    };
    for (; i + 2 * step <= end; i += step) {
      (run_both(std::get<R>(states), i + R * lanes<V>), ...);
    }
    (write_at<Streamed>(outputs, i + R * lanes<V>, second_stage_at<V>(operation, inputs, i + R * lanes<V>, std::get<R>(states))),
     ...);
  }
  (std::make_index_sequence<Values>{});
  return i + step;
}

/// The one loop: the whole steps of Values values V from i on that end at `end` or before. Returns where they end.
template <math::value V, std::size_t Values, bool Streams, elementwise_operation Operation, class Inputs, class Outputs>
[[gnu::always_inline]] inline std::size_t run_steps(Operation& operation, Inputs const& inputs, Outputs const& outputs,
                                                    std::size_t i, std::size_t end) noexcept {
  constexpr std::size_t step = Values * lanes<V>;
  constexpr std::size_t streamed = Streams ? streamed_outputs<Operation> : 0;
  if constexpr (runs_in_stages<Operation, V>) {
    static_assert(Values == 1);
    if (Streams || i + least_steps_in_stages * step <= end) { // what goes past the caches is long enough
      return run_stages<V, streamed>(operation, inputs, outputs, i, end);
    }
  }
  if constexpr (overlaps_stages<Operation, V, Inputs>) {
    return run_overlapped_stages<decltype(V::first), 2 * Values, streamed>(operation, inputs, outputs, i, end);
  }
  [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
    for (; i + step <= end; i += step) {
      if constexpr (holds_stored_bits<V>) { // less to do where there is no NaN
        auto const results_of = [&](auto... known) __attribute__((always_inline)) {
          return std::array{results_at<V, R>(operation, inputs, i + R * lanes<V>, known...)...};
        };
        auto const results = is_any_nan<V, Values>(inputs, i) ? results_of() : results_of(without_nan{});
        (write_at<streamed>(outputs, i + R * lanes<V>, results[R]), ...);
      } else {
        (write_at<streamed>(outputs, i + R * lanes<V>, results_at<V, R>(operation, inputs, i + R * lanes<V>)), ...);
      }
    }
  }
  (std::make_index_sequence<Values>{});
  return i;
}

/// outputs[..][i ...] of the `count` numbers from i on, fewer than a register holds.
template <math::value V, std::size_t Register, elementwise_operation Operation, class Inputs, class Outputs>
[[gnu::always_inline]] inline void run_part(Operation& operation, Inputs const& inputs, Outputs const& outputs, std::size_t i,
                                            std::size_t count) noexcept {
  auto const numbers = [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
    return std::array<V, sizeof...(N)>{
        load_part<V>(std::get<N>(inputs) + i, count, padding_of<Operation, math::scalar_of<V>>)...};
  }
  (std::make_index_sequence<Operation::inputs>{});
  [[maybe_unused]] auto const results = operation.template operator()<Register>(numbers);
  [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
    (store_part(std::get<N>(outputs) + i, results[N], count), ...);
  }
  (std::make_index_sequence<Operation::outputs>{});
}

/// The numbers behind the last whole step of an operation that accumulates, in the lanes where they would lie in a whole one.
template <math::value V, bool Streams, elementwise_operation Operation, class Inputs, class Outputs>
[[gnu::always_inline]] inline void run_rest(Operation& operation, Inputs const& inputs, Outputs const& outputs, std::size_t i,
                                            std::size_t end) noexcept {
  constexpr std::size_t streamed = Streams ? streamed_outputs<Operation> : 0;
  auto const run_register = [&]<std::size_t Register>() __attribute__((always_inline)) {
    if (end - i >= lanes<V>) {
      write_at<streamed>(outputs, i, results_at<V, Register>(operation, inputs, i));
      i += lanes<V>;
    } else if (i < end) {
      run_part<V, Register>(operation, inputs, outputs, i, end - i);
      i = end;
    }
  };
  [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
    (run_register.template operator()<R>(), ...);
  }
  (std::make_index_sequence<step_bytes<Operation> / sizeof(V)>{});
}

/// How a range is written: past the caches or through them, and how many elements lie before the first line or register of it
/// that is written as a whole.
struct range_writing {
  bool streams;
  std::size_t begin;
};

/// The same for an operation that accumulates, where fewer elements than a step may lie before its steps (run_head).
template <math::value V, elementwise_operation Operation, class Inputs, class Outputs>
[[nodiscard, gnu::always_inline]] inline range_writing writing_of_steps(Inputs const& inputs, Outputs const& outputs,
                                                                        std::size_t size, bool streams) noexcept {
  constexpr std::size_t step = step_bytes<Operation> / sizeof(math::scalar_of<V>);
  bool const pays = size >= least_aligned_sum_registers * lanes<V>;
  if constexpr (has_streamed_outputs<V, Operation, Outputs>) {
    if (streams && is_streamable<V, Operation>(inputs, outputs, size)) [[unlikely]] {
      std::size_t const begin = elements_to_line(outputs[0]);
      if (begin == 0 || (pays && begin < step)) {
        return {true, begin};
      }
    }
  }
  return {false, pays ? elements_to_common_alignment<V>(inputs, outputs) : 0};
}

/// The first `count` elements, fewer than a step, of an operation that accumulates and writes: in the last lanes of a step, as if
/// it had begun earlier. The lanes of a sum may be turned so: each is added to the one half a step away, then a quarter ...
template <math::value V, elementwise_operation Operation, class Inputs, class Outputs>
[[gnu::always_inline]] inline void run_head(Operation& operation, Inputs const& inputs, Outputs const& outputs,
                                            std::size_t count) noexcept {
  using T = math::scalar_of<V>;
  using E = std::remove_pointer_t<std::tuple_element_t<0, Outputs>>;
  constexpr std::size_t registers = step_bytes<Operation> / sizeof(V);
  constexpr std::size_t step = registers * lanes<V>;
  alignas(64) E parts[Operation::inputs][step];
  std::array<E*, Operation::inputs> from;
  for (std::size_t n = 0; n < from.size(); ++n) {
    from[n] = parts[n];
    for (std::size_t i = 0; i < step; i += lanes<V>) {
      rectify::store(parts[n] + i, V(padding_of<Operation, T>));
    }
    copy_part<V, step / 2>(parts[n] + (step - count), static_cast<E const*>(inputs[n]), count);
  }
  static_assert(Operation::outputs == 1, "its results take the place of the first input");
  run_steps<V, registers, false>(operation, from, std::array{parts[0]}, 0, step);
  copy_part<V, step / 2>(outputs[0], static_cast<E const*>(parts[0] + (step - count)), count);
}

/// The loop, with the one tail: outputs[..][i] = operation(inputs[..][i]) for i < size.
///
/// `inputs` and `outputs` are tuples or arrays of pointers, each to numbers of T or to such as are stored in 16 bits. An output
/// may be exactly an input. Nothing outside the ranges is read or written. `streams`: write past the caches where that can be
/// done; end_streaming is the caller's.
template <math::value V, elementwise_operation Operation, class Inputs, class Outputs>
[[gnu::always_inline]] inline void run_registers(Operation& operation, Inputs const& inputs, Outputs const& outputs,
                                                 std::size_t size, [[maybe_unused]] bool streams) noexcept {
  static_assert(std::tuple_size_v<Inputs> == Operation::inputs && std::tuple_size_v<Outputs> == Operation::outputs);
  using Step = step_value<Operation, V>;
  constexpr std::size_t values = values_per_step<Operation, V>;
  constexpr std::size_t width = lanes<V>;
  constexpr bool has_streams = has_streamed_outputs<V, Operation, Outputs>;

  std::size_t i = 0;
  if constexpr (Operation::accumulates) {
    if constexpr (Operation::outputs != 0 && width != 1) {
      range_writing const writing = writing_of_steps<V, Operation>(inputs, outputs, size, streams);
      i = writing.begin;
      if (i != 0) {
        run_head<V>(operation, inputs, outputs, i);
      }
      if constexpr (has_streams) {
        if (writing.streams) [[unlikely]] {
          i = run_steps<Step, values, true>(operation, inputs, outputs, i, size);
          run_rest<V, true>(operation, inputs, outputs, i, size);
          return;
        }
      }
    }
    i = run_steps<Step, values, false>(operation, inputs, outputs, i, size);
    run_rest<V, false>(operation, inputs, outputs, i, size);
  } else if (size >= width) {
    // The first and the last register may overlap what the loop writes. They are computed before it: in place, it overwrites what
    // they need.
    std::size_t const last = size - width;
    auto const last_results = results_at<V, 0>(operation, inputs, last);
    [[maybe_unused]] bool is_streamed = false;
    std::size_t begin = 0;
    if constexpr (Operation::outputs != 0) {
      is_streamed = has_streams && streams && is_streamable<V, Operation>(inputs, outputs, size);
      if (is_streamed) {
        begin = elements_to_alignment<V>(std::get<0>(outputs));
      } else if (!runs_in_pairs<Operation, V> && size >= least_aligned_registers * width) {
        begin = elements_to_common_alignment<V>(inputs, outputs);
      }
    }
    auto first_results = last_results;
    if (begin != 0) {
      first_results = results_at<V, 0>(operation, inputs, 0);
      i = begin;
    }
    if constexpr (has_streams) {
      if (is_streamed) [[unlikely]] {
        i = run_steps<Step, values, true>(operation, inputs, outputs, i, size);
        if (i == size) { // nor does the last register go through the caches, into a line that went past them
          if (begin != 0) {
            write_at<0>(outputs, 0, first_results);
          }
          return;
        }
      }
    }
    i = run_steps<Step, values, false>(operation, inputs, outputs, i, last);
    for (; i < last; i += width) {
      write_at<0>(outputs, i, results_at<V, 0>(operation, inputs, i));
    }
    if (begin != 0) {
      write_at<0>(outputs, 0, first_results);
    }
    write_at<0>(outputs, last, last_results);
  } else if (size != 0) {
    run_part<V, 0>(operation, inputs, outputs, 0, size);
  }
}

/// The same on the registers of Arch.
template <class Arch, class T, elementwise_operation Operation, class Inputs, class Outputs>
[[gnu::always_inline]] inline void run(Operation& operation, Inputs const& inputs, Outputs const& outputs, std::size_t size,
                                       bool streams = false) noexcept {
  run_registers<register_of<T, Arch>>(operation, inputs, outputs, size, streams);
}

/// The result is the number: converts between a format of 16 bits and float.
struct convert_operation {
  static constexpr std::size_t inputs = 1;
  static constexpr std::size_t outputs = 1;
  static constexpr bool accumulates = false;

  template <std::size_t Register, class V>
  [[gnu::always_inline]] constexpr std::array<V, 1> operator()(std::array<V, 1> const& x) const noexcept {
    return x;
  }
};

/// Widens numbers of 16 bits to float, or rounds floats to them.
template <class From, class To>
struct convert_kernel {
  using signature = void(From const*, To*, std::size_t, bool);

  template <class Arch>
  [[gnu::always_inline]] static void run(From const* from, To* to, std::size_t size, bool streams) noexcept {
    convert_operation convert;
    rectify::run<Arch, float>(convert, std::tuple{from}, std::tuple{to}, size, streams);
  }
};

/// Numbers that are converted at a time where that is a loop of its own.
inline constexpr std::size_t conversion_block = 1024;

/// Numbers of 16 bits that no instruction converts go through the loop in whole pairs of registers alone.
template <elementwise_operation Operation, math::value V, class E>
inline constexpr bool is_converted_in_pairs = false;
template <elementwise_operation Operation, math::value V, stored_in_16_bits E>
inline constexpr bool is_converted_in_pairs<Operation, V, E> =
    !Operation::accumulates && lanes<V> != 1 && !halves<V>::template converts<storage_of<E>>;

/// The loop over pairs; numbers that are fewer go through it in a pair of their own.
///
/// What a long formula returns is rounded in a second loop (is_rounded_apart), and whatever it takes long to round: those
/// instructions wait for the formula's, and processors do not look so far ahead that they begin enough of the next numbers
/// meanwhile.
template <class Arch, elementwise_operation Operation, class E>
[[gnu::always_inline]] inline void run_pairs(Operation& operation, std::array<E const*, Operation::inputs> const& inputs,
                                             std::array<E*, Operation::outputs> const& outputs, std::size_t size,
                                             bool streams) noexcept {
  static_assert(Operation::outputs <= Operation::inputs, "results take the place of inputs");
  using V = register_of<float, Arch>;
  using pair = register_pair<V, can_interleave<V, E> ? pair_order::interleaved : pair_order::consecutive>;
  constexpr std::size_t step = lanes<pair>;
  constexpr bool has_streams = has_streamed_outputs<pair, Operation, std::array<E*, Operation::outputs>>;
  auto const run_on = [&]<bool Streams>(std::array<E const*, Operation::inputs> const& from,
                                        std::array<E*, Operation::outputs> const& to, std::size_t count)
      __attribute__((always_inline)) {
    if constexpr (is_rounded_apart<Operation> || !can_interleave<V, E>) {
      alignas(64) float blocks[Operation::outputs][conversion_block];
      std::array<float*, Operation::outputs> results;
      for (std::size_t n = 0; n < results.size(); ++n) {
        results[n] = blocks[n];
      }
      std::size_t begin = 0;
      if constexpr (runs_in_two_pairs<Operation, V>) {
        begin = run_steps<register_pair<pair>, 1, false>(operation, from, results, 0, count);
      }
      run_steps<pair, 1, false>(operation, from, results, begin, count);
      convert_operation convert;
      for (std::size_t n = 0; n < results.size(); ++n) {
        std::size_t const i = run_steps<pair, 2, Streams>(convert, std::array{results[n]}, std::array{to[n]}, 0, count);
        run_steps<pair, 1, Streams>(convert, std::array{results[n]}, std::array{to[n]}, i, count);
      }
    } else {
      run_steps<pair, 1, Streams>(operation, from, to, 0, count);
    }
  };

  alignas(64) E parts[Operation::inputs][step];
  bool const is_aligned = has_streams && streams && is_streamable<pair, Operation>(inputs, outputs, size);
  std::size_t count = 0;
  for (std::size_t i = 0; i < size; i += count) {
    std::size_t const before = is_aligned ? elements_to_alignment<pair>(outputs[0] + i) : 0;
    count = before != 0 ? before : std::min(conversion_block, size - i);
    bool const is_part = count < step;
    std::array<E const*, Operation::inputs> from;
    for (std::size_t n = 0; n < from.size(); ++n) {
      from[n] = inputs[n] + i;
      if (is_part) {
        rectify::store(parts[n], pair(0.0F));
        copy_part<pair>(parts[n], from[n], count);
        from[n] = parts[n];
      }
    }
    std::array<E*, Operation::outputs> to;
    for (std::size_t n = 0; n < to.size(); ++n) {
      to[n] = is_part ? parts[n] : outputs[n] + i;
    }
    count -= is_part ? 0 : count % step;
    if constexpr (has_streams) {
      if (is_aligned && !is_part) [[unlikely]] {
        run_on.template operator()<true>(from, to, count);
        continue;
      }
    }
    run_on.template operator()<false>(from, to, is_part ? step : count);
    for (std::size_t n = 0; is_part && n < to.size(); ++n) {
      copy_part<pair>(outputs[n] + i, static_cast<E const*>(parts[n]), count);
    }
  }
}

/// The loop of an operation, as the seam has it.
template <class T, elementwise_operation Operation, class E = T>
struct loop_kernel {
  using signature = void(Operation, std::array<E const*, Operation::inputs>, std::array<E*, Operation::outputs>, std::size_t,
                         bool);

  template <class Arch>
  [[gnu::always_inline]] static void run(Operation operation, std::array<E const*, Operation::inputs> const& inputs,
                                         std::array<E*, Operation::outputs> const& outputs, std::size_t size,
                                         bool streams) noexcept {
    if constexpr (has_selected_register<E, Arch> && only_selects<Operation>) {
      run_registers<selected_register_of<E, Arch>>(operation, inputs, outputs, size, streams);
    } else if constexpr (is_converted_in_pairs<Operation, register_of<T, Arch>, E>) {
      run_pairs<Arch>(operation, inputs, outputs, size, streams);
    } else {
      rectify::run<Arch, T>(operation, inputs, outputs, size, streams);
    }
  }
};

/// use(form), with the form of the operation that its functor's parameters allow.
template <elementwise_operation Operation, class Use>
[[gnu::always_inline]] inline void visit_operation_form(Operation const& operation, Use const& use) noexcept {
  if constexpr (requires { operation.visit_form(use); }) {
    operation.visit_form(use);
  } else {
    use(operation);
  }
}

/// The loops of an operation's forms.
template <class T, elementwise_operation Operation, class E = T>
struct elementwise_kernel {
  using signature = typename loop_kernel<T, Operation, E>::signature;

  template <class Arch>
  [[gnu::always_inline]] static void run(Operation operation, std::array<E const*, Operation::inputs> const& inputs,
                                         std::array<E*, Operation::outputs> const& outputs, std::size_t size,
                                         bool streams) noexcept {
    auto const run_form = [&](auto const& form) __attribute__((always_inline)) {
      loop_kernel<T, std::remove_cvref_t<decltype(form)>, E>::template run<Arch>(form, inputs, outputs, size, streams);
    };
    visit_operation_form(operation, run_form);
  }
};

/// Objects of F compute with float alone, and others convert: in blocks that stay in the cache between the two. The bits are
/// those of the loop over 16 bits; objects of that loop would double the size of the library.
template <class Arch, class F, class E>
inline constexpr bool is_dispatched_in_blocks =
    is_dispatched<Arch, F>&& is_dispatched<Arch, E> && !is_dispatched<Arch, in_storage<F, E>>;

template <class Arch, class F, elementwise_operation Operation, class E, std::size_t Inputs, std::size_t Outputs>
void run_in_blocks(Operation const& operation, std::array<E const*, Inputs> const& inputs, std::array<E*, Outputs> const& outputs,
                   std::size_t size, bool streams) noexcept {
  static_assert(Outputs <= Inputs, "results take the place of inputs");
  alignas(64) float blocks[Inputs * conversion_block];
  for (std::size_t i = 0; i < size; i += conversion_block) {
    std::size_t const count = std::min(conversion_block, size - i);
    std::array<float const*, Inputs> numbers;
    std::array<float*, Outputs> results;
    for (std::size_t n = 0; n < Inputs; ++n) {
      float* const block = blocks + n * conversion_block;
      run_kernel<Arch, E, convert_kernel<E, float>>(inputs[n] + i, block, count, false);
      numbers[n] = block;
      if (n < Outputs) {
        results[n] = block;
      }
    }
    run_kernel<Arch, F, elementwise_kernel<float, Operation>>(operation, numbers, results, count, false);
    for (std::size_t n = 0; n < Outputs; ++n) {
      run_kernel<Arch, E, convert_kernel<float, E>>(results[n], outputs[n] + i, count, streams);
    }
  }
}

/// Can kernels apply F to registers of V, as they do to numbers?
template <class F, class V>
inline constexpr bool applies_to = requires(F const& f, V const& x) {
  { f.forward(x) } -> std::same_as<V>;
};

/// The loop for a whole call with the functor F, which writes past the caches if `how` says so for its size.
template <class Arch, class F, elementwise_operation Operation, class E, std::size_t Inputs, std::size_t Outputs>
[[gnu::always_inline]] inline void run_call(Operation const& operation, std::array<E const*, Inputs> const& inputs,
                                            std::array<E*, Outputs> const& outputs, std::size_t size, streaming how) noexcept {
  using T = typename F::value_type;
  static_assert(applies_to<F, register_of<T, Arch>>,
                "rectify: forward of an activation must be a template, template <class V> V forward(V const& x) const: "
                "kernels call it with registers");
  bool const streams = is_streamed<Arch>((Inputs + Outputs) * size * sizeof(E), how);
  if constexpr (is_dispatched_in_blocks<Arch, F, E>) {
    run_in_blocks<Arch, F>(operation, inputs, outputs, size, streams);
  } else if constexpr (is_dispatched<Arch, in_storage<F, E>>) {
    run_kernel<Arch, in_storage<F, E>, elementwise_kernel<T, Operation, E>>(operation, inputs, outputs, size, streams);
  } else { // the form is chosen here: where the parameters are constants, there is no choice left
    auto const run_form = [&](auto const& form) __attribute__((always_inline)) {
      run_kernel_here<Arch, loop_kernel<T, std::remove_cvref_t<decltype(form)>, E>>(form, inputs, outputs, size, streams);
    };
    visit_operation_form(operation, run_form);
  }
  if (streams) [[unlikely]] {
    end_streaming<Arch>();
  }
}

} // namespace rectify
