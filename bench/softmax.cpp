// SPDX-License-Identifier: MIT
#include "directions.hpp"
#include "rows.hpp"

#include <rectify/rectify.hpp>

#include <algorithm>
#include <cmath>

namespace rectify_bench {
namespace {

/// Rows as classifiers have them: digits, the classes of ImageNet, the words of a language; the experts that a router chooses
/// from, and the places that a short text attends to.
struct shape {
  std::size_t rows;
  std::size_t row;
};
constexpr shape shapes[] = {{8192, 8}, {6554, 10}, {1024, 64}, {66, 1000}, {2, 32768}, {1, 10}, {1, 1000}, {1, 32768}};

/// What both functions share, as a loop over numbers: of a row x, its largest number and the sum of e^(x_i - largest).
template <class T>
struct row_sum {
  T largest;
  T sum = T(0);

  explicit row_sum(std::span<T const> x) : largest(*std::max_element(x.begin(), x.end())) {
    for (T const value : x) {
      sum += std::exp(value - largest);
    }
  }
};

template <class T, class Visit>
void for_each_row(operands<T> const& data, std::size_t row, Visit const& visit) {
  for (std::size_t from = 0; from < data.x.size(); from += row) {
    visit(data.x.subspan(from, row), data.dy.empty() ? data.dy : data.dy.subspan(from, row), data.out.subspan(from, row));
  }
}

template <class T>
void std_softmax(operands<T>& data, std::size_t row) {
  for_each_row(data, row, [](auto x, auto, auto y) {
    row_sum<T> const of(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = std::exp(x[i] - of.largest) / of.sum;
    }
  });
}

template <class T>
void std_log_softmax(operands<T>& data, std::size_t row) {
  for_each_row(data, row, [](auto x, auto, auto y) {
    row_sum<T> const of(x);
    T const logarithm = of.largest + std::log(of.sum);
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = x[i] - logarithm;
    }
  });
}

template <class T>
void std_softmax_backward(operands<T>& data, std::size_t row) {
  for_each_row(data, row, [](auto y, auto dy, auto dx) {
    T sum = T(0);
    for (std::size_t i = 0; i < y.size(); ++i) {
      sum += dy[i] * y[i];
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
      dx[i] = y[i] * (dy[i] - sum);
    }
  });
}

template <class T>
void std_log_softmax_backward(operands<T>& data, std::size_t row) {
  for_each_row(data, row, [](auto y, auto dy, auto dx) {
    T sum = T(0);
    for (std::size_t i = 0; i < y.size(); ++i) {
      sum += dy[i];
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
      dx[i] = dy[i] - std::exp(y[i]) * sum;
    }
  });
}

struct function {
  char const* name;
  bool is_backward;
  bool shares; // results are shares of 1, and so their errors
  void (*library)(operands<float>& data, std::size_t row);
  void (*loop)(operands<float>& data, std::size_t row);
  void (*exact)(operands<double>& data, std::size_t row);
  void (*forward)(operands<float>& data, std::size_t row);
};

void softmax(operands<float>& data, std::size_t row) {
  rectify::softmax(data.x, data.out, row);
}
void log_softmax(operands<float>& data, std::size_t row) {
  rectify::log_softmax(data.x, data.out, row);
}
void softmax_backward(operands<float>& data, std::size_t row) {
  rectify::softmax_backward(data.x, data.dy, data.out, row);
}
void log_softmax_backward(operands<float>& data, std::size_t row) {
  rectify::log_softmax_backward(data.x, data.dy, data.out, row);
}

constexpr function functions[] = {
    {"softmax", false, true, softmax, std_softmax<float>, std_softmax<double>, nullptr},
    {"log_softmax", false, false, log_softmax, std_log_softmax<float>, std_log_softmax<double>, nullptr},
    {"softmax", true, true, softmax_backward, std_softmax_backward<float>, std_softmax_backward<double>, softmax},
    {"log_softmax", true, false, log_softmax_backward, std_log_softmax_backward<float>, std_log_softmax_backward<double>,
     log_softmax},
};

/// The loop in double, from the same numbers. A plain sum of 32768 floats is 5e-5 off.
[[nodiscard]] double check(std::string const& name, operands<float> const& data, function const& f, std::size_t row) {
  std::vector<double> const x(data.x.begin(), data.x.end());
  std::vector<double> const dy(data.dy.begin(), data.dy.end());
  std::vector<double> out(x.size());
  operands<double> wide;
  wide.x = x;
  wide.dy = dy;
  wide.out = out;
  f.exact(wide, row);
  return check_elements<float>(
      name, data.out, [&](std::size_t i) { return out[i]; }, f.shares ? 10 / static_cast<double>(row) : 10);
}

} // namespace

void add_softmax_rows(buffers& memory) {
  for (function const& f : functions) {
    char const* const direction = f.is_backward ? "backward_from_output" : "forward";
    std::size_t const inputs = f.is_backward ? 2 : 1;
    for (shape const& of : shapes) {
      std::size_t const rows = of.rows;
      std::size_t const row = of.row;
      std::size_t const size = rows * row;
      std::string const elements = std::to_string(rows) + 'x' + std::to_string(row);
      std::vector<contender<float>> contenders = peers_of_rows(direction, f.name, row);
      contenders.insert(contenders.begin(), {"std_loop", [f, row](operands<float>& data) { f.loop(data, row); }});
      contenders.insert(contenders.begin(), {"rectify", [f, row](operands<float>& data) { f.library(data, row); }});
      if (&f == &functions[0] || &f == &functions[2]) {
        add_limit_rows<float>(memory, direction, inputs, 1, size, elements);
      }
      task<float> output_of_x;
      if (f.is_backward) {
        output_of_x = [f, row](operands<float>& data) { f.forward(data, row); };
      }
      for (contender<float>& who : contenders) {
        add_row<float>(memory,
                       {row_name<float>(direction, f.name, who.name, elements), size, inputs, 1, std::move(who),
                        [f, row](std::string const& name, operands<float> const& data) { return check(name, data, f, row); },
                        output_of_x});
      }
    }
  }
}

} // namespace rectify_bench
