// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

/// A plot as SVG: axes, lines, points and words, in the colours of the reader's light or dark page.
namespace curves {

struct position {
  double x;
  double y;
};

/// What a line shows, and so its colour.
enum class series { forward, derivative };

/// A line of another kind: its name in the legend, and its colour on a page of either kind.
struct line_kind {
  std::string name;
  std::string colour;
  std::string width = "2"; // more for one that others would hide
};

class picture {
public:
  static constexpr double width = 440;
  static constexpr double height = 300;
  static constexpr double left = 40;
  static constexpr double right = width - 14;
  static constexpr double top = 52;
  static constexpr double bottom = height - 44;

  /// The part of the plane that the axes span.
  picture(position low, position high) : low_(low), high_(high) {
    text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 440 300\" width=\"440\" height=\"300\" "
            "font-family=\"system-ui, sans-serif\" font-size=\"11\">\n"
            "<style>\n"
            ".page{fill:#fff;stroke:#d8dee4}.ink{fill:#1f2328}.faint{fill:#656d76}.grid{stroke:#eaeef2}.axis{stroke:#8c959f}\n"
            ".forward{stroke:#0969da}.derivative{stroke:#cf5b12}.forward-fill{fill:#0969da}.derivative-fill{fill:#cf5b12}\n"
            ".promise{stroke:#8c959f;stroke-dasharray:4 3}\n"
            "@media(prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#30363d}.ink{fill:#e6edf3}.faint{fill:#8d96a0}\n"
            ".grid{stroke:#21262d}.axis,.promise{stroke:#6e7681}.forward{stroke:#58a6ff}.derivative{stroke:#f0883e}\n"
            ".forward-fill{fill:#58a6ff}.derivative-fill{fill:#f0883e}}\n"
            "</style>\n"
            "<rect class=\"page\" x=\"0.5\" y=\"0.5\" width=\"439\" height=\"299\" rx=\"8\"/>\n";
  }

  [[nodiscard]] position place(position p) const {
    return {left + (p.x - low_.x) / (high_.x - low_.x) * (right - left),
            bottom - (p.y - low_.y) / (high_.y - low_.y) * (bottom - top)};
  }

  void title(std::string_view name, std::string_view formula) {
    word(16, 22, "ink", "start", name, " font-size=\"15\" font-weight=\"600\"");
    word(width - 16, 22, "faint", "end", formula);
  }

  /// The two series by name, and a remark at the end of the line.
  void legend(std::string_view forward, std::string_view derivative, std::string_view remark = "") {
    key(16, "forward", forward);
    key(30 + 6.2 * static_cast<double>(forward.size()) + 16, "derivative", derivative);
    word(width - 16, height - 10, "faint", "end", remark);
  }

  void vertical(double x, std::string_view label, bool is_axis) {
    double const at = place({x, 0}).x;
    line(is_axis ? "axis" : "grid", {at, top}, {at, bottom});
    word(at, bottom + 14, "faint", "middle", label);
  }

  void horizontal(double y, std::string_view label, bool is_axis) {
    double const at = place({0, y}).y;
    line(is_axis ? "axis" : "grid", {left, at}, {right, at});
    word(left - 6, at + 4, "faint", "end", label);
  }

  void promise(double y) {
    double const at = place({0, y}).y;
    line("promise", {left, at}, {right, at});
  }

  /// A line through the points; what lies outside the axes is cut off where it leaves them.
  void curve(series s, std::vector<position> const& points) {
    curve_in(std::string("class=\"") + name(s) + "\" fill=\"none\" stroke-width=\"2\"", points);
  }
  void curve(line_kind const& kind, std::vector<position> const& points) {
    curve_in("stroke=\"" + kind.colour + "\" fill=\"none\" stroke-width=\"" + kind.width + "\"", points);
  }

  /// The kinds by name, and a remark at the end of the line.
  void legend(std::vector<line_kind> const& kinds, std::string_view remark) {
    double x = 16;
    for (line_kind const& kind : kinds) {
      text_ += "<rect fill=\"" + kind.colour + "\" x=\"" + number(x) + "\" y=\"34\" width=\"10\" height=\"3\" rx=\"1\"/>\n";
      word(x + 14, 39, "faint", "start", kind.name);
      x += 30 + 6.2 * static_cast<double>(kind.name.size());
    }
    word(width - 16, height - 10, "faint", "end", remark);
  }

  /// From the bottom up to each point.
  void columns(series s, std::vector<position> const& points, double column_width) {
    text_ += std::string("<path class=\"") + name(s) + "\" fill=\"none\" stroke-width=\"" + number(column_width) +
             "\" stroke-opacity=\"0.75\" d=\"";
    for (position const& p : points) {
      position const at = place({p.x, p.y < high_.y ? p.y : high_.y});
      if (at.y < bottom - 0.05) {
        text_ += "M" + number(at.x) + " " + number(bottom) + "V" + number(at.y);
      }
    }
    text_ += "\"/>\n";
  }

  /// A point that belongs to the curve, or one that does not.
  void dot(series s, position p, bool belongs) {
    position const at = place(p);
    text_ += "<circle class=\"" + std::string(belongs ? std::string(name(s)) + "-fill" : "page") + " " + name(s) + "\" cx=\"" +
             number(at.x) + "\" cy=\"" + number(at.y) + "\" r=\"3\" stroke-width=\"1.5\"/>\n";
  }

  [[nodiscard]] std::string text() const { return text_ + "</svg>\n"; }

private:
  static char const* name(series s) { return s == series::forward ? "forward" : "derivative"; }

  static std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
  }

  static std::string escaped(std::string_view words) {
    std::string text;
    for (char const c : words) {
      text += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
    }
    return text;
  }

  void word(double x, double y, char const* kind, char const* anchor, std::string_view words, char const* more = "") {
    text_ += std::string("<text class=\"") + kind + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor +
             "\"" + more + ">" + escaped(words) + "</text>\n";
  }

  void key(double x, char const* kind, std::string_view words) {
    text_ +=
        std::string("<rect class=\"") + kind + "-fill\" x=\"" + number(x) + "\" y=\"34\" width=\"10\" height=\"3\" rx=\"1\"/>\n";
    word(x + 14, 39, "faint", "start", words);
  }

  void line(char const* kind, position from, position to) {
    text_ += std::string("<path class=\"") + kind + "\" d=\"M" + number(from.x) + " " + number(from.y) + "L" + number(to.x) +
             " " + number(to.y) + "\"/>\n";
  }

  void curve_in(std::string const& paint, std::vector<position> const& points) {
    std::vector<position> piece;
    for (position const& p : points) {
      if (p.y >= low_.y && p.y <= high_.y) {
        piece.push_back(place(p));
      } else if (!piece.empty()) {
        polyline(paint, piece);
        piece.clear();
      }
    }
    polyline(paint, piece);
  }

  void polyline(std::string const& paint, std::vector<position> const& points) {
    if (points.size() < 2) {
      return;
    }
    text_ += "<path " + paint + " stroke-linejoin=\"round\" d=\"";
    char command = 'M';
    for (position const& p : points) {
      text_ += command + number(p.x) + " " + number(p.y);
      command = 'L';
    }
    text_ += "\"/>\n";
  }

  position low_;
  position high_;
  std::string text_;
};

} // namespace curves
