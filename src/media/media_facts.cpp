#include "media/media_facts.h"

#include <fmt/format.h>

#include "core/json.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using nlohmann::json;

std::string stream_text(const MediaFacts::Stream& stream) {
  std::string text = fmt::format("  {} {}: {}, {}", stream.used ? "*" : " ", stream.index, stream.kind, stream.codec);
  if (stream.width > 0) text += fmt::format(", {}x{}", stream.width, stream.height);
  if (stream.frames_per_second > 0) text += fmt::format(", {:.4g} frames/s", stream.frames_per_second);
  if (stream.rotation != 0) text += fmt::format(", turned by {} degrees", stream.rotation);
  if (stream.pixel_aspect != 1) text += fmt::format(", pixels {:.3g} times as wide as high", stream.pixel_aspect);
  if (!stream.pixel_format.empty()) text += ", " + stream.pixel_format;
  if (!stream.colours.empty()) text += ", " + stream.colours;
  if (stream.sample_rate > 0) text += fmt::format(", {} Hz, {} channels", stream.sample_rate, stream.channels);
  if (stream.duration > 0) text += fmt::format(", {:.2f} s", stream.duration);
  return clean_utf8(text) + "\n";
}

}  // namespace

std::string MediaFacts::to_json() const {
  json list = json::array();
  for (const Stream& s : streams)
    list.push_back({{"index", s.index},
                    {"kind", s.kind},
                    {"codec", s.codec},
                    {"used", s.used},
                    {"duration", s.duration},
                    {"width", s.width},
                    {"height", s.height},
                    {"frames_per_second", s.frames_per_second},
                    {"rotation", s.rotation},
                    {"pixel_aspect", s.pixel_aspect},
                    {"pixel_format", s.pixel_format},
                    {"colours", s.colours},
                    {"sample_rate", s.sample_rate},
                    {"channels", s.channels}});
  return dump_json({{"container", container},
                    {"bytes", bytes},
                    {"duration", duration},
                    {"streams", list},
                    {"pictures", pictures},
                    {"entries", entries},
                    {"unneeded", unneeded},
                    {"longest_entry_gap", longest_entry_gap},
                    {"samples", samples},
                    {"decoded", decoded},
                    {"warnings", warnings}});
}

MediaFacts MediaFacts::from_json(const std::string& text) {
  const json all = parse_json(text, {});
  try {
    MediaFacts facts;
    facts.container = all.at("container").get<std::string>();
    facts.bytes = all.at("bytes").get<uint64_t>();
    facts.duration = all.at("duration").get<double>();
    for (const json& s : all.at("streams")) {
      Stream stream;
      stream.index = s.at("index").get<int>();
      stream.kind = s.at("kind").get<std::string>();
      stream.codec = s.at("codec").get<std::string>();
      stream.used = s.at("used").get<bool>();
      stream.duration = s.at("duration").get<double>();
      stream.width = s.at("width").get<int>();
      stream.height = s.at("height").get<int>();
      stream.frames_per_second = s.at("frames_per_second").get<double>();
      stream.rotation = s.at("rotation").get<int>();
      stream.pixel_aspect = s.at("pixel_aspect").get<double>();
      stream.pixel_format = s.at("pixel_format").get<std::string>();
      stream.colours = s.at("colours").get<std::string>();
      stream.sample_rate = s.at("sample_rate").get<int>();
      stream.channels = s.at("channels").get<int>();
      facts.streams.push_back(std::move(stream));
    }
    facts.pictures = all.at("pictures").get<size_t>();
    facts.entries = all.at("entries").get<size_t>();
    facts.unneeded = all.at("unneeded").get<size_t>();
    facts.longest_entry_gap = all.at("longest_entry_gap").get<double>();
    facts.samples = all.at("samples").get<size_t>();
    facts.decoded = all.at("decoded").get<size_t>();
    facts.warnings = all.at("warnings").get<std::vector<std::string>>();
    return facts;
  } catch (const json::exception& error) {
    throw Error({.problem = "the decode worker's facts are not understood", .got = error.what()});
  }
}

std::string MediaFacts::to_text() const {
  std::string text = fmt::format("{}, {} bytes, {:.2f} s\n", clean_utf8(container), bytes, duration);
  for (const Stream& stream : streams) text += stream_text(stream);
  if (pictures > 0) {
    text += fmt::format("{} pictures in the sampled part, {} of which nothing else needs\n", pictures, unneeded);
    text += fmt::format("decoding can begin at {} of them, at most {:.2f} s apart\n", entries, longest_entry_gap);
  }
  if (samples > 0) text += fmt::format("would sample {} frames and decode {} pictures for them\n", samples, decoded);
  for (const std::string& warning : warnings) text += "note: " + clean_utf8(warning) + "\n";
  return text;
}

}  // namespace foreview
