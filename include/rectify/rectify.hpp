// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>
#include <rectify/catalogue.hpp>
#include <rectify/dispatch.hpp>
#include <rectify/functions.hpp>
#include <rectify/kernels.hpp>
#include <rectify/math.hpp>
