// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels.hpp>

namespace rectify {

/// The instruction set that kernels run on where the call names none and rectify::dispatch has objects of the functor, as in
/// "fma3+avx2". The first call, or the first of a kernel, chooses: the best that the machine has, or less where the environment
/// variable RECTIFY_ARCH asks for less. Link rectify::dispatch.
[[nodiscard]] char const* runtime_arch_name() noexcept;

} // namespace rectify
