// SPDX-License-Identifier: MIT
#include "directions.hpp"
#include "rows.hpp"

namespace rectify_bench {
namespace {

struct forward : elementwise<forward> {
  static constexpr std::string_view name = "forward";
  static constexpr std::size_t inputs = 1;
  template <class F>
  static constexpr bool has = rectify::activation<F>;

  template <class F, class T>
  static void library(F const& f, operands<T> const& data) {
    rectify::forward(f, data.x, data.out);
  }
  template <class Formula, class V>
  [[gnu::always_inline]] static V apply(Formula const& formula, V const& x, V const&) {
    return formula.forward(x);
  }
};

struct derivative : elementwise<derivative> {
  static constexpr std::string_view name = "derivative";
  static constexpr std::size_t inputs = 1;
  template <class F>
  static constexpr bool has = rectify::differentiable_activation<F>;

  template <class F, class T>
  static void library(F const& f, operands<T> const& data) {
    rectify::derivative(f, data.x, data.out);
  }
  template <class Formula, class V>
  [[gnu::always_inline]] static V apply(Formula const& formula, V const& x, V const&) {
    return formula.derivative(x);
  }
};

/// A functor that may be applied to its own output without end: with a slope of 1 the numbers stay what they are. The default
/// 0.01 makes subnormals of them within 18 calls, and subnormals cost ten times as much.
template <class F>
[[nodiscard]] F steady(F f) {
  if constexpr (requires { f.negative_slope = 1; }) {
    f.negative_slope = 1;
  } else if constexpr (requires { f.slope = 1; }) {
    f.slope = 1;
  }
  return f;
}

/// How often f may be applied to its own output before the numbers leave the comfortable range.
template <class F>
[[nodiscard]] std::size_t steady_calls(F const& f, std::size_t most) {
  double negative = -1;
  double positive = 1;
  auto const comfortable = [](double x) { return x == 0 || (std::abs(x) > 1e-24 && std::abs(x) < 1e24); };
  std::size_t calls = 0;
  while (calls < most && comfortable(negative) && comfortable(positive)) {
    negative = reference(f).forward(negative);
    positive = reference(f).forward(positive);
    ++calls;
  }
  return std::max<std::size_t>(1, calls);
}

/// -x, the cheapest thing to do in place.
template <class T>
struct negation {
  using value_type = T;

  [[nodiscard]] T forward(T const& x) const noexcept { return -x; }
};

/// With one pointer: what compilers make of two that are equal is often the scalar loop behind their overlap check.
template <class Formula, class T>
void std_loop_in_place(Formula const& formula, operands<T> const& data) {
  T* const xy = data.out.data();
  std::size_t const size = data.out.size();
  for (std::size_t i = 0; i < size; ++i) {
    xy[i] = formula.forward(xy[i]);
  }
}

/// Times call(operands), x and out being one and the same. The numbers are restored, off the clock, after so many calls that
/// the clock's own cost (0.3 us) does not show. Short ranges take turns in 16 KiB: a call that reads what the call before it
/// has just written would wait for those stores.
template <class F, class Call>
void add_in_place_row(std::string const& name, buffers& memory, F const& f, std::size_t size, Call call) {
  using T = typename F::value_type;
  constexpr std::size_t turns_bytes = std::size_t{16} << 10;
  constexpr std::size_t batch_bytes = std::size_t{8} << 20;
  std::size_t const turns = std::max<std::size_t>(1, turns_bytes / (size * sizeof(T)));
  std::size_t const whole = turns * size;
  std::size_t const rounds = std::max<std::size_t>(1, std::min(steady_calls(f, 256), batch_bytes / (whole * sizeof(T))));
  benchmark::RegisterBenchmark(name, [=, &memory, checked = false](benchmark::State& state) mutable {
    operands<T> const all = memory.get<T>(whole, 1);
    auto const restore = [&] { std::copy_n(all.x.data(), whole, all.out.data()); };
    if (!checked) {
      restore();
      operands<T> first{all.out.first(size), {}, all.out.first(size)};
      call(first);
      forward::check(name, reference(f), operands<T>{all.x.first(size), {}, first.out});
      checked = true;
    }
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(rounds * turns))) {
      state.PauseTiming();
      restore();
      state.ResumeTiming();
      for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t turn = 0; turn < turns; ++turn) {
          operands<T> data{all.out.subspan(turn * size, size), {}, all.out.subspan(turn * size, size)};
          benchmark::DoNotOptimize(data);
          call(data);
          benchmark::ClobberMemory();
        }
      }
    }
    set_counters<T>(state, size, 2);
  });
}

template <class T>
void add_in_place_rows_of(buffers& memory) {
  for_each_size<T>([&](std::size_t size) {
    auto const add = [&](std::string_view function, std::string_view contender, auto const& f, auto const& call) {
      add_in_place_row(row_name<T>("in_place", function, contender, std::to_string(size)), memory, f, size, call);
    };
    add("any", "negate", negation<T>{},
        [](operands<T>& data) { limit_loop([](auto const& x, auto const&) { return -x; }, data); });
    rectify::for_each_function(rectify::catalogue<T>{}, [&](auto const& given) {
      auto const f = steady(given);
      using F = std::remove_const_t<decltype(f)>;
      add(F::name, "rectify", f, [f](operands<T>& data) { rectify::forward(f, data.out); });
      if constexpr (has_std_formula<F>) {
        add(F::name, "std_loop", f, [formula = std_formula<F>{f}](operands<T>& data) { std_loop_in_place(formula, data); });
      }
      if constexpr (has_std_formula<F> && has_xsimd_formula<F> && rectify::has_register<T, rectify::default_arch>) {
        add(F::name, "xsimd", f, [formula = xsimd_formula<F>{f}, tail = std_formula<F>{f}](operands<T>& data) {
          forward::xsimd_loop(formula, tail, data);
        });
      }
    });
  });
}

} // namespace

void add_forward_rows(buffers& memory) {
  add_rows<forward, float>(memory);
  add_rows<forward, double>(memory);
}

void add_in_place_rows(buffers& memory) {
  add_in_place_rows_of<float>(memory);
  add_in_place_rows_of<double>(memory);
}

void add_derivative_rows(buffers& memory) {
  add_rows<derivative, float>(memory);
  add_rows<derivative, double>(memory);
}

} // namespace rectify_bench
