#include "speech/transcript.h"

#include <cmath>

#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

double seconds_from(const nlohmann::json& segment, const char* name) {
  const double seconds = segment.at(name).get<double>();
  if (!std::isfinite(seconds)) {
    throw Error({.problem = std::string("the transcript has a segment whose ") + name + " is no finite number"});
  }
  return seconds;
}

}  // namespace

std::string Transcript::text() const {
  std::vector<std::string> parts;
  for (const TranscriptSegment& segment : segments) {
    if (!segment.text.empty()) parts.push_back(segment.text);
  }
  return join(parts, " ");
}

nlohmann::json Transcript::to_json() const {
  nlohmann::json list = nlohmann::json::array();
  for (const TranscriptSegment& segment : segments) {
    list.push_back({{"text", clean_utf8(segment.text)}, {"start", segment.start}, {"end", segment.end}});
  }
  return {{"source", clean_utf8(source)}, {"language", clean_utf8(language)}, {"segments", std::move(list)}};
}

Transcript Transcript::from_json(const nlohmann::json& json) {
  try {
    Transcript transcript;
    transcript.source = json.at("source").get<std::string>();
    transcript.language = json.at("language").get<std::string>();
    for (const nlohmann::json& segment : json.at("segments")) {
      transcript.segments.push_back({clean_utf8(segment.at("text").get<std::string>()), seconds_from(segment, "start"),
                                     seconds_from(segment, "end")});
    }
    return transcript;
  } catch (const nlohmann::json::exception& error) {
    throw Error({.problem = "this is no transcript",
                 .expected = "an object with source, language and segments of text, start and end",
                 .got = error.what()});
  }
}

}  // namespace foreview
