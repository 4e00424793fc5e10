// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/elu.hpp>
#include <rectify/functions/leaky_relu.hpp>
#include <rectify/functions/prelu.hpp>
#include <rectify/functions/relu.hpp>
#include <rectify/functions/sigmoid.hpp>
#include <rectify/functions/tanh.hpp>
