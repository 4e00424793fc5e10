// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/parallel.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <execution>
#include <numeric>

/// The kernels with an execution policy of the standard library: forward(std::execution::par, f, x, y). libstdc++ runs it on
/// oneTBB, which the program links (TBB::tbb); where its headers are missing, it runs on one thread.
/// <rectify/kernels/parallel.hpp> alone, for executors of your own, needs neither.
namespace rectify {

/// One of the standard's: std::execution::seq, unseq, par, par_unseq.
template <class Policy>
concept execution_policy = std::is_execution_policy_v<std::remove_cvref_t<Policy>>;

/// The policy as an executor.
template <execution_policy Policy>
struct policy_executor {
  Policy const& policy;

  template <class Task>
  void operator()(std::size_t count, Task const& task) const {
    static constexpr std::array<std::uint16_t, most_chunks + 1> indices = [] {
      std::array<std::uint16_t, most_chunks + 1> all{};
      std::iota(all.begin(), all.end(), std::uint16_t{0});
      return all;
    }();
    auto const end = indices.begin() + static_cast<std::ptrdiff_t>(count);
    std::for_each(policy, indices.begin(), end, [&](std::uint16_t index) { task(index); });
  }
};

/// forward(f, x, y) and forward(unit, a, b, y), by the policy.
template <class Arch = default_arch, execution_policy Policy, class... Arguments>
requires(sizeof...(Arguments) >= 3) void forward(Policy const& policy, Arguments&&... arguments) {
  rectify::forward<Arch>(policy_executor<Policy>{policy}, std::forward<Arguments>(arguments)...);
}

/// derivative(f, x, d), by the policy.
template <class Arch = default_arch, execution_policy Policy, class... Arguments>
requires(sizeof...(Arguments) >= 3) void derivative(Policy const& policy, Arguments&&... arguments) {
  rectify::derivative<Arch>(policy_executor<Policy>{policy}, std::forward<Arguments>(arguments)...);
}

/// backward(f, x, dy, dx), backward(prelu, x, dy, dx, dslope) and backward(unit, a, b, dy, da, db), by the policy.
template <class Arch = default_arch, execution_policy Policy, class... Arguments>
requires(sizeof...(Arguments) >= 4) void backward(Policy const& policy, Arguments&&... arguments) {
  rectify::backward<Arch>(policy_executor<Policy>{policy}, std::forward<Arguments>(arguments)...);
}

/// backward_from_output(f, y, dy, dx), by the policy.
template <class Arch = default_arch, execution_policy Policy, class... Arguments>
requires(sizeof...(Arguments) >= 4) void backward_from_output(Policy const& policy, Arguments&&... arguments) {
  rectify::backward_from_output<Arch>(policy_executor<Policy>{policy}, std::forward<Arguments>(arguments)...);
}

/// softmax(x, y, row), by the policy; and the other three, likewise.
template <class Arch = default_arch, execution_policy Policy, class X, class Y>
void softmax(Policy const& policy, X const& x, Y&& y, std::size_t row) {
  rectify::softmax<Arch>(policy_executor<Policy>{policy}, x, y, row);
}
template <class Arch = default_arch, execution_policy Policy, class X, class Y>
void log_softmax(Policy const& policy, X const& x, Y&& y, std::size_t row) {
  rectify::log_softmax<Arch>(policy_executor<Policy>{policy}, x, y, row);
}
template <class Arch = default_arch, execution_policy Policy, class Y, class DY, class DX>
void softmax_backward(Policy const& policy, Y const& y, DY const& dy, DX&& dx, std::size_t row) {
  rectify::softmax_backward<Arch>(policy_executor<Policy>{policy}, y, dy, dx, row);
}
template <class Arch = default_arch, execution_policy Policy, class Y, class DY, class DX>
void log_softmax_backward(Policy const& policy, Y const& y, DY const& dy, DX&& dx, std::size_t row) {
  rectify::log_softmax_backward<Arch>(policy_executor<Policy>{policy}, y, dy, dx, row);
}

} // namespace rectify
