// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/kernels/backward.hpp>
#include <rectify/kernels/channelwise_prelu.hpp>
#include <rectify/kernels/derivative.hpp>
#include <rectify/kernels/forward.hpp>
#include <rectify/kernels/gated.hpp>
#include <rectify/kernels/softmax.hpp>
#include <rectify/kernels/softmax_backward.hpp>
