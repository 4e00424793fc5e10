// SPDX-License-Identifier: MIT
// A few numbers a call, as a synthesiser has them sample by sample and a small network layer by layer. Compiled with -O3, whose
// loop by hand gets registers, and in loops that call by way of nothing: a jump would be half of what is timed.
#include "directions.hpp"
#include "rivals.hpp"
#include "rows.hpp"

#include <rectify/rectify.hpp>

namespace rectify_bench {
namespace {

template <class F>
void add_rows_of(buffers& memory, std::size_t size) {
  contender<float> const contenders[] = {
      contender_with_loop<float>("rectify", [](operands<float>& data) { rectify::forward(F{}, data.x, data.out); }),
      contender_with_loop<float>("std_loop", [](operands<float>& data) {
        std_formula<F> const formula{F{}};
        for (std::size_t i = 0; i < data.x.size(); ++i) {
          data.out[i] = formula.forward(data.x[i]);
        }
      })};
  for (contender<float> const& who : contenders) {
    add_row<float>(memory, {row_name<float>("small_forward", F::name, who.name, std::to_string(size)), size, 1, 1, who,
                            [](std::string const& row, operands<float> const& data) {
                              reference const of = reference_of<float>(F::name);
                              return check_elements<float>(
                                  row, data.out, [&](std::size_t i) { return of.forward(static_cast<double>(data.x[i])); });
                            }});
  }
}

} // namespace

void add_small_rows(buffers& memory) {
  constexpr std::size_t sizes[] = {1, 8, 15, 16, 100};
  for (std::size_t const size : sizes) {
    add_rows_of<rectify::relu<float>>(memory, size);
    add_rows_of<rectify::leaky_relu<float>>(memory, size);
    add_rows_of<rectify::elu<float>>(memory, size);
  }
}

} // namespace rectify_bench
