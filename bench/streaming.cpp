// SPDX-License-Identifier: MIT
// relu with and without stores past the caches, at the sizes where that matters: is the threshold right for this machine?
#include "directions.hpp"
#include "rows.hpp"

#include <rectify/rectify.hpp>

namespace rectify_bench {

void add_streaming_rows(buffers& memory) {
  for_each_size<float>([&](std::size_t size) {
    if (size < (std::size_t{1} << 18)) {
      return;
    }
    struct choice {
      char const* name;
      rectify::streaming how;
    };
    for (choice const& to : {choice{"rectify_streamed", {.from_bytes = 1}}, {"rectify_cached", {rectify::streaming::never}}}) {
      add_row<float>(
          memory,
          {row_name<float>("forward", "relu", to.name, std::to_string(size)),
           size,
           1,
           1,
           {to.name, [how = to.how](operands<float>& data) { rectify::forward(rectify::relu<float>{}, data.x, data.out, how); }},
           [](std::string const& row, operands<float> const& data) {
             return check_elements<float>(row, data.out,
                                          [&](std::size_t i) { return data.x[i] > 0 ? static_cast<double>(data.x[i]) : 0; });
           }});
      add_row<float>(
          memory,
          {row_name<float>("backward", "relu", to.name, std::to_string(size)),
           size,
           2,
           1,
           {to.name,
            [how = to.how](operands<float>& data) { rectify::backward(rectify::relu<float>{}, data.x, data.dy, data.out, how); }},
           [](std::string const& row, operands<float> const& data) {
             return check_elements<float>(row, data.out,
                                          [&](std::size_t i) { return data.x[i] > 0 ? static_cast<double>(data.dy[i]) : 0; });
           }});
    }
  });
}

} // namespace rectify_bench
