// SPDX-License-Identifier: MIT
// Ranges of 16 bits: half the traffic of f32, beside the copy of as many bytes.
#include "directions.hpp"
#include "rows.hpp"

#include <rectify/rectify.hpp>

#include <cstring>

namespace rectify_bench {
namespace {

/// x, dy and out in E, of the size of the row that runs.
template <class E>
struct stored_operands {
  std::vector<E> x;
  std::vector<E> dy;
  std::vector<E> out;

  void resize(buffers& memory, std::size_t size) {
    if (x.size() != size) {
      operands<float> const wide = memory.get<float>(size, 2);
      auto const narrow = [](float value) { return E(value); };
      x.resize(size);
      dy.resize(size);
      out.assign(size, E(0.0F));
      std::transform(wide.x.begin(), wide.x.end(), x.begin(), narrow);
      std::transform(wide.dy.begin(), wide.dy.end(), dy.begin(), narrow);
    }
  }
};

template <class E>
stored_operands<E>& stored() {
  static stored_operands<E> data; // rows come size by size, or shuffled: only one size is kept
  return data;
}

template <class E>
using stored_task = void (*)(stored_operands<E>& data);

/// `expected`: element i in double, to be rounded to E; none for the limits.
template <class E>
void add_stored_row(buffers& memory, std::string const& name, std::size_t size, std::size_t arrays, stored_task<E> call,
                    double (*expected)(stored_operands<E> const& data, std::size_t i)) {
  benchmark::RegisterBenchmark(name, [=, &memory](benchmark::State& state) {
    stored_operands<E>& data = stored<E>();
    data.resize(memory, size);
    call(data);
    for (std::size_t i = 0; expected != nullptr && i < size; i += 1 + size / 4096) {
      double const value = expected(data, i);
      double const half_unit = rectify::storage_of<E> == rectify::storage::bfloat16 ? 0x1p-8 : 0x1p-11;
      require(name, "element ", i, static_cast<double>(static_cast<float>(data.out[i])), value,
              std::max(1e-3, std::abs(value)) * half_unit / tolerance * 1.01);
    }
    time_calls(state, data, call);
    set_counters<E>(state, size, arrays);
  });
}

template <class E, class F>
void add_function(buffers& memory, std::string const& type, std::size_t size) {
  std::string const rest = std::string(F::name) + "/" + type + "/rectify/" + std::to_string(size);
  add_stored_row<E>(
      memory, "forward/" + rest, size, 2, [](stored_operands<E>& data) { rectify::forward(F{}, data.x, data.out); },
      [](stored_operands<E> const& data, std::size_t i) {
        return static_cast<double>(F{}.forward(static_cast<float>(data.x[i])));
      });
  add_stored_row<E>(
      memory, "backward/" + rest, size, 3, [](stored_operands<E>& data) { rectify::backward(F{}, data.x, data.dy, data.out); },
      [](stored_operands<E> const& data, std::size_t i) {
        return static_cast<double>(rectify::chain(F{}, static_cast<float>(data.x[i]), static_cast<float>(data.dy[i])));
      });
}

template <class E>
void add_rows(buffers& memory, std::string const& type) {
  for_each_size<float>([&](std::size_t size) {
    add_stored_row<E>(
        memory, "forward/any/" + type + "/memcpy/" + std::to_string(size), size, 2,
        [](stored_operands<E>& data) { std::memcpy(data.out.data(), data.x.data(), data.x.size() * sizeof(E)); }, nullptr);
    add_function<E, rectify::relu<float>>(memory, type, size);
    add_function<E, rectify::elu<float>>(memory, type, size);
  });
}

} // namespace

void add_storage_rows(buffers& memory) {
  add_rows<rectify::bfloat16>(memory, "bf16");
  add_rows<rectify::float16>(memory, "f16");
}

} // namespace rectify_bench
