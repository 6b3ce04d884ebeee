#include "sample/captions.h"

#include <array>
#include <string_view>

namespace foreview {
namespace {

constexpr std::array<std::string_view, 15> kAuthors = {"paperlantern", "quiet.harbor", "studio_nine",  "tiny.planets",
                                                       "northwindow",  "loopmaker",    "citrus_lab",   "slowcoast",
                                                       "mintmotion",   "ninth.avenue", "cloudkitchen", "oddshapes",
                                                       "field.notes",  "velvetfox",    "daily_frame"};
constexpr std::array<std::string_view, 8> kOpenings = {"just", "another",  "today:",  "trying",
                                                       "made", "a little", "here is", "day 12,"};
constexpr std::array<std::string_view, 10> kThings = {"shapes",       "colours",     "a small loop", "this idea",
                                                      "an animation", "a new thing", "something",    "the next one",
                                                      "a quick clip", "patterns"};
constexpr std::array<std::string_view, 8> kClosings = {
    "for you",     "again",           "before lunch", "what do you think?",
    "part two...", "with headphones", "on a walk",    "until the end"};
constexpr std::array<std::string_view, 12> kTags = {"#fyp",        "#foryou", "#loop",   "#abstract",
                                                    "#satisfying", "#art",    "#chill",  "#animation",
                                                    "#design",     "#viral",  "#shapes", "#daily"};

template <size_t N>
std::string_view pick(const std::array<std::string_view, N>& list, Random& random) {
  return list[random.below(N)];
}

}  // namespace

std::string draw_caption(Random& random) {
  std::string caption(pick(kOpenings, random));
  caption.append(" ").append(pick(kThings, random)).append(" ").append(pick(kClosings, random));
  const size_t first = random.below(kTags.size());
  const size_t count = 1 + random.below(4);
  for (size_t i = 0; i < count; ++i) caption.append(" ").append(kTags[(first + 5 * i) % kTags.size()]);
  return caption;
}

std::string draw_author(Random& random) { return std::string(pick(kAuthors, random)); }

}  // namespace foreview
