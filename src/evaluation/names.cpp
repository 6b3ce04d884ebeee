#include <array>
#include <utility>

#include "core/text.h"
#include "evaluation/results.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr std::array<std::pair<ModelRole, const char*>, 4> kRoles{{{ModelRole::final_model, "final"},
                                                                   {ModelRole::part, "part"},
                                                                   {ModelRole::baseline, "baseline"},
                                                                   {ModelRole::floor, "floor"}}};
constexpr std::array<std::pair<Track, const char*>, 2> kTracks{
    {{Track::author_free, "author_free"}, {Track::author_aware, "author_aware"}}};
constexpr std::array<std::pair<Study, const char*>, 2> kStudies{
    {{Study::ablation, "ablation"}, {Study::learning_curve, "learning_curve"}}};

template <class Entries, class Key>
std::string name_in(const Entries& entries, Key key) {
  for (const auto& [value, name] : entries)
    if (value == key) return name;
  return "";
}

template <class Entries>
auto value_in(const Entries& entries, const std::string& wanted, const std::string& kind) {
  std::vector<std::string> names;
  for (const auto& [value, name] : entries) {
    if (wanted == name) return value;
    names.emplace_back(name);
  }
  throw Error({.file = "",
               .problem = "unknown " + kind,
               .expected = join(names, ", "),
               .got = "'" + clean_utf8(wanted) + "'",
               .advice = "evaluate again with this version"});
}

}  // namespace

std::string name_of(ModelRole role) { return name_in(kRoles, role); }
std::string name_of(Track track) { return name_in(kTracks, track); }

std::string name_of(Study study) { return name_in(kStudies, study); }
Study study_from_name(const std::string& name) { return value_in(kStudies, name, "study"); }

std::string name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::skill:
      return "skill";
    case Verdict::no_skill:
      return "no skill";
    case Verdict::too_few_videos:
      return "too few videos";
  }
  return "";
}

ModelRole model_role_from_name(const std::string& name) { return value_in(kRoles, name, "role of a model"); }
Track track_from_name(const std::string& name) { return value_in(kTracks, name, "track"); }

}  // namespace foreview
