// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// The handwritten digits, and the errors of a file that does not hold them.
namespace digits {

inline constexpr std::size_t image_width = 8;
inline constexpr std::size_t pixel_count = image_width * image_width;
inline constexpr std::size_t class_count = 10;
inline constexpr int darkest_ink = 16;
inline constexpr float no_ink = -1;
inline constexpr std::size_t fewest_rows = 100;

/// Images of pixel_count numbers from -1 (no ink) to 1, one after the other, and the class of each.
struct dataset {
  std::vector<float> pixels;
  std::vector<std::size_t> labels;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] std::span<float const> image(std::size_t index) const {
    return std::span(pixels).subspan(index * pixel_count, pixel_count);
  }
};

/// What is wrong with a data file, and where.
struct data_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where a field stands, for errors.
struct field_position {
  std::string_view path;
  std::size_t line;
  std::size_t column;
};

inline int parse_field(std::string_view text, int highest, field_position const& position) {
  auto const complain = [&](std::string const& problem) {
    throw data_error(std::string(position.path) + ":" + std::to_string(position.line) + ": column " +
                     std::to_string(position.column) + " is '" + std::string(text) + "', " + problem);
  };
  int value = 0;
  char const* const end = text.data() + text.size();
  auto const [parsed_until, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::invalid_argument || parsed_until != end) {
    complain("which is not a whole number");
  }
  if (error == std::errc::result_out_of_range || value < 0 || value > highest) {
    complain("which is not in 0.." + std::to_string(highest));
  }
  return value;
}

inline std::vector<std::string_view> split_at_commas(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t begin = 0; begin <= line.size();) {
    std::size_t const end = std::min(line.find(',', begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return fields;
}

inline void append_row(dataset& data, std::string_view line, std::string const& path, std::size_t line_number) {
  auto const fields = split_at_commas(line);
  if (fields.size() != pixel_count + 1) {
    throw data_error(path + ":" + std::to_string(line_number) + ": the line has " + std::to_string(fields.size()) +
                     " columns, expected " + std::to_string(pixel_count + 1) + ": the pixels and the class");
  }
  for (std::size_t column = 0; column < pixel_count; ++column) {
    int const ink = parse_field(fields[column], darkest_ink, {path, line_number, column + 1});
    data.pixels.push_back(no_ink + 2 * static_cast<float>(ink) / static_cast<float>(darkest_ink));
  }
  int const label = parse_field(fields[pixel_count], static_cast<int>(class_count) - 1, {path, line_number, pixel_count + 1});
  data.labels.push_back(static_cast<std::size_t>(label));
}

/// Reads the whole file, or throws data_error.
inline dataset read_dataset(std::string const& path) {
  std::ifstream file(path);
  if (!file) {
    throw data_error(path + ": the data file cannot be opened");
  }
  dataset data;
  std::string line;
  for (std::size_t line_number = 1; std::getline(file, line); ++line_number) {
    if (line.ends_with('\r')) { // a checkout on Windows
      line.pop_back();
    }
    append_row(data, line, path, line_number);
  }
  if (file.bad()) {
    throw data_error(path + ": the data file cannot be read");
  }
  if (data.size() < fewest_rows) {
    throw data_error(path + ": the data file has " + (data.size() == 0 ? "no" : std::to_string(data.size())) +
                     " rows; training and testing need at least " + std::to_string(fewest_rows));
  }
  return data;
}

/// The rows [first, first + count).
inline dataset part_of(dataset const& data, std::size_t first, std::size_t count) {
  auto const pixels = std::span(data.pixels).subspan(first * pixel_count, count * pixel_count);
  auto const labels = std::span(data.labels).subspan(first, count);
  return {{pixels.begin(), pixels.end()}, {labels.begin(), labels.end()}};
}

/// The images moved to the right by `pixels` columns, or to the left where that is negative.
inline void append_moved(dataset& to, dataset const& from, std::ptrdiff_t pixels) {
  auto const width = static_cast<std::ptrdiff_t>(image_width);
  for (std::size_t i = 0; i < from.pixels.size(); ++i) {
    std::ptrdiff_t const column = static_cast<std::ptrdiff_t>(i) % width - pixels;
    bool const inside = column >= 0 && column < width;
    to.pixels.push_back(inside ? *(from.pixels.begin() + static_cast<std::ptrdiff_t>(i) - pixels) : no_ink);
  }
  to.labels.insert(to.labels.end(), from.labels.begin(), from.labels.end());
}

/// Each image three times: as it is, and moved by one pixel to either side. Centred digits are nearly a linear problem; to know
/// them wherever they stand is not.
inline dataset with_moved_copies(dataset const& data) {
  dataset all;
  for (std::ptrdiff_t const pixels : {0, -1, 1}) {
    append_moved(all, data, pixels);
  }
  return all;
}

} // namespace digits
