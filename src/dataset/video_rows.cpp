#include "dataset/video_rows.h"

#include <algorithm>

#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

nlohmann::ordered_json row_of(const Video& video) {
  nlohmann::ordered_json row{{"id", video.record.id},
                             {"status", status_of(video)},
                             {"split", name_of(video.split)},
                             {"reason", video.skip_reason},
                             {"label", nullptr},
                             {"label_low", nullptr},
                             {"label_high", nullptr},
                             {"copies", video.copies},
                             {"file", clean_utf8(video.record.file.string())},
                             {"source", clean_utf8(video.record.source.string())}};
  if (video.label) {
    row["label"] = video.label->value;
    row["label_low"] = video.label->low;
    row["label_high"] = video.label->high;
  }
  return row;
}

}  // namespace

std::string status_of(const Video& video) {
  if (!video.skipped_in.empty()) return "skipped";
  if (!video.label) return "unlabelled";
  return std::string(name_of(video.split));
}

FlatRows video_rows(const std::vector<Video>& videos, const std::string& status) {
  const std::vector<std::string> known = {"train", "validation", "test", "skipped", "unlabelled"};
  if (!status.empty() && std::find(known.begin(), known.end(), status) == known.end())
    throw Error({.problem = "no video has the status \"" + clean_utf8(status) + "\"", .expected = join(known, ", ")},
                ErrorKind::usage);
  FlatRows rows;
  for (const Video& video : videos)
    if (status.empty() || status_of(video) == status) rows.push_back(row_of(video));
  return rows;
}

FlatRows record_rows(const std::vector<Video>& videos) {
  FlatRows rows;
  for (const Video& video : videos) {
    nlohmann::ordered_json row = row_of(video);
    for (const auto& [field, text] : video.record.texts) row[field] = text;
    for (const auto& [field, number] : video.record.numbers) {
      row[field] = number.value;
      if (number.is_exact()) continue;
      row[field + "_low"] = number.low;
      row[field + "_high"] = number.high;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace foreview
