// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions/celu.hpp>
#include <rectify/functions/elu.hpp>
#include <rectify/functions/gated.hpp>
#include <rectify/functions/gelu.hpp>
#include <rectify/functions/gelu_tanh.hpp>
#include <rectify/functions/hard_sigmoid.hpp>
#include <rectify/functions/hard_swish.hpp>
#include <rectify/functions/hard_tanh.hpp>
#include <rectify/functions/identity.hpp>
#include <rectify/functions/leaky_relu.hpp>
#include <rectify/functions/log_sigmoid.hpp>
#include <rectify/functions/mish.hpp>
#include <rectify/functions/prelu.hpp>
#include <rectify/functions/relu.hpp>
#include <rectify/functions/relu6.hpp>
#include <rectify/functions/selu.hpp>
#include <rectify/functions/sigmoid.hpp>
#include <rectify/functions/silu.hpp>
#include <rectify/functions/softplus.hpp>
#include <rectify/functions/softsign.hpp>
#include <rectify/functions/tanh.hpp>
#include <rectify/functions/thresholded_relu.hpp>
