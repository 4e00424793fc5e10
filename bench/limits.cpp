// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <rectify/kernels/memory.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace rectify_bench {
namespace {

/// Each output is the product of the inputs, or the one input. Unrolled as the library's loop.
template <std::size_t Inputs, std::size_t Outputs, bool Streams, class T>
void move_all(operands<T> const& data) {
  using V = rectify::register_of<T, rectify::default_arch>;
  constexpr std::size_t width = rectify::lanes<V>;
  std::array<T const*, 3> const in{data.x.data(), data.dy.data(), data.third.data()};
  std::array<T*, 2> const out{data.out.data(), data.second.data()};
  std::size_t const size = data.x.size();
  std::size_t i = 0;
#pragma GCC unroll 4
  for (; i + width <= size; i += width) {
    V value = rectify::load<V>(in[0] + i);
    for (std::size_t n = 1; n < Inputs; ++n) {
      value = value * rectify::load<V>(in[n] + i);
    }
    for (std::size_t n = 0; n < Outputs; ++n) {
      if constexpr (Streams) {
        rectify::stream(out[n] + i, value);
      } else {
        rectify::store(out[n] + i, value);
      }
    }
  }
  for (; i < size; ++i) {
    T value = in[0][i];
    for (std::size_t n = 1; n < Inputs; ++n) {
      value = value * in[n][i];
    }
    for (std::size_t n = 0; n < Outputs; ++n) {
      out[n][i] = value;
    }
  }
  if constexpr (Streams) {
    rectify::end_streaming<rectify::default_arch>();
  }
}

template <std::size_t Inputs, std::size_t Outputs, class T>
[[nodiscard]] std::vector<contender<T>> movers() {
  using V = rectify::register_of<T, rectify::default_arch>;
  std::vector<contender<T>> all;
  if constexpr (Inputs == 1 && Outputs == 1) {
    all.push_back({"memcpy", [](operands<T>& data) { std::memcpy(data.out.data(), data.x.data(), data.x.size_bytes()); }});
  }
  all.push_back({"load_store", [](operands<T>& data) { move_all<Inputs, Outputs, false>(data); }});
  if constexpr (rectify::has_streaming_store<V>) {
    all.push_back({"streamed", [](operands<T>& data) { move_all<Inputs, Outputs, true>(data); }});
  }
  return all;
}

} // namespace

template <class T>
void add_limit_rows(buffers& memory, std::string_view direction, std::size_t inputs, std::size_t outputs, std::size_t size,
                    std::string_view elements) {
  judgement<T> const check = [](std::string const& row, operands<T> const& data) {
    double largest_error = 0;
    for (std::span<T const> const out : {std::span<T const>(data.out), std::span<T const>(data.second)}) {
      double const error = check_elements<T>(row, out, [&](std::size_t i) {
        return static_cast<double>(data.x[i]) * (data.dy.empty() ? 1 : static_cast<double>(data.dy[i])) *
               (data.third.empty() ? 1 : static_cast<double>(data.third[i]));
      });
      largest_error = std::max(largest_error, error);
    }
    return largest_error;
  };
  std::vector<contender<T>> all = outputs == 2 ? movers<3, 2, T>() : inputs == 2 ? movers<2, 1, T>() : movers<1, 1, T>();
  for (contender<T>& mover : all) {
    std::string const name = row_name<T>(direction, "any", mover.name, elements);
    add_row<T>(memory, {name, size, inputs, outputs, std::move(mover), check});
  }
}

template void add_limit_rows<float>(buffers&, std::string_view, std::size_t, std::size_t, std::size_t, std::string_view);
template void add_limit_rows<double>(buffers&, std::string_view, std::size_t, std::size_t, std::size_t, std::string_view);

} // namespace rectify_bench
