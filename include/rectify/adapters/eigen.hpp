// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/arch.hpp>

#include <Eigen/Core>

/// Activations inside Eigen's expressions, on Eigen's own packets: one pass over the memory for the whole expression, and the
/// bits of the span kernels.
///
///   y = (w * x + b).unaryExpr(rectify::eigen::forward(rectify::silu<float>{}));
///   dx = x.binaryExpr(dy, rectify::eigen::backward(rectify::silu<float>{}));
///
/// Any functor with the scalar of the expression. Kernels for whole ranges serve Eigen too: x.reshaped() or
/// std::span(x.data(), x.size()), where parameters are checked.
namespace rectify::eigen {

/// The instruction set whose register is Eigen's packet: of a build that has wider ones, an older one for the ends of a range.
template <class T, class Packet>
struct arch_of_packet {
#ifdef XSIMD_NO_SUPPORTED_ARCHITECTURE
  using type = no_simd;
#elif defined(__x86_64__) || defined(__i386__)
  using type = std::conditional_t<sizeof(Packet) == sizeof(register_of<T, default_arch>), default_arch,
                                  std::conditional_t<sizeof(Packet) == 32, xsimd::avx, xsimd::sse2>>;
#else
  using type = default_arch;
#endif
};

template <class T, class Packet>
using register_of_packet = register_of<T, typename arch_of_packet<T, Packet>::type>;

/// Does the register hold Eigen's packet, bit for bit?
template <class T>
inline constexpr bool has_packets = Eigen::internal::packet_traits<T>::Vectorizable &&
                                    sizeof(typename Eigen::internal::packet_traits<T>::type) ==
                                        sizeof(register_of_packet<T, typename Eigen::internal::packet_traits<T>::type>) &&
                                    sizeof(typename Eigen::internal::packet_traits<T>::type) != sizeof(T);

/// y = f(x), for unaryExpr.
template <activation F>
struct forward {
  using T = typename F::value_type;
  F f;

  explicit forward(F const& functor) : f(functor) {}

  [[nodiscard]] T operator()(T const& x) const noexcept { return f.forward(x); }

  template <class Packet>
  [[nodiscard]] Packet packetOp(Packet const& x) const noexcept {
    return Packet(f.forward(register_of_packet<T, Packet>(x)));
  }
};

/// f'(x), for unaryExpr.
template <differentiable_activation F>
struct derivative {
  using T = typename F::value_type;
  F f;

  explicit derivative(F const& functor) : f(functor) {}

  [[nodiscard]] T operator()(T const& x) const noexcept { return f.derivative(x); }

  template <class Packet>
  [[nodiscard]] Packet packetOp(Packet const& x) const noexcept {
    return Packet(f.derivative(register_of_packet<T, Packet>(x)));
  }
};

/// dy · f'(x), for x.binaryExpr(dy, ...): +0 wherever f'(x) is 0.
template <differentiable_activation F>
struct backward {
  using T = typename F::value_type;
  F f;

  explicit backward(F const& functor) : f(functor) {}

  [[nodiscard]] T operator()(T const& x, T const& dy) const noexcept { return chain(f, x, dy); }

  template <class Packet>
  [[nodiscard]] Packet packetOp(Packet const& x, Packet const& dy) const noexcept {
    using V = register_of_packet<T, Packet>;
    return Packet(chain(f, V(x), V(dy)));
  }
};

} // namespace rectify::eigen

namespace Eigen::internal {

template <class F>
struct functor_traits<rectify::eigen::forward<F>> {
  enum { Cost = 10, PacketAccess = rectify::eigen::has_packets<typename F::value_type> };
};
template <class F>
struct functor_traits<rectify::eigen::derivative<F>> {
  enum { Cost = 10, PacketAccess = rectify::eigen::has_packets<typename F::value_type> };
};
template <class F>
struct functor_traits<rectify::eigen::backward<F>> {
  enum { Cost = 10, PacketAccess = rectify::eigen::has_packets<typename F::value_type> };
};

} // namespace Eigen::internal
