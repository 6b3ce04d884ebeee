#include "media/decode_messages.h"

#include "core/json.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using nlohmann::json;

std::string bytes_to_text(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) {
      text += byte;
    } else {
      text += static_cast<char>(0xC0 | value >> 6);
      text += static_cast<char>(0x80 | (value & 0x3F));
    }
  }
  return text;
}

std::string text_to_bytes(const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      bytes += text[i];
    } else if ((lead == 0xC2 || lead == 0xC3) && i + 1 < text.size()) {
      bytes += static_cast<char>((lead & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
    } else {
      throw Error({.problem = "a path in a worker's message holds a character that stands for no byte"});
    }
  }
  return bytes;
}

/// JSON's own exceptions about wrong members and types, turned into Error.
template <class Read>
auto parse_message(std::string_view line, const Read& read) {
  const json message = parse_json(line, {});
  try {
    return read(message);
  } catch (const json::exception& error) {
    throw Error({.problem = "a message of the decode worker is not understood", .got = error.what()});
  }
}

}  // namespace

std::string to_line(const WorkerRequest& request) {
  const SamplingOptions& options = request.options;
  return dump_json({{"task", request.task == WorkerTask::decode ? "decode" : "probe"},
                    {"name", bytes_to_text(request.name)},
                    {"threads", request.threads},
                    {"options",
                     {{"frames_per_second", options.frames_per_second},
                      {"width", options.width},
                      {"height", options.height},
                      {"most_seconds", options.most_seconds},
                      {"mode", options.mode},
                      {"video", options.video},
                      {"audio", options.audio}}}});
}

WorkerRequest parse_worker_request(std::string_view line) {
  return parse_message(line, [](const json& message) {
    WorkerRequest request;
    const auto task = message.at("task").get<std::string>();
    if (task != "decode" && task != "probe")
      throw Error({.problem = "a worker's task is unknown", .expected = "decode or probe", .got = task});
    request.task = task == "decode" ? WorkerTask::decode : WorkerTask::probe;
    request.name = text_to_bytes(message.at("name").get<std::string>());
    request.threads = message.at("threads").get<int>();
    const json& options = message.at("options");
    request.options = {.frames_per_second = options.at("frames_per_second").get<double>(),
                       .width = options.at("width").get<int>(),
                       .height = options.at("height").get<int>(),
                       .most_seconds = options.at("most_seconds").get<double>(),
                       .mode = options.at("mode").get<std::string>(),
                       .video = options.at("video").get<bool>(),
                       .audio = options.at("audio").get<bool>()};
    return request;
  });
}

std::string to_line(const WorkerAnswer& answer) {
  json message = {{"ok", answer.ok}, {"confined", answer.confined}};
  if (!answer.ok) {
    message["reason"] = answer.reason;
  } else if (!answer.facts.empty()) {
    message["facts"] = json::parse(answer.facts);
  } else {
    message["duration"] = answer.duration;
    message["notes"] = answer.notes;
    message["frames"] = nullptr;
    message["waveform"] = nullptr;
    if (answer.frames)
      message["frames"] = {{"count", answer.frames->count}, {"content_box", answer.frames->content_box}};
    if (answer.waveform)
      message["waveform"] = {{"samples", answer.waveform->samples}, {"start", answer.waveform->start}};
  }
  return dump_json(message);
}

WorkerAnswer parse_worker_answer(std::string_view line) {
  return parse_message(line, [](const json& message) {
    WorkerAnswer answer;
    answer.ok = message.at("ok").get<bool>();
    answer.confined = message.at("confined").get<bool>();
    if (!answer.ok) {
      answer.reason = message.at("reason").get<std::string>();
      return answer;
    }
    if (message.contains("facts")) {
      answer.facts = dump_json(message.at("facts"));
      return answer;
    }
    answer.duration = message.at("duration").get<double>();
    answer.notes = message.at("notes").get<std::vector<std::string>>();
    if (const json& frames = message.at("frames"); !frames.is_null())
      answer.frames = WorkerAnswer::FrameFacts{.count = frames.at("count").get<size_t>(),
                                               .content_box = frames.at("content_box").get<std::array<int, 4>>()};
    if (const json& waveform = message.at("waveform"); !waveform.is_null())
      answer.waveform = WorkerAnswer::WaveformFacts{.samples = waveform.at("samples").get<size_t>(),
                                                    .start = waveform.at("start").get<double>()};
    return answer;
  });
}

}  // namespace foreview
