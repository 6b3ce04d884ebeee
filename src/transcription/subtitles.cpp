#include "transcription/subtitles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr size_t largest_file = size_t{16} << 20;
constexpr double longest = 1e6;  // seconds

[[noreturn]] void refuse(const std::filesystem::path& file, size_t line, const std::string& expected,
                         std::string_view got) {
  throw Error({.file = line ? fmt::format("{}:{}", file.string(), line) : file.string(),
               .problem = "these are no subtitles",
               .expected = expected,
               .got = "\"" + clean_utf8(got.substr(0, 60)) + "\"",
               .advice = "mend or remove the file"});
}

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// "1:02:03,450" or "02:03.450" in seconds.
std::optional<double> time_from(std::string_view text) {
  double seconds = 0, part = 0, scale = 0;
  int colons = 0;
  bool digits = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      part = scale > 0 ? part + (c - '0') * scale : part * 10 + (c - '0');
      if (scale > 0) scale /= 10;
      digits = true;
    } else if (c == ':' && scale == 0 && digits && colons < 2) {
      seconds = (seconds + part) * 60;
      part = 0;
      digits = false;
      ++colons;
    } else if ((c == ',' || c == '.') && scale == 0 && digits) {
      scale = 0.1;
    } else {
      return std::nullopt;
    }
  }
  seconds += part;
  if (!digits || colons == 0 || seconds > longest) return std::nullopt;
  return seconds;
}

/// The two times of a cue; what stands behind them is layout.
std::optional<std::pair<double, double>> times_from(std::string_view line) {
  const size_t arrow = line.find("-->");
  if (arrow == std::string_view::npos) return std::nullopt;
  std::string_view end = trimmed(line.substr(arrow + 3));
  end = end.substr(0, end.find_first_of(" \t"));
  const auto start = time_from(trimmed(line.substr(0, arrow))), stop = time_from(end);
  if (!start || !stop) return std::nullopt;
  return std::pair(*start, std::max(*start, *stop));
}

constexpr std::pair<std::string_view, std::string_view> entities[] = {{"&lt;", "<"},    {"&gt;", ">"},  {"&nbsp;", " "},
                                                                      {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};

/// Without <tags>, {\positions} and entities. One pass: lines are as long as a file's writer likes.
std::string plain(std::string_view line) {
  std::string text;
  const size_t last_tag = line.rfind('>'), last_position = line.rfind('}');
  const auto is_before = [](size_t at, size_t end) { return end != std::string_view::npos && at < end; };
  for (size_t at = 0; at < line.size();) {
    const std::string_view rest = line.substr(at);
    if (rest[0] == '<' && is_before(at, last_tag)) {
      at += rest.find('>') + 1;
      continue;
    }
    if (rest.starts_with("{\\") && is_before(at, last_position)) {
      at += rest.find('}') + 1;
      continue;
    }
    const auto* entity = std::ranges::find_if(entities, [&](const auto& known) { return rest.starts_with(known.first); });
    const bool found = entity != std::end(entities);
    text += found ? entity->second : rest.substr(0, 1);
    at += found ? entity->first.size() : 1;
  }
  return std::string(trimmed(clean_utf8(text)));
}

/// Collects cues; a line that the cue before ended with is not said again (rolling captions repeat it).
class CueList {
 public:
  explicit CueList(bool rolling) : rolling_(rolling) {}

  void start(double start, double end) {
    close();
    cue_ = {"", start, end};
    open_ = true;
  }
  void add(std::string_view line) {
    const std::string text = plain(line);
    if (text.empty() || !open_) return;
    if (rolling_) now_.insert(text);
    if (before_.contains(text)) return;
    cue_.text += (cue_.text.empty() ? "" : " ") + text;
  }
  void close() {
    if (!open_) return;
    if (!cue_.text.empty()) segments_.push_back(cue_);
    before_.swap(now_);
    now_.clear();
    open_ = false;
  }
  bool open() const { return open_; }
  std::vector<TranscriptSegment> take() {
    close();
    return std::move(segments_);
  }

 private:
  bool rolling_, open_ = false;
  TranscriptSegment cue_;
  std::set<std::string> now_, before_;  // rolling captions alone
  std::vector<TranscriptSegment> segments_;
};

double number_or(const nlohmann::json& json, const char* name, double otherwise) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number()) return otherwise;
  const double value = found->get<double>();
  return std::isfinite(value) && value >= 0 && value <= longest * 1000 ? value : otherwise;
}

}  // namespace

std::vector<TranscriptSegment> parse_subrip(std::string_view text, const std::filesystem::path& file) {
  CueList cues(/*rolling=*/false);
  const std::vector<std::string_view> lines = lines_of(text);
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = trimmed(lines[i]);
    if (const auto times = times_from(line)) {
      cues.start(times->first, times->second);
    } else if (line.empty()) {
      cues.close();
    } else if (cues.open()) {
      cues.add(line);
    } else if (!std::all_of(line.begin(), line.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
               (i + 1 < lines.size() && !times_from(trimmed(lines[i + 1])))) {
      refuse(file, i + 1, "a cue's number, then \"00:00:01,500 --> 00:00:04,000\"", line);
    }
  }
  return cues.take();
}

std::vector<TranscriptSegment> parse_webvtt(std::string_view text, const std::filesystem::path& file) {
  const std::vector<std::string_view> lines = lines_of(text);
  if (lines.empty() || !lines[0].starts_with("WEBVTT"))
    refuse(file, 1, "WEBVTT in the first line", lines.empty() ? "" : lines[0]);
  CueList cues(/*rolling=*/true);
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = trimmed(lines[i]);
    if (line.find("-->") != std::string_view::npos) {
      const auto times = times_from(line);
      if (!times) refuse(file, i + 1, "\"00:01.500 --> 00:04.000\"", line);
      cues.start(times->first, times->second);
    } else if (line.empty() && lines[i].empty()) {
      cues.close();
    } else if (cues.open()) {
      cues.add(line);
    }  // else: a header, a cue's name, or a NOTE, STYLE or REGION block
  }
  return cues.take();
}

std::vector<TranscriptSegment> parse_json3(std::string_view text, const std::filesystem::path& file) {
  const nlohmann::json json = parse_json(text, file);
  if (!json.is_object() || !json.contains("events") || !json["events"].is_array())
    refuse(file, 0, "an object with \"events\"", text);
  std::vector<TranscriptSegment> segments;
  for (const nlohmann::json& event : json["events"]) {
    if (!event.is_object() || !event.contains("segs") || !event["segs"].is_array()) continue;
    TranscriptSegment segment;
    for (const nlohmann::json& part : event["segs"])
      if (part.is_object() && part.contains("utf8") && part["utf8"].is_string())
        segment.text += part["utf8"].get_ref<const std::string&>();
    segment.text = plain(segment.text);
    if (segment.text.empty()) continue;
    segment.start = number_or(event, "tStartMs", 0) / 1000;
    segment.end = segment.start + number_or(event, "dDurationMs", 0) / 1000;
    segments.push_back(std::move(segment));
  }
  return segments;
}

Transcript parse_whisper_json(std::string_view text, const std::filesystem::path& file) {
  const nlohmann::json json = parse_json(text, file);
  const nlohmann::json* root = &json;
  if (json.is_object() && json.contains("text") && json["text"].is_object()) root = &json["text"];
  if (!root->is_object() || !root->contains("segments") || !(*root)["segments"].is_array())
    refuse(file, 0, "an object with \"segments\"", text);
  Transcript transcript{.source = "sidecar", .language = "", .segments = {}};
  if (root->contains("language") && (*root)["language"].is_string())
    transcript.language = clean_utf8((*root)["language"].get<std::string>());
  for (const nlohmann::json& entry : (*root)["segments"]) {
    if (!entry.is_object() || !entry.contains("text") || !entry["text"].is_string())
      refuse(file, 0, "segments with \"text\", \"start\" and \"end\"", dump_json(entry));
    const double start = number_or(entry, "start", 0);
    const std::string words = plain(entry["text"].get<std::string>());
    if (!words.empty()) transcript.segments.push_back({words, start, std::max(start, number_or(entry, "end", start))});
  }
  return transcript;
}

Transcript read_subtitles(const std::filesystem::path& file) {
  const std::string text = read_file(file, largest_file);
  const std::string extension = lower_ascii(file.extension().string());
  if (extension == ".json") return parse_whisper_json(text, file);
  Transcript transcript{.source = "sidecar", .language = "", .segments = {}};
  if (extension == ".srt") transcript.segments = parse_subrip(text, file);
  if (extension == ".vtt") transcript.segments = parse_webvtt(text, file);
  if (extension == ".json3") transcript.segments = parse_json3(text, file);
  return transcript;
}

namespace {

std::string cue_time(double seconds, char point) {
  const long long milliseconds = std::llround(std::clamp(seconds, 0.0, longest) * 1000);
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", milliseconds / 3'600'000, milliseconds / 60'000 % 60,
                     milliseconds / 1000 % 60, point, milliseconds % 1000);
}

}  // namespace

std::string subrip_cue(size_t number, const TranscriptSegment& segment) {
  return fmt::format("{}\n{} --> {}\n{}\n\n", number, cue_time(segment.start, ','), cue_time(segment.end, ','),
                     segment.text);
}

std::string webvtt_cue(const TranscriptSegment& segment) {
  return fmt::format("{} --> {}\n{}\n\n", cue_time(segment.start, '.'), cue_time(segment.end, '.'), segment.text);
}

}  // namespace foreview
