// SPDX-License-Identifier: MIT
#include "buffers.hpp"
#include "contender.hpp"
#include "directions.hpp"
#include "table.hpp"

#include <benchmark/benchmark.h>
#include <rectify/kernels/arch.hpp>

#include <fstream>
#include <string>

namespace rectify_bench {
namespace {

[[nodiscard]] std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) {
      return line.substr(line.find(':') + 2);
    }
  }
  return "unknown";
}

[[nodiscard]] std::string compiler() {
#if defined(__clang__)
  return __VERSION__;
#else
  return std::string("g++ ") + __VERSION__;
#endif
}

void add_context() {
  benchmark::AddCustomContext("machine", processor());
  benchmark::AddCustomContext("compiler", compiler());
  benchmark::AddCustomContext("flags", RECTIFY_BENCH_FLAGS);
  benchmark::AddCustomContext("instruction set", std::string(rectify::default_arch::name()) +
                                                     ", for rectify and its rivals alike: " RECTIFY_BENCH_INSTRUCTION_SET);
  for (auto const& [library, version] : peer_versions()) {
    benchmark::AddCustomContext("peer " + library, version);
  }
}

} // namespace
} // namespace rectify_bench

// The command line is Google Benchmark's. Without arguments everything runs, for more than half an hour; one size of elu:
//   rectify_bench --benchmark_filter='/(any|elu)/f32/.*/16384$'
int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  rectify_bench::buffers memory;
  rectify_bench::add_context();
  rectify_bench::add_forward_rows(memory);
  rectify_bench::add_in_place_rows(memory);
  rectify_bench::add_derivative_rows(memory);
  rectify_bench::add_backward_rows(memory);
  rectify_bench::add_backward_from_output_rows(memory);
  rectify_bench::add_backward_with_slope_rows(memory);
  rectify_bench::add_streaming_rows(memory);
  rectify_bench::add_small_rows(memory);
  rectify_bench::add_parallel_rows(memory);
  rectify_bench::add_storage_rows(memory);
  rectify_bench::add_gated_rows(memory);
  rectify_bench::add_softmax_rows(memory);
  rectify_bench::add_channelwise_prelu_rows(memory);
  rectify_bench::table table(*benchmark::CreateDefaultDisplayReporter());
  benchmark::RunSpecifiedBenchmarks(&table);
  benchmark::Shutdown();
}
