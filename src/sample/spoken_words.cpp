#include "sample/spoken_words.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace foreview {
namespace {

// Common words that sound unlike each other and that a small recogniser mostly understands from the synthetic voice.
constexpr std::array<std::string_view, 6> kGood = {"sunshine", "chocolate", "holiday",
                                                   "birthday", "wonderful", "strawberry"};
constexpr std::array<std::string_view, 6> kBad = {"hospital", "mosquito", "garbage", "problem", "broken", "headache"};
constexpr std::array<std::string_view, 10> kNeutral = {"president", "yesterday", "radio",  "library",    "coffee",
                                                       "people",    "treasure",  "tomato", "university", "window"};

void add_some(std::vector<std::string>& words, std::span<const std::string_view> list, int count, Random& random) {
  std::vector<std::string_view> shuffled(list.begin(), list.end());
  random.shuffle(std::span<std::string_view>(shuffled));
  for (int i = 0; i < count; ++i) words.emplace_back(shuffled[i]);
}

}  // namespace

std::span<const std::string_view> good_words() { return kGood; }
std::span<const std::string_view> bad_words() { return kBad; }
std::span<const std::string_view> neutral_words() { return kNeutral; }

std::vector<std::string> draw_words(int count, int score, Random& random) {
  const int left = count - std::abs(score);
  // A good and a bad word together leave the score as it is, so that the mere presence of either tells little.
  const int most_pairs = std::min(left / 2, static_cast<int>(kGood.size()) - std::abs(score));
  const int pairs = static_cast<int>(random.below(most_pairs + 1));
  std::vector<std::string> words;
  add_some(words, kGood, pairs + std::max(score, 0), random);
  add_some(words, kBad, pairs + std::max(-score, 0), random);
  add_some(words, kNeutral, left - 2 * pairs, random);
  random.shuffle(std::span<std::string>(words));
  return words;
}

}  // namespace foreview
