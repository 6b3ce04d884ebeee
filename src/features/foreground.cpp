#include "features/foreground.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace foreview {
namespace {

constexpr float stands_out = 0.12f;                       // of the scene's light, in some channel
constexpr double of_the_ground = 0.6;                     // share of the pixels that the ground is fitted to
constexpr int rounds = 4;                                 // of the fit
constexpr size_t least_stride = 3, fitted_pixels = 3000;  // it sees some of the pixels, evenly spread
constexpr double least_light = 0.1;                       // what a black scene counts as: noise does not stand out
constexpr double least_region = 1e-3, least_detail = 1e-2, least_inside = 2e-3;
constexpr size_t terms = 6;

using Terms = std::array<double, terms>;
using Mask = std::vector<uint8_t>;

Terms terms_at(const ColourPicture& picture, size_t pixel) {
  const auto width = static_cast<size_t>(picture.width);
  const double u = 2.0 * static_cast<double>(pixel % width) / picture.width - 1,
               v = 2.0 * static_cast<double>(pixel / width) / picture.height - 1;
  return {1, u, v, u * u, v * v, u * v};
}

/// Solves the normal equations by Gaussian elimination; a term that nothing tells apart is 0.
Terms solved(std::array<Terms, terms> matrix, Terms right) {
  for (size_t i = 0; i < terms; ++i) matrix[i][i] += 1e-9 + 1e-6 * matrix[0][0];
  for (size_t pivot = 0; pivot < terms; ++pivot)
    for (size_t row = pivot + 1; row < terms; ++row) {
      const double factor = matrix[row][pivot] / matrix[pivot][pivot];
      for (size_t column = pivot; column < terms; ++column) matrix[row][column] -= factor * matrix[pivot][column];
      right[row] -= factor * right[pivot];
    }
  for (size_t row = terms; row-- > 0;) {
    for (size_t column = row + 1; column < terms; ++column) right[row] -= matrix[row][column] * right[column];
    right[row] /= matrix[row][row];
  }
  return right;
}

double value_of(const Terms& weights, const Terms& at) {
  return std::inner_product(at.begin(), at.end(), weights.begin(), 0.0);
}

/// Least squares over the pixels whose errors are at most `most`.
Terms fitted(const std::vector<Terms>& places, const std::vector<double>& values, const std::vector<double>& errors,
             double most) {
  std::array<Terms, terms> matrix{};
  Terms right{};
  for (size_t i = 0; i < places.size(); ++i) {
    if (errors[i] > most) continue;
    for (size_t a = 0; a < terms; ++a) {
      right[a] += places[i][a] * values[i];
      for (size_t b = 0; b <= a; ++b) matrix[a][b] += places[i][a] * places[i][b];
    }
  }
  for (size_t a = 0; a < terms; ++a)
    for (size_t b = a + 1; b < terms; ++b) matrix[a][b] = matrix[b][a];
  return solved(matrix, right);
}

/// Each round fits the pixels that the one before came nearest to.
Terms ground_of(const std::vector<Terms>& places, const std::vector<double>& values) {
  Terms weights{};
  std::vector<double> errors(places.size(), 0.0);
  double nearest = 0;
  for (int round = 0; round < rounds; ++round) {
    weights = fitted(places, values, errors, nearest);
    for (size_t i = 0; i < places.size(); ++i) errors[i] = std::abs(values[i] - value_of(weights, places[i]));
    std::vector<double> sorted = errors;
    const auto place =
        sorted.begin() + static_cast<std::ptrdiff_t>(of_the_ground * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), place, sorted.end());
    nearest = *place;
  }
  return weights;
}

struct Ground {
  std::array<Terms, 3> weights;
  double light = 0;  // median luma, and least_light
};

Ground ground_of(const ColourPicture& picture) {
  const size_t stride = std::max(least_stride, picture.colours.size() / fitted_pixels);
  std::vector<Terms> places;
  for (size_t pixel = 0; pixel < picture.colours.size(); pixel += stride) places.push_back(terms_at(picture, pixel));
  Ground ground{};
  for (size_t channel = 0; channel < 3; ++channel) {
    std::vector<double> values;
    for (size_t i = 0; i < places.size(); ++i) values.push_back(picture.colours[i * stride][channel]);
    ground.weights[channel] = ground_of(places, values);
  }
  std::vector<float> lights;
  for (const Terms& place : places) {
    Colour colour;
    for (size_t channel = 0; channel < 3; ++channel)
      colour[channel] = static_cast<float>(value_of(ground.weights[channel], place));
    lights.push_back(luma_of(colour));
  }
  std::ranges::nth_element(lights, lights.begin() + static_cast<std::ptrdiff_t>(lights.size() / 2));
  ground.light = std::max(0.0, static_cast<double>(lights[lights.size() / 2])) + least_light;
  return ground;
}

Mask outstanding(const ColourPicture& picture, const Ground& ground) {
  Mask mask;
  for (size_t pixel = 0; pixel < picture.colours.size(); ++pixel) {
    const Terms place = terms_at(picture, pixel);
    double most = 0;
    for (size_t channel = 0; channel < 3; ++channel)
      most = std::max(most, std::abs(picture.colours[pixel][channel] - value_of(ground.weights[channel], place)));
    mask.push_back(most > stands_out * ground.light);
  }
  return mask;
}

/// Pixels of each region whose pixels touch side by side.
std::vector<size_t> region_sizes(const ColourPicture& picture, Mask mask) {
  std::vector<size_t> sizes, waiting;
  const auto width = static_cast<size_t>(picture.width);
  for (size_t first = 0; first < mask.size(); ++first) {
    const auto visit = [&](size_t pixel) {
      if (!mask[pixel]) return;
      mask[pixel] = 0;
      waiting.push_back(pixel);
    };
    visit(first);
    if (waiting.empty()) continue;
    size_t size = 0;
    while (!waiting.empty()) {
      const size_t pixel = waiting.back();
      waiting.pop_back();
      ++size;
      if (pixel % width > 0) visit(pixel - 1);
      if (pixel % width + 1 < width) visit(pixel + 1);
      if (pixel >= width) visit(pixel - width);
      if (pixel + width < mask.size()) visit(pixel + width);
    }
    sizes.push_back(size);
  }
  return sizes;
}

/// Without pixels beside others of the ground; the picture's border is no edge.
Mask without_edges(const ColourPicture& picture, const Mask& mask) {
  Mask inside = mask;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const bool touches = (x > 0 && !mask[picture.place(x - 1, y)]) || (y > 0 && !mask[picture.place(x, y - 1)]) ||
                           (x + 1 < picture.width && !mask[picture.place(x + 1, y)]) ||
                           (y + 1 < picture.height && !mask[picture.place(x, y + 1)]);
      if (touches) inside[picture.place(x, y)] = 0;
    }
  return inside;
}

double detail_inside(const ColourPicture& picture, const Mask& mask, double light) {
  const Mask inside = without_edges(picture, without_edges(picture, mask));
  double steps = 0, count = 0;
  for (int y = 1; y < picture.height; ++y)
    for (int x = 1; x < picture.width; ++x) {
      if (!inside[picture.place(x, y)]) continue;
      const float here = picture.at(x, y);
      steps += std::abs(here - picture.at(x - 1, y)) + std::abs(here - picture.at(x, y - 1));
      ++count;
    }
  const bool is_enough = count > least_inside * static_cast<double>(mask.size());
  return std::log((is_enough ? steps / count / light : 0) + least_detail);
}

}  // namespace

Foreground foreground_of(const ColourPicture& picture) {
  Foreground foreground{.region = std::log(least_region), .detail = std::log(least_detail)};
  if (picture.colours.empty()) return foreground;
  const Ground ground = ground_of(picture);
  const Mask mask = outstanding(picture, ground);
  double pixels = 0, squares = 0;
  for (const size_t size : region_sizes(picture, mask)) {
    pixels += static_cast<double>(size);
    squares += static_cast<double>(size) * static_cast<double>(size);
  }
  if (pixels == 0) return foreground;
  const auto all = static_cast<double>(mask.size());
  foreground.share = pixels / all;
  foreground.region = std::log(squares / pixels / all + least_region);
  foreground.regions = pixels * pixels / squares;
  foreground.detail = detail_inside(picture, mask, ground.light);
  return foreground;
}

}  // namespace foreview
