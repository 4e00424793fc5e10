// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/loop.hpp>

/// From the lanes of a step to one number, in an order that is the same for every width of register: the upper half of the lanes
/// onto the lower one, until one is left. Within a register each half gets the sum, so that in the end it stands in every lane.
namespace rectify {

#ifndef XSIMD_NO_SUPPORTED_ARCHITECTURE
template <std::size_t Distance>
struct exchanged_lane {
  static constexpr std::size_t get(std::size_t lane, std::size_t /* lanes */) { return lane ^ Distance; }
};

/// The lanes of x in another order: lane i is that of i ^ Distance.
template <std::size_t Distance, math::value V>
[[nodiscard, gnu::always_inline]] inline V exchange(V const& x) noexcept {
  using index = typename math::bits_of<V>::value_type;
  return xsimd::swizzle(x, xsimd::make_batch_constant<index, exchanged_lane<Distance>, typename V::arch_type>());
}
#endif

/// A plain sum in each lane.
template <math::value V>
struct plain_sum {
  V value;

  [[gnu::always_inline]] void add(plain_sum const& other) noexcept { value = value + other.value; }
};

/// The sum of positive numbers, and what its roundings lost: their sum to the precision of two numbers.
template <math::value V>
struct compensated_sum {
  V high;
  V low;

  /// Adds a number that is no larger than `high`.
  [[gnu::always_inline]] void add_smaller(V const& number) noexcept {
    V const sum = math::as_rounded(V(high + number));
    low = low + V(number - math::as_rounded(V(sum - high)));
    high = sum;
  }

  /// Adds another sum; a.add(b) and b.add(a) have the same bits.
  [[gnu::always_inline]] void add(compensated_sum const& other) noexcept {
    V const sum = math::as_rounded(V(high + other.high));
    V const part = math::as_rounded(V(sum - high));
    V const error = V(high - math::as_rounded(V(sum - part))) + V(other.high - part);
    low = V(low + other.low) + error;
    high = sum;
  }
};

/// The same of sums whose high parts are so few multiples of one number that they add up without error.
template <math::value V>
struct split_sum {
  V high;
  V low;

  [[gnu::always_inline]] void add(split_sum const& other) noexcept {
    high = high + other.high;
    low = low + other.low;
  }
};

/// The maximum of the lanes met so far. Of a NaN among them it makes anything: sums will tell.
template <math::value V>
struct running_maximum {
  V value;

  [[gnu::always_inline]] void add(running_maximum const& other) noexcept { value = math::at_least(value, other.value); }
};

template <std::size_t Distance, math::value V>
[[nodiscard, gnu::always_inline]] inline plain_sum<V> exchange(plain_sum<V> const& x) noexcept {
  return {exchange<Distance>(x.value)};
}
template <std::size_t Distance, math::value V>
[[nodiscard, gnu::always_inline]] inline compensated_sum<V> exchange(compensated_sum<V> const& x) noexcept {
  return {exchange<Distance>(x.high), exchange<Distance>(x.low)};
}
template <std::size_t Distance, math::value V>
[[nodiscard, gnu::always_inline]] inline split_sum<V> exchange(split_sum<V> const& x) noexcept {
  return {exchange<Distance>(x.high), exchange<Distance>(x.low)};
}
template <std::size_t Distance, math::value V>
[[nodiscard, gnu::always_inline]] inline running_maximum<V> exchange(running_maximum<V> const& x) noexcept {
  return {exchange<Distance>(x.value)};
}

/// `start` for each register of a step. (An array that is filled after it was made is cleared first: a third of the time of a
/// short run of channels.)
template <std::size_t StepBytes = accumulating_step_bytes, math::value V, template <class> class Lanes>
[[nodiscard, gnu::always_inline]] inline auto sums_of_step(Lanes<V> const& start) noexcept {
  return [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
    return std::array<Lanes<V>, sizeof...(R)>{((void)R, start)...};
  }
  (std::make_index_sequence<StepBytes / sizeof(V)>{});
}

/// result.add() of all lanes of a register, into every lane.
template <std::size_t Distance, class Lanes>
[[gnu::always_inline]] inline void fold_register(Lanes& result) noexcept {
  if constexpr (Distance != 0) {
    result.add(exchange<Distance>(result));
    fold_register<Distance / 2>(result);
  }
}

/// The same of the first `Present` of Registers registers (a power of two), into values[0]; the others count as if not there.
template <std::size_t Registers, math::value V, template <class> class Lanes, std::size_t Present>
[[gnu::always_inline]] inline void fold_registers(std::array<Lanes<V>, Present>& values) noexcept {
  if constexpr (Registers > 1) {
    constexpr std::size_t half = Registers / 2;
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      (values[I].add(values[I + half]), ...);
    }
    (std::make_index_sequence<(Present > half ? Present - half : 0)>{});
    fold_registers<half, V, Lanes>(values);
  } else {
    fold_register<lanes<V> / 2>(values[0]);
  }
}

/// The same of numbers that lie one by one, lane i of a step of Lanes in place i, the first `present` of them: add(i, j) adds j's
/// to i's, until no more than the first Left are left.
template <std::size_t Lanes, std::size_t Left = 1, class Add>
[[gnu::always_inline]] inline void fold_columns(std::size_t present, Add const& add) noexcept {
  for (std::size_t half = Lanes / 2; half >= Left; half /= 2) {
    for (std::size_t j = half; j < present; ++j) {
      add(j - half, j);
    }
    present = std::min(present, half);
  }
}

/// The number in the first lane, which is in all of them once they are folded.
template <math::value V>
[[nodiscard, gnu::always_inline]] inline math::scalar_of<V> first_lane(V const& x) noexcept {
  if constexpr (lanes<V> == 1) {
    return x;
  } else {
    return x.first();
  }
}

} // namespace rectify
