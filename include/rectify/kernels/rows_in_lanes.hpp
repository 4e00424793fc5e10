// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/memory.hpp>
#include <rectify/kernels/register_pair.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

/// Short rows, each in a lane of its own. What a row's numbers have in common is then computed once for as many rows as a
/// register has lanes, and none of it crosses from lane to lane.
namespace rectify {

/// What V is made of: itself, or one of its registers.
template <math::value V>
struct single_register {
  using type = V;
};
template <class Half>
struct single_register<register_pair<Half>> : single_register<Half> {};

/// The lanes of v from First on that a Part has.
template <math::value Part, std::size_t First, math::value V>
[[nodiscard, gnu::always_inline]] inline Part const& part_of(V const& v) noexcept {
  if constexpr (std::is_same_v<Part, V>) {
    return v;
  } else if constexpr (First < lanes<V> / 2) {
    return part_of<Part, First>(v.first);
  } else {
    return part_of<Part, First - lanes<V> / 2>(v.second);
  }
}

/// Number i of every row in column i: one for each lane of V, a register or a pair of them.
template <math::value V, std::size_t Longest>
class columns_of_rows {
  using T = math::scalar_of<V>;

public:
  [[nodiscard, gnu::always_inline]] V operator[](std::size_t i) const noexcept { return rectify::load<V>(place(i)); }
  [[gnu::always_inline]] void set(std::size_t i, V const& column) noexcept { rectify::store(place(i), column); }

#ifndef XSIMD_NO_SUPPORTED_ARCHITECTURE
  /// Takes `rows` rows of `row` numbers; lanes without a row take the last one. From x on, `readable` numbers may be read. The
  /// columns that a last square has behind the rows are zeros, so that a result of them raises no flag.
  template <class E>
  [[gnu::always_inline]] void take_rows(E const* x, std::size_t rows, std::size_t row, std::size_t readable) noexcept {
    static_assert(Longest % lanes<Register> == 0); // the last square of a row is whole
    for (std::size_t from = 0; from < row; from += lanes<Register>) {
      auto const of_row = first_lanes<Register>(std::min(row - from, lanes<Register>));
      for_each_register([&]<std::size_t First>() __attribute__((always_inline)) {
        for_each_lane([&]<std::size_t... Lane>() __attribute__((always_inline)) {
          auto const part_of_row = [&](std::size_t lane) __attribute__((always_inline)) {
            std::size_t const begin = std::min(First + lane, rows - 1) * row + from;
            return begin + lanes<Register> <= readable ? math::keep_where(of_row, rectify::load<Register>(x + begin))
                                                       : load_part<Register>(x + begin, row - from);
          };
          Register square[]{part_of_row(Lane)...};
          xsimd::transpose(square, square + lanes<Register>);
          (rectify::store(place(from + Lane, First), square[Lane]), ...);
        });
      });
    }
  }

  /// Writes result<first lane of a register>(a column's numbers in its lanes) back. What a whole register writes behind its row,
  /// the rows behind overwrite, where there are enough of them: a part of a register takes longer.
  template <class E, class Result>
  [[gnu::always_inline]] void give_rows(E* y, std::size_t rows, std::size_t row, Result const& result) const noexcept {
    for (std::size_t end = (row + lanes<Register> - 1) / lanes<Register> * lanes<Register>; end != 0; end -= lanes<Register>) {
      std::size_t const from = end - lanes<Register>;
      for_each_register([&]<std::size_t First>() __attribute__((always_inline)) {
        for_each_lane([&]<std::size_t... Lane>() __attribute__((always_inline)) {
          Register square[]{result.template operator()<First>(rectify::load<Register>(place(from + Lane, First)))...};
          xsimd::transpose(square, square + lanes<Register>);
          auto const store_part_of_row = [&](std::size_t lane, Register const& numbers) __attribute__((always_inline)) {
            std::size_t const begin = (First + lane) * row + from;
            if (begin + lanes<Register> <= rows * row) {
              rectify::store(y + begin, numbers);
            } else if (First + lane < rows) {
              store_part(y + begin, numbers, row - from);
            }
          };
          (store_part_of_row(Lane, square[Lane]), ...);
        });
      });
    }
  }
#endif

private:
  using Register = typename single_register<V>::type;

  /// call<first lane of a register>()
  template <class Call>
  [[gnu::always_inline]] static void for_each_register(Call const& call) noexcept {
    [&]<std::size_t... N>(std::index_sequence<N...>) __attribute__((always_inline)) {
      (call.template operator()<N * lanes<Register>>(), ...);
    }
    (std::make_index_sequence<lanes<V> / lanes<Register>>{});
  }
  /// call<all lanes of a register>()
  template <class Call>
  [[gnu::always_inline]] static void for_each_lane(Call const& call) noexcept {
    [&]<std::size_t... Lane>(std::index_sequence<Lane...>) __attribute__((always_inline)) {
      call.template operator()<Lane...>();
    }
    (std::make_index_sequence<lanes<Register>>{});
  }

  [[nodiscard, gnu::always_inline]] T* place(std::size_t column, std::size_t lane = 0) noexcept {
    return static_cast<T*>(numbers_) + (column * lanes<V> + lane);
  }
  [[nodiscard, gnu::always_inline]] T const* place(std::size_t column, std::size_t lane = 0) const noexcept {
    return static_cast<T const*>(numbers_) + (column * lanes<V> + lane);
  }

  alignas(64) T numbers_[Longest * lanes<V>];
};

/// The registers of rows that are run side by side: what is computed once a row is one long chain of steps that wait for each
/// other. (Of four registers with eight lanes g++ makes code that takes longer than two.)
template <math::value V>
using rows_side_by_side = std::conditional_t<(lanes<V> <= 4), register_pair<register_pair<V>>, register_pair<V>>;

/// The longest rows that take a lane each: of longer ones the passes of a row in many lanes take no more time, and the columns of
/// more would crowd what else is in a first-level cache.
template <math::value V>
inline constexpr std::size_t longest_row_in_lane = std::min(512 / sizeof(math::scalar_of<V>), 8192 / sizeof(register_pair<V>));

/// run<registers>(the first number of some rows, their number) for all of `rows` rows but the last few, which take less time one
/// by one. Returns how many rows were run.
template <math::value V, class Run>
[[nodiscard, gnu::always_inline]] inline std::size_t run_rows_in_lanes(std::size_t rows, std::size_t row,
                                                                       Run const& run) noexcept {
  using side_by_side = rows_side_by_side<V>;
  std::size_t done = 0;
  auto const run_some = [&]<class Registers>(std::type_identity<Registers>) __attribute__((always_inline)) {
    std::size_t const some = std::min(rows - done, lanes<Registers>);
    run.template operator()<Registers>(done * row, some);
    done += some;
  };
  while (rows - done > lanes<side_by_side> * 3 / 4) {
    run_some(std::type_identity<side_by_side>{});
  }
  while (rows - done > lanes<V> / 2) {
    run_some(std::type_identity<V>{});
  }
  return done;
}

} // namespace rectify
