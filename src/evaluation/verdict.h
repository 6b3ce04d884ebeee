#pragma once

#include <string>
#include <vector>

#include "evaluation/results.h"

namespace foreview {

/// What was compared with what, by how much, and what follows for the reader, in plain sentences.
struct VerdictText {
  std::string headline;               ///< "Skill: beats every simple guess on videos it had not seen"
  std::vector<std::string> evidence;  ///< every final model against its best floor, in figures, one sentence each
  std::string advice;                 ///< what it means and what to do
};

VerdictText explain_verdict(const Results& results);

/// "author-free", "author-aware": the track as people read it.
std::string spoken_name(Track track);

}  // namespace foreview
