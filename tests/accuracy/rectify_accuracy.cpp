// SPDX-License-Identifier: MIT
// The error of every function of the catalogue, measured: float over the whole format (or each stride-th number), double over
// directed and random samples. Prints a table, and fails where a header promises more than it keeps.
#include "accuracy/storage.hpp"
#include "accuracy/table.hpp"
#ifdef RECTIFY_HAS_PEERS
#include "accuracy/rivals.hpp"
#endif

#include <cstring>
#include <string_view>

using namespace rectify;
using namespace rectify::test;

namespace {

struct options {
  extent measured;
  std::string function;
  std::string type;
  std::string file; // to be compared
  bool storage = false;
  bool rivals = false;
};

template <class T>
bool measure_all(options const& options, std::map<std::string, row>& written) {
  bool kept = true;
  for (subject<T> const& s : subjects<T>()) {
    if (!options.function.empty() && options.function != s.function) {
      continue;
    }
    measurement<T> const errors = measure(s, options.measured);
    row const r = row_of(s, errors);
    print(r);
    if (errors.ulp > s.bound || errors.absolute > s.near_zero.error) {
      std::printf("  above the bound that the header promises\n");
      kept = false;
    }
    if (!options.file.empty()) {
      if (!written.contains(r.key())) {
        std::printf("  is missing in %s\n", options.file.c_str());
        kept = false;
      } else {
        kept = agrees(written.at(r.key()), r, s) && kept;
        written.erase(r.key());
      }
    }
  }
  return kept;
}

int usage() {
  std::fputs("usage: rectify_accuracy [--stride N] [--samples N] [--function NAME] [--type f32|f64] [--check FILE] [--storage] "
             "[--rivals]\n"
             "  --stride N       measure each N-th float (default 1: all of them)\n"
             "  --samples N      measure N doubles (default 10000000)\n"
             "  --function NAME  only this function\n"
             "  --type TYPE      only this element type\n"
             "  --check FILE     fail where a table in FILE is not what is measured\n"
             "  --storage        instead, ranges of 16 bits: every input of every function\n"
             "  --rivals         instead, other libraries beside this one (a build with RECTIFY_BUILD_PEERS)\n",
             stderr);
  return 2;
}

} // namespace

int main(int count, char** arguments) try {
  options options;
  for (int i = 1; i < count; i += 2) {
    std::string_view const name = arguments[i];
    if (name == "--rivals" || name == "--storage") {
      (name == "--rivals" ? options.rivals : options.storage) = true;
      --i;
      continue;
    }
    if (i + 1 == count) {
      return usage();
    }
    char* end = nullptr;
    std::uint64_t const number = std::strtoull(arguments[i + 1], &end, 10);
    bool const is_number = *end == '\0' && number > 0;
    if (name == "--stride" && is_number) {
      options.measured.stride = number;
    } else if (name == "--samples" && is_number) {
      options.measured.samples = number;
    } else if (name == "--function") {
      options.function = arguments[i + 1];
    } else if (name == "--type" && (std::strcmp(arguments[i + 1], "f32") == 0 || std::strcmp(arguments[i + 1], "f64") == 0)) {
      options.type = arguments[i + 1];
    } else if (name == "--check") {
      options.file = arguments[i + 1];
    } else {
      return usage();
    }
  }
  if (options.storage) {
    return print_storage_errors(options.file) ? 0 : 1;
  }
  if (options.rivals) {
#ifdef RECTIFY_HAS_PEERS
    print_rivals(options.measured);
    return 0;
#else
    std::fputs("rectify_accuracy: built without other libraries; configure with -DRECTIFY_BUILD_PEERS=ON\n", stderr);
    return 2;
#endif
  }
  std::map<std::string, row> written = options.file.empty() ? std::map<std::string, row>{} : read_rows(options.file);
  std::fprintf(stderr, "instruction set %s\n", default_arch::name());
  if (options.measured.stride == 1) {
    std::printf("All floats, %zu doubles.\n\n", options.measured.samples);
  } else {
    std::printf("Each %llu-th float, %zu doubles.\n\n", static_cast<unsigned long long>(options.measured.stride),
                options.measured.samples);
  }
  print_heading();
  bool const floats_kept = options.type == "f64" || measure_all<float>(options, written);
  bool const doubles_kept = options.type == "f32" || measure_all<double>(options, written);
  bool const is_whole = options.function.empty() && options.type.empty();
  for (auto const& [key, unmatched] : written) {
    if (is_whole) {
      std::printf("  %s has a row for what is not in the catalogue: %s\n", options.file.c_str(), key.c_str());
    }
  }
  return floats_kept && doubles_kept && (written.empty() || !is_whole) ? 0 : 1;
} catch (std::exception const& failure) {
  std::fprintf(stderr, "rectify_accuracy: %s\n", failure.what());
  return 1;
}
