// SPDX-License-Identifier: MIT
// Every coefficient in the headers is the one that the Sollya scripts in tests/coefficients printed.
#include <rectify/functions/gelu_tanh.hpp>
#include <rectify/functions/selu.hpp>
#include <rectify/math.hpp>
#include <rectify/math/gelu.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

using namespace rectify;

namespace {

/// The lines "type name number" of a file, of which each is to be asked for once.
class printed_coefficients {
public:
  explicit printed_coefficients(std::string const& file) {
    std::ifstream stream(RECTIFY_TEST_SOURCE_DIR "/coefficients/" + file);
    for (std::string line; std::getline(stream, line);) {
      std::istringstream words(line);
      std::string type;
      std::string name;
      std::string number;
      if (words >> type >> name >> number && type != "#") {
        unread_[type + " " + name] = std::strtod(number.c_str(), nullptr);
      }
    }
  }

  template <class T>
  void check(std::string const& name, T value) {
    std::string const key = (sizeof(T) == sizeof(float) ? "float " : "double ") + name;
    INFO(key);
    REQUIRE(unread_.contains(key));
    CHECK(unread_.at(key) == static_cast<double>(value));
    unread_.erase(key);
  }

  template <class T, std::size_t Size>
  void check(std::string const& name, T const (&values)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) {
      check(name + std::to_string(i), values[i]);
    }
  }

  [[nodiscard]] bool all_were_read() const { return unread_.empty(); }

private:
  std::map<std::string, double> unread_;
};

template <class T>
void check_exp(printed_coefficients& printed) {
  using c = math::exp_coefficients<T>;
  printed.check("q", c::q);
  printed.check("q_of_sum", c::q_of_sum);
  printed.check("log2_high", c::log2_high);
  printed.check("log2_low", c::log2_low);
  printed.check("log2_e", c::log2_e);
}

template <class T>
void check_tanh(printed_coefficients& printed) {
  using c = math::tanh_coefficients<T>;
  printed.check("c", c::c);
  printed.check("half_log2", c::half_log2);
  printed.check("half_log2_high", c::half_log2_high);
  printed.check("half_log2_low", c::half_log2_low);
  printed.check("two_log2_e", c::two_log2_e);
}

template <class T>
void check_log1p(printed_coefficients& printed) {
  printed.check("h", math::log1p_coefficients<T>::h);
}

template <class T>
void check_erf(printed_coefficients& printed) {
  printed.check("near", math::erf_coefficients<T>::near);
  printed.check("far", math::erf_coefficients<T>::far);
}

template <class T>
void check_gelu(printed_coefficients& printed) {
  using c = math::gelu_coefficients<T>;
  printed.check("far", c::far);
  printed.check("near", c::near);
  printed.check("slope_far", c::slope_far);
  printed.check("slope_near", c::slope_near);
  printed.check("root", c::root);
  printed.check("root_low", c::root_low);
}

template <class T>
void check_gelu_tanh(printed_coefficients& printed) {
  using c = gelu_tanh_constants<T>;
  printed.check("a", c::a);
  printed.check("b", c::b);
  printed.check("b_low", c::b_low);
  printed.check("three_b", c::three_b);
  printed.check("three_b_low", c::three_b_low);
  printed.check("c_high", c::c_high);
  printed.check("c_low", c::c_low);
  printed.check("log2_e", c::log2_e);
  printed.check("log2_high", c::log2_high);
  printed.check("log2_low", c::log2_low);
}

template <class T>
void check_selu(printed_coefficients& printed) {
  using c = selu_constants<T>;
  printed.check("scale", c::scale);
  printed.check("scale_minus_one", c::scale_minus_one);
  printed.check("a", c::a);
  printed.check("a_rest", c::a_rest);
  printed.check("short_a", c::short_a);
  printed.check("short_a_rest", c::short_a_rest);
  printed.check("a_minus_two", c::a_minus_two);
}

} // namespace

TEST_CASE("the coefficients are those that Sollya printed") {
  printed_coefficients exp("exp.txt");
  check_exp<float>(exp);
  check_exp<double>(exp);
  CHECK(exp.all_were_read());
  printed_coefficients tanh("tanh.txt");
  check_tanh<float>(tanh);
  check_tanh<double>(tanh);
  CHECK(tanh.all_were_read());
  printed_coefficients log1p("log1p.txt");
  check_log1p<float>(log1p);
  check_log1p<double>(log1p);
  CHECK(log1p.all_were_read());
  printed_coefficients erf("erf.txt");
  check_erf<float>(erf);
  check_erf<double>(erf);
  CHECK(erf.all_were_read());
  printed_coefficients gelu("gelu.txt");
  check_gelu<float>(gelu);
  check_gelu<double>(gelu);
  CHECK(gelu.all_were_read());
  printed_coefficients gelu_tanh("gelu_tanh.txt");
  check_gelu_tanh<float>(gelu_tanh);
  check_gelu_tanh<double>(gelu_tanh);
  CHECK(gelu_tanh.all_were_read());
  printed_coefficients selu("selu.txt");
  check_selu<float>(selu);
  check_selu<double>(selu);
  CHECK(selu.all_were_read());
}
