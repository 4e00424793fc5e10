// SPDX-License-Identifier: MIT
#pragma once

namespace rectify_bench {

class buffers;

void add_forward_rows(buffers& memory);
void add_in_place_rows(buffers& memory);
void add_derivative_rows(buffers& memory);
void add_backward_rows(buffers& memory);
void add_backward_from_output_rows(buffers& memory);
void add_backward_with_slope_rows(buffers& memory);
void add_streaming_rows(buffers& memory);
void add_storage_rows(buffers& memory);
void add_parallel_rows(buffers& memory);
void add_small_rows(buffers& memory);
void add_gated_rows(buffers& memory);
void add_softmax_rows(buffers& memory);
void add_channelwise_prelu_rows(buffers& memory);

} // namespace rectify_bench
