// SPDX-License-Identifier: MIT
#include "directions.hpp"
#include "rivals.hpp"
#include "rows.hpp"

#include <rectify/rectify.hpp>

#include <algorithm>
#include <cmath>
#include <memory>

namespace rectify_bench {
namespace {

/// From images as convolutions have them (NCHW, NHWC) to features without a plane, and runs no multiple of a register.
constexpr rectify::channel_layout layouts[] = {{64, 64, 3136}, {1, 256, 49},   {32, 512, 49}, {100352, 64, 1},
                                               {8, 3, 50176},  {4096, 512, 1}, {64, 256, 7}};

template <class T>
struct channels {
  rectify::channel_layout layout;
  std::vector<T> slopes;
  std::vector<T> gradients;

  [[nodiscard]] rectify::channelwise_prelu<T> functor() const { return {slopes, layout}; }

  /// visit(channel, offset) for each run of `inner` elements.
  template <class Visitor>
  [[gnu::always_inline]] void for_each_run(Visitor const& visit) const {
    for (std::size_t outer = 0; outer < layout.outer; ++outer) {
      for (std::size_t channel = 0; channel < layout.channels; ++channel) {
        visit(channel, (outer * layout.channels + channel) * layout.inner);
      }
    }
  }
};

struct forward {
  static constexpr std::string_view name = "forward";
  static constexpr std::size_t inputs = 1;

  template <class T>
  static void library(channels<T>& of, operands<T> const& data) {
    rectify::forward(of.functor(), data.x, data.out);
  }

  template <class T>
  static void std_loop(channels<T>& of, operands<T> const& data) {
    T const* const x = data.x.data();
    T* const out = data.out.data();
    T const* const slopes = of.slopes.data();
    std::size_t const inner = of.layout.inner;
    of.for_each_run([&](std::size_t channel, std::size_t offset) {
      for (std::size_t i = offset; i < offset + inner; ++i) {
        out[i] = std_leak<T>{slopes[channel]}.forward(x[i]);
      }
    });
  }

  template <class T>
  static void xsimd_loop(channels<T>& of, operands<T> const& data) {
    using B = xsimd::batch<T>;
    if (of.layout.inner == 1) {
      for (std::size_t row = 0; row < data.x.size(); row += of.layout.channels) {
        T const* const x = data.x.data() + row;
        T* const out = data.out.data() + row;
        std::size_t channel = 0;
        for (; channel + B::size <= of.layout.channels; channel += B::size) {
          B const here = B::load_unaligned(x + channel);
          xsimd::select(here > B(T(0)), here, B::load_unaligned(of.slopes.data() + channel) * here)
              .store_unaligned(out + channel);
        }
        for (; channel < of.layout.channels; ++channel) {
          out[channel] = std_leak<T>{of.slopes[channel]}.forward(x[channel]);
        }
      }
      return;
    }
    of.for_each_run([&](std::size_t channel, std::size_t offset) {
      std::size_t const end = offset + of.layout.inner;
      T const slope = of.slopes[channel];
      std::size_t i = offset;
      for (; i + B::size <= end; i += B::size) {
        xsimd_leak<T>{slope}.forward(B::load_unaligned(data.x.data() + i)).store_unaligned(data.out.data() + i);
      }
      for (; i < end; ++i) {
        data.out[i] = std_leak<T>{slope}.forward(data.x[i]);
      }
    });
  }

  template <class T>
  static double check(std::string const& row, channels<T> const& of, operands<T> const& data) {
    return check_elements<T>(row, data.out, [&](std::size_t i) {
      std_leak<T> const leak{of.slopes[i / of.layout.inner % of.layout.channels]};
      return leak.forward(static_cast<double>(data.x[i]));
    });
  }
};

struct backward {
  static constexpr std::string_view name = "backward";
  static constexpr std::size_t inputs = 2;

  template <class T>
  static void library(channels<T>& of, operands<T> const& data) {
    rectify::backward(of.functor(), data.x, data.dy, data.out, of.gradients);
  }

  template <class T>
  static void std_loop(channels<T>& of, operands<T> const& data) {
    T const* const x = data.x.data();
    T const* const dy = data.dy.data();
    T* const out = data.out.data();
    T const* const slopes = of.slopes.data();
    T* const gradients = of.gradients.data();
    std::size_t const inner = of.layout.inner;
    std::fill(of.gradients.begin(), of.gradients.end(), T(0));
    of.for_each_run([&](std::size_t channel, std::size_t offset) {
      std_leak<T> const leak{slopes[channel]};
      T sum(0);
      for (std::size_t i = offset; i < offset + inner; ++i) {
        sum += leak.slope(x[i], dy[i]);
        out[i] = leak.backward(x[i], dy[i]);
      }
      gradients[channel] += sum;
    });
  }

  template <class T>
  static void xsimd_loop(channels<T>& of, operands<T> const& data) {
    using B = xsimd::batch<T>;
    std::fill(of.gradients.begin(), of.gradients.end(), T(0));
    if (of.layout.inner == 1) {
      for (std::size_t row = 0; row < data.x.size(); row += of.layout.channels) {
        T const* const x = data.x.data() + row;
        T const* const dy = data.dy.data() + row;
        T* const out = data.out.data() + row;
        T* const gradients = of.gradients.data();
        std::size_t channel = 0;
        for (; channel + B::size <= of.layout.channels; channel += B::size) {
          B const x_here = B::load_unaligned(x + channel);
          B const dy_here = B::load_unaligned(dy + channel);
          auto const positive = x_here > B(T(0));
          B const sums = B::load_unaligned(gradients + channel) + xsimd::select(positive, B(T(0)), x_here * dy_here);
          sums.store_unaligned(gradients + channel);
          xsimd::select(positive, dy_here, B::load_unaligned(of.slopes.data() + channel) * dy_here)
              .store_unaligned(out + channel);
        }
        for (; channel < of.layout.channels; ++channel) {
          std_leak<T> const leak{of.slopes[channel]};
          gradients[channel] += leak.slope(x[channel], dy[channel]);
          out[channel] = leak.backward(x[channel], dy[channel]);
        }
      }
      return;
    }
    of.for_each_run([&](std::size_t channel, std::size_t offset) {
      std::size_t const end = offset + of.layout.inner;
      T const slope = of.slopes[channel];
      B sums(T(0));
      std::size_t i = offset;
      for (; i + B::size <= end; i += B::size) {
        B const x_here = B::load_unaligned(data.x.data() + i);
        B const dy_here = B::load_unaligned(data.dy.data() + i);
        sums += xsimd_leak<T>{slope}.slope(x_here, dy_here);
        xsimd_leak<T>{slope}.backward(x_here, dy_here).store_unaligned(data.out.data() + i);
      }
      T sum = xsimd::reduce_add(sums);
      for (; i < end; ++i) {
        sum += std_leak<T>{slope}.slope(data.x[i], data.dy[i]);
        data.out[i] = std_leak<T>{slope}.backward(data.x[i], data.dy[i]);
      }
      of.gradients[channel] += sum;
    });
  }

  template <class T>
  static double check(std::string const& row, channels<T> const& of, operands<T> const& data) {
    auto const leak_of = [&](std::size_t i) { return std_leak<T>{of.slopes[i / of.layout.inner % of.layout.channels]}; };
    double const largest_error = check_elements<T>(row, data.out, [&](std::size_t i) {
      return leak_of(i).backward(static_cast<double>(data.x[i]), static_cast<double>(data.dy[i]));
    });
    std::vector<double> sums(of.layout.channels);
    std::vector<double> scales(of.layout.channels, 1.0);
    of.for_each_run([&](std::size_t channel, std::size_t offset) {
      for (std::size_t i = offset; i < offset + of.layout.inner; ++i) {
        double const term = leak_of(i).slope(static_cast<double>(data.x[i]), static_cast<double>(data.dy[i]));
        sums[channel] += term;
        scales[channel] += std::abs(term);
      }
    });
    for (std::size_t channel = 0; channel < of.layout.channels; ++channel) {
      require(row, "slope gradient ", channel, static_cast<double>(of.gradients[channel]), sums[channel], scales[channel]);
    }
    return largest_error;
  }
};

template <class Direction, class T>
void add_layout_rows(buffers& memory) {
  for (rectify::channel_layout const& layout : layouts) {
    std::size_t const size = layout.outer * layout.channels * layout.inner;
    std::string const elements =
        std::to_string(layout.outer) + 'x' + std::to_string(layout.channels) + 'x' + std::to_string(layout.inner);
    channels<T> of{layout, std::vector<T>(layout.channels), std::vector<T>(layout.channels)};
    for (std::size_t channel = 0; channel < layout.channels; ++channel) {
      of.slopes[channel] = T(1 + channel % 7) / 8;
    }
    add_limit_rows<T>(memory, Direction::name, Direction::inputs, 1, size, elements);
    // the call leaves its sums with itself, and the check, which runs in between, reads them there
    auto const add = [&](std::string_view who, auto const& call) {
      auto const shared = std::make_shared<channels<T>>(of);
      add_row<T>(memory,
                 {row_name<T>(Direction::name, "channelwise_prelu", who, elements),
                  size,
                  Direction::inputs,
                  1,
                  {std::string(who), [shared, call](operands<T>& data) { call(*shared, data); }},
                  [shared](std::string const& row, operands<T> const& data) { return Direction::check(row, *shared, data); }});
    };
    add("rectify", [](channels<T>& here, operands<T> const& data) { Direction::library(here, data); });
    add("std_loop", [](channels<T>& here, operands<T> const& data) { Direction::std_loop(here, data); });
    if constexpr (rectify::has_register<T, rectify::default_arch>) {
      add("xsimd", [](channels<T>& here, operands<T> const& data) { Direction::xsimd_loop(here, data); });
    }
  }
}

template <class T>
void add_rows_of(buffers& memory) {
  if constexpr (has_rows<T>) {
    add_layout_rows<forward, T>(memory);
    add_layout_rows<backward, T>(memory);
  }
}

} // namespace

void add_channelwise_prelu_rows(buffers& memory) {
  add_rows_of<float>(memory);
  add_rows_of<double>(memory);
}

} // namespace rectify_bench
