// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/dispatch/has_objects.hpp>
#include <rectify/kernels/arch.hpp>

#include <cstddef>
#include <type_traits>

/// Neither inlined nor cloned.
#if __has_cpp_attribute(gnu::noclone)
#define RECTIFY_FUNCTION_OF_ITS_OWN [[gnu::noinline, gnu::noclone]]
#else
#define RECTIFY_FUNCTION_OF_ITS_OWN [[gnu::noinline]]
#endif

/// The seam between a caller's translation unit and the objects that are compiled for one instruction set each. A kernel is a
/// type:
///   using signature = R(A...);     // arguments by value
///   template <class Arch> static R run(A...);
namespace rectify {

template <class... Archs>
struct arch_list {
  static constexpr std::size_t size = sizeof...(Archs);
};

/// The instruction sets that rectify::dispatch chooses among, the best first; the last one serves every machine. Empty where
/// there is no choice. cmake/dispatch.cmake has the flags of each.
#if defined(__x86_64__) && defined(__LP64__)
using runtime_archs = arch_list<xsimd::avx512bw, xsimd::fma3<xsimd::avx2>, xsimd::sse4_2, xsimd::sse2>;
#elif defined(__aarch64__) && defined(__linux__) // vectors of 128 bits are left to NEON
using runtime_archs = arch_list<xsimd::detail::sve<512>, xsimd::detail::sve<256>, xsimd::neon64>;
#elif defined(__aarch64__)
using runtime_archs = arch_list<xsimd::neon64>;
#else
using runtime_archs = arch_list<>;
#endif

/// A kernel on one instruction set. Only the objects of Arch have its definition: no other translation unit could.
template <class Arch, class Kernel, class Signature = typename Kernel::signature>
struct kernel_on;
template <class Arch, class Kernel, class Result, class... Arguments>
struct kernel_on<Arch, Kernel, Result(Arguments...)> {
  static Result run(Arguments... arguments) noexcept;
};

/// A kernel in any translation unit, whose flags have Arch. Not a part of its caller: the loop needs no frame, and the checks
/// before it, which call what may throw, do, as a short call notices. Nor is it cloned, which g++ would do in each
/// translation unit anew.
template <class Arch, class Kernel, class Signature = typename Kernel::signature>
struct kernel_here;
template <class Arch, class Kernel, class Result, class... Arguments>
struct kernel_here<Arch, Kernel, Result(Arguments...)> {
  RECTIFY_FUNCTION_OF_ITS_OWN static Result run(Arguments... arguments) noexcept {
    return Kernel::template run<Arch>(arguments...);
  }
};

/// Is an argument handed on by value? A functor that is large, or that copies what it owns, is not: its kernel is a part of the
/// caller.
template <class Argument>
inline constexpr bool is_handed_on = std::is_trivially_copyable_v<Argument> && sizeof(Argument) <= 64;

/// Runs it there.
template <class Arch, class Kernel, class... Arguments>
[[gnu::always_inline]] inline auto run_kernel_here(Arguments const&... arguments) noexcept {
  static_assert(is_compiled_for<Arch>, "rectify: the compiler's flags do not allow the instruction set that the call asks for");
  if constexpr ((... && is_handed_on<Arguments>)) {
    return kernel_here<Arch, Kernel>::run(arguments...);
  } else {
    return Kernel::template run<Arch>(arguments...);
  }
}

/// The place of the chosen instruction set in the list, from 1; 0 before the first call. Constant initialised.
extern std::size_t chosen_arch;
/// Chooses it.
[[nodiscard]] std::size_t choose_arch() noexcept;

/// Are the kernels of F chosen when the program runs? Where Arch says so, and there are objects to choose among.
template <class Arch, class F>
inline constexpr bool is_dispatched = false;
template <class Compiled, class F>
inline constexpr bool is_dispatched<runtime_over<Compiled>, F> = runtime_archs::size != 0 && has_objects<F>;

/// What the kernels of F over ranges of E are called where objects are asked for: F, where E is its own.
template <class F, class E>
struct storage_form {
  using type = storage_form;
};
template <class F>
struct storage_form<F, typename F::value_type> {
  using type = F;
};
template <class F, class E>
using in_storage = typename storage_form<F, E>::type;

/// The kernels of the list, behind one that chooses first: so a call tests nothing.
template <class Arch, class Kernel, class Archs, class Signature = typename Kernel::signature>
struct kernel_table;
template <class Arch, class Kernel, class... Archs, class Result, class... Arguments>
struct kernel_table<Arch, Kernel, arch_list<Archs...>, Result(Arguments...)> {
  [[gnu::cold]] static Result choose_and_run(Arguments... arguments) noexcept { return by_choice[choose_arch()](arguments...); }
  static constexpr Result (*by_choice[])(Arguments...) noexcept = {&choose_and_run, &kernel_on<Archs, Kernel>::run...};
};

/// Runs the kernel of a whole call with F: in the objects of the machine's instruction set where F is dispatched, else here. A
/// relaxed load is enough: whatever thread chooses, the choice is the same.
template <class Arch, class F, class Kernel, class... Arguments>
[[gnu::always_inline]] inline auto run_kernel(Arguments const&... arguments) noexcept {
  if constexpr (is_dispatched<Arch, F>) {
    return kernel_table<Arch, Kernel, runtime_archs>::by_choice[__atomic_load_n(&chosen_arch, __ATOMIC_RELAXED)](arguments...);
  } else {
    return run_kernel_here<Arch, Kernel>(arguments...);
  }
}

} // namespace rectify
