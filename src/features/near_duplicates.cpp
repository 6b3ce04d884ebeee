#include "features/near_duplicates.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>

namespace foreview {
namespace {

using Pair = std::pair<size_t, size_t>;

/// Contents that share rare keys are worth a closer look; a key that many share says nothing.
template <class KeysOf>
std::set<Pair> pairs_sharing(const std::vector<SignedContent>& contents, size_t least_shared, KeysOf keys_of) {
  constexpr size_t most_sharing = 64;
  std::unordered_map<uint64_t, std::vector<size_t>> having;
  for (size_t i = 0; i < contents.size(); ++i)
    for (const uint64_t key : keys_of(contents[i].signature)) having[key].push_back(i);
  std::map<Pair, size_t> shared;
  for (const auto& [key, all] : having) {
    if (all.size() > most_sharing) continue;
    for (size_t a = 0; a < all.size(); ++a)
      for (size_t b = a + 1; b < all.size(); ++b) ++shared[{all[a], all[b]}];
  }
  std::set<Pair> pairs;
  for (const auto& [pair, count] : shared)
    if (count >= least_shared) pairs.insert(pair);
  return pairs;
}

/// Four parts of each frame's hash: near-identical frames have at least one of them equal, most of the time.
std::set<uint64_t> picture_keys(const TrackSignature& signature) {
  std::set<uint64_t> keys;
  for (const FrameSignature& frame : signature.frames)
    for (uint64_t part = 0; part < 4; ++part) keys.insert(part << 16 | (frame.hash >> (16 * part) & 0xffff));
  return keys;
}

/// Two codes after another.
std::set<uint64_t> sound_keys(const TrackSignature& signature) {
  std::set<uint64_t> keys;
  for (size_t i = 0; i + 1 < signature.sound.size(); ++i)
    if (signature.sound[i] >= 0 && signature.sound[i + 1] >= 0)
      keys.insert(static_cast<uint64_t>(signature.sound[i]) << 16 | static_cast<uint64_t>(signature.sound[i + 1]));
  return keys;
}

class Groups {
 public:
  explicit Groups(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }
  size_t root(size_t item) {
    while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
    return item;
  }
  void join(size_t a, size_t b) { parent_[root(a)] = root(b); }

 private:
  std::vector<size_t> parent_;
};

}  // namespace

std::map<std::string, std::string> near_duplicates(const std::vector<SignedContent>& contents) {
  Groups groups(contents.size());
  for (const auto& [a, b] : pairs_sharing(contents, 3, picture_keys))
    if (groups.root(a) != groups.root(b) && same_pictures(contents[a].signature, contents[b].signature))
      groups.join(a, b);
  for (const auto& [a, b] : pairs_sharing(contents, 3, sound_keys))
    if (groups.root(a) != groups.root(b) && same_sound(contents[a].signature, contents[b].signature)) groups.join(a, b);

  std::map<size_t, std::vector<const SignedContent*>> members;
  for (size_t i = 0; i < contents.size(); ++i) members[groups.root(i)].push_back(&contents[i]);
  std::map<std::string, std::string> group_of;
  const auto order = [](const SignedContent* content) {
    return std::pair(content->posted_unix.value_or(std::numeric_limits<double>::infinity()), content->content_hash);
  };
  for (const auto& [root, group] : members) {
    if (group.size() < 2) continue;
    const SignedContent* first = *std::min_element(group.begin(), group.end(),
                                                   [&](const auto* a, const auto* b) { return order(a) < order(b); });
    for (const SignedContent* content : group) group_of[content->content_hash] = first->content_hash;
  }
  return group_of;
}

}  // namespace foreview
