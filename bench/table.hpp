// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rectify_bench {

/// Google Benchmark's own display, and behind it, on the console, a table with the contenders side by side.
class table : public benchmark::BenchmarkReporter {
public:
  explicit table(benchmark::BenchmarkReporter& display)
      : display_(display), to_console_(dynamic_cast<benchmark::ConsoleReporter*>(&display) != nullptr) {}

  bool ReportContext(Context const& context) override { return display_.ReportContext(context); }

  void ReportRunsConfig(double min_time, bool has_explicit_iterations, benchmark::IterationCount iterations) override {
    display_.ReportRunsConfig(min_time, has_explicit_iterations, iterations);
  }

  void ReportRuns(std::vector<Run> const& runs) override {
    if (!to_console_) {
      display_.ReportRuns(runs);
      return;
    }
    std::vector<Run> shown;
    for (Run run : runs) {
      // Of the statistics only the median: four lines a row bury it, and it alone shrugs off a neighbour on a shared machine.
      // Files and other formats have them all.
      if (run.run_type == Run::RT_Aggregate && run.aggregate_name != "median") {
        continue;
      }
      if (auto const counter = run.counters.find("ns_per_1024"); counter != run.counters.end()) {
        counter->second.flags = benchmark::Counter::kDefaults; // an inverse rate would be shown as seconds
        enter(run.run_name.function_name, run.family_index, counter->second.value);
      }
      shown.push_back(run);
    }
    display_.ReportRuns(shown);
  }

  void Finalize() override {
    display_.Finalize();
    if (to_console_) {
      print();
    }
  }

private:
  struct line {
    std::int64_t place = 0;
    std::string limit;
    std::map<std::string, double> by_contender;
  };

  /// From direction/function/type/contender/elements.
  void enter(std::string const& name, std::int64_t place, double ns_per_1024) {
    auto const first = name.find('/');
    auto const second = name.find('/', first + 1);
    auto const third = name.find('/', second + 1);
    auto const fourth = name.find('/', third + 1);
    std::string const direction = name.substr(0, first);
    std::string const function = name.substr(first + 1, second - first - 1);
    std::string const type = name.substr(second + 1, third - second - 1);
    std::string const elements = name.substr(fourth + 1);
    if (function == "any") { // of several ways to move the data, the fastest here
      double& limit = limits_.try_emplace(direction + '/' + type + '/' + elements, ns_per_1024).first->second;
      limit = std::min(limit, ns_per_1024);
      return;
    }
    line& row = lines_.try_emplace(direction + '/' + function + '/' + type + '/' + elements).first->second;
    row.place = row.by_contender.empty() ? place : std::min(row.place, place);
    row.limit = direction + '/' + type + '/' + elements;
    std::string const contender = name.substr(third + 1, fourth - third - 1);
    row.by_contender[contender] = ns_per_1024;
    std::int64_t& first_place = contenders_.try_emplace(contender, place).first->second;
    first_place = std::min(first_place, place);
  }

  void print() const {
    if (lines_.empty()) {
      return;
    }
    // rows may have come in any order
    std::vector<std::pair<std::string, line>> sorted(lines_.begin(), lines_.end());
    std::sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) { return a.second.place < b.second.place; });
    std::vector<std::pair<std::int64_t, std::string>> columns{{-1, "limit"}};
    for (auto const& [contender, place] : contenders_) {
      columns.emplace_back(place, contender);
    }
    std::sort(columns.begin(), columns.end());
    auto const width = [](std::string const& column) { return std::max(9, static_cast<int>(column.size())); };
    std::printf("\n%-48s", "ns of CPU time per 1024 elements");
    for (auto const& [place, column] : columns) {
      std::printf(" %*s", width(column), column.c_str());
    }
    for (auto& [name, row] : sorted) {
      if (auto const limit = limits_.find(row.limit); limit != limits_.end()) {
        row.by_contender["limit"] = limit->second;
      }
      std::printf("\n%-48s", name.c_str());
      for (auto const& [place, column] : columns) {
        auto const number = row.by_contender.find(column);
        number == row.by_contender.end() ? std::printf(" %*s", width(column), "")
                                         : std::printf(" %*.1f", width(column), number->second);
      }
    }
    std::printf("\n(limit: the same data moved without a function, in the fastest of the ways timed: memcpy, loads and stores, "
                "stores past the caches; real_time: by the clock on the wall)\n");
  }

  benchmark::BenchmarkReporter& display_;
  bool to_console_;
  std::map<std::string, line> lines_;
  std::map<std::string, double> limits_;
  std::map<std::string, std::int64_t> contenders_; // and the place of the first row of each
};

} // namespace rectify_bench
