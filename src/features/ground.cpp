#include "features/ground.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace foreview {
namespace {

constexpr double of_a_picture = 0.6, of_all_pictures = 0.4;  // share of the pixels that a ground is fitted to
constexpr int rounds = 4, rounds_of_all = 8;                 // of the fit
constexpr size_t least_stride = 3;                           // it sees some of the pixels, evenly spread
constexpr size_t fitted_pixels = 3000, fitted_of_all = 16'000;
constexpr double least_light = 0.1;

float median_of(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Middle of the shortest interval that has `share` of the values: where they are densest, whatever else there is.
double densest_of(std::vector<double> values, double share) {
  std::ranges::sort(values);
  const auto steps = static_cast<size_t>(share * static_cast<double>(values.size() - 1));
  size_t best = 0;
  for (size_t first = 0; first + steps < values.size(); ++first)
    if (values[first + steps] - values[first] < values[best + steps] - values[best]) best = first;
  return 0.5 * (values[best] + values[best + steps]);
}

template <class Terms>
double value_of(const Terms& weights, const Terms& at) {
  return std::inner_product(at.begin(), at.end(), weights.begin(), 0.0);
}

}  // namespace

/// One channel's values at sampled pixels, and how far a ground is from each.
struct Ground::Fit {
  std::vector<Terms> places;
  std::vector<double> values, errors;

  /// Solves the normal equations by Gaussian elimination; a term that nothing tells apart is 0.
  static Terms solved(std::array<Terms, terms> matrix, Terms right) {
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

  /// Least squares over the pixels whose errors are at most `most`.
  Terms fitted(double most) const {
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

  /// Each round fits the share of pixels that the one before came nearest to; the first, by `errors` as they are.
  Terms trimmed(double share, int count) {
    Terms weights{};
    for (int round = 0; round < count; ++round) {
      std::vector<double> sorted = errors;
      const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
      std::nth_element(sorted.begin(), place, sorted.end());
      weights = fitted(*place);
      for (size_t i = 0; i < places.size(); ++i) errors[i] = std::abs(values[i] - value_of(weights, places[i]));
    }
    return weights;
  }
};

Ground::Terms Ground::terms_at(const ColourPicture& picture, size_t pixel) {
  const auto width = static_cast<size_t>(picture.width);
  const double u = 2.0 * static_cast<double>(pixel % width) / picture.width - 1,
               v = 2.0 * static_cast<double>(pixel / width) / picture.height - 1;
  return {1, u, v, u * u, v * v, u * v};
}

Ground Ground::of(const ColourPicture& picture) {
  const size_t stride = std::max(least_stride, picture.colours.size() / fitted_pixels);
  Fit fit;
  for (size_t pixel = 0; pixel < picture.colours.size(); pixel += stride)
    fit.places.push_back(terms_at(picture, pixel));
  Ground ground;
  for (size_t channel = 0; channel < 3; ++channel) {
    fit.values.clear();
    for (size_t i = 0; i < fit.places.size(); ++i) fit.values.push_back(picture.colours[i * stride][channel]);
    fit.errors.assign(fit.places.size(), 0.0);
    ground.weights_[channel] = fit.trimmed(of_a_picture, rounds);
  }
  ground.measure_light(fit.places);
  return ground;
}

Ground Ground::of(std::span<const ColourPicture> pictures) {
  const ColourPicture& first = pictures.front();
  const size_t stride = std::max(least_stride, first.colours.size() * pictures.size() / fitted_of_all);
  std::vector<Terms> places;
  for (size_t pixel = 0; pixel < first.colours.size(); pixel += stride) places.push_back(terms_at(first, pixel));
  Fit fit;
  for (size_t i = 0; i < pictures.size(); ++i) fit.places.insert(fit.places.end(), places.begin(), places.end());
  Ground ground;
  for (size_t channel = 0; channel < 3; ++channel) {
    fit.values.clear();
    for (const ColourPicture& picture : pictures)
      for (size_t i = 0; i < places.size(); ++i) fit.values.push_back(picture.colours[i * stride][channel]);
    fit.errors.assign(fit.values.size(), 0.0);
    for (size_t i = 0; i < places.size(); ++i) {
      std::vector<double> over_time;
      for (size_t at = i; at < fit.values.size(); at += places.size()) over_time.push_back(fit.values[at]);
      const double usual = densest_of(std::move(over_time), of_all_pictures);
      for (size_t at = i; at < fit.values.size(); at += places.size())
        fit.errors[at] = std::abs(fit.values[at] - usual);
    }
    ground.weights_[channel] = fit.trimmed(of_all_pictures, rounds_of_all);
  }
  ground.measure_light(places);
  return ground;
}

void Ground::measure_light(const std::vector<Terms>& places) {
  std::vector<float> lights;
  for (const Terms& place : places) {
    Colour colour;
    for (size_t channel = 0; channel < 3; ++channel)
      colour[channel] = static_cast<float>(value_of(weights_[channel], place));
    lights.push_back(luma_of(colour));
  }
  light_ = std::max(0.0, static_cast<double>(median_of(std::move(lights)))) + least_light;
}

std::vector<float> Ground::distances(const ColourPicture& picture) const {
  std::vector<float> distances;
  for (size_t pixel = 0; pixel < picture.colours.size(); ++pixel) {
    const Terms place = terms_at(picture, pixel);
    double most = 0;
    for (size_t channel = 0; channel < 3; ++channel)
      most = std::max(most, std::abs(picture.colours[pixel][channel] - value_of(weights_[channel], place)));
    distances.push_back(static_cast<float>(most / light_));
  }
  return distances;
}

}  // namespace foreview
