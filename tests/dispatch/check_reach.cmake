cmake_minimum_required(VERSION 3.25)
# OBJECT calls each kernel once: it must refer to each of them on each instruction set, and so leave the work to the objects.
set(kernels
    forward_operation<rectify::prelu<
    derivative_operation<rectify::prelu<
    backward_operation<rectify::prelu<
    backward_from_output_operation<rectify::prelu<
    backward_with_slope_kernel<rectify::prelu<
    convert_kernel<float,
    convert_kernel<rectify::stored_float<
    forward_operation<rectify::elu<
    forward_gated_operation<rectify::silu<
    backward_gated_operation<rectify::silu<
    rows_kernel<rectify::softmax_of_row,
    rows_kernel<rectify::log_softmax_of_row,
    gradient_rows_kernel<rectify::softmax_gradient,
    gradient_rows_kernel<rectify::log_softmax_gradient,
    forward_channelwise_kernel<
    backward_channelwise_kernel<)
execute_process(COMMAND ${NM} -uC ${OBJECT} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]*rectify::kernel_on<[^\n]*" references "${symbols}")
list(LENGTH references count)
foreach(kernel IN LISTS kernels)
  set(found ${references})
  string(REPLACE "(" "[(]" pattern "[ :]${kernel}")
  list(FILTER found INCLUDE REGEX "${pattern}")
  list(LENGTH found references_of_kernel)
  if(references_of_kernel EQUAL 0)
    message(FATAL_ERROR "${OBJECT} does not call ${kernel}...> of the objects")
  endif()
endforeach()
message("${count} references")
