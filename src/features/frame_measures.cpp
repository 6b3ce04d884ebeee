#include "features/frame_measures.h"

#include "core/hash.h"
#include "features/motion_measures.h"
#include "features/picture_measures.h"

namespace foreview {

const std::vector<std::string>& frame_measure_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = picture_measure_names();
    all.insert(all.end(), motion_measure_names().begin(), motion_measure_names().end());
    return all;
  }();
  return names;
}

std::vector<float> frame_measures(const Frames& frames) {
  std::vector<float> measures = picture_measures(frames);
  const std::vector<float> motion = motion_measures(frames);
  measures.insert(measures.end(), motion.begin(), motion.end());
  return measures;
}

std::string frame_measures_fingerprint() {
  std::string text = "frame measures 3:";
  for (const std::string& name : frame_measure_names()) text += " " + name;
  return fingerprint(text);
}

}  // namespace foreview
