#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "media/decode_worker.h"

namespace foreview::cli {

void add_probe_media_command(CLI::App& app) {
  struct Options {
    std::string file;
    bool json = false;
    SamplingOptions sampling;
  };
  CLI::App& command = *app.add_subcommand(
      "probe-media",
      "what the program sees in a media file: tracks, key pictures, what it would sample, what is wrong");
  const auto options = std::make_shared<Options>();
  command.add_option("file", options->file, "a video or sound file")->required();
  command.add_flag("--json", options->json, "for programs");
  command.add_option("--frames-per-second", options->sampling.frames_per_second, "sampled frames")
      ->check(CLI::Range(0.001, 60.0))
      ->capture_default_str();
  command.add_option("--most-seconds", options->sampling.most_seconds, "of a longer file the first part is used")
      ->check(CLI::Range(1.0, 36000.0))
      ->capture_default_str();
  command.add_option("--mode", options->sampling.mode, "exact: the frame on display; fast: one near it")
      ->check(CLI::IsMember({"exact", "fast"}))
      ->capture_default_str();
  command.callback([options] {
    const MediaFacts facts = DecodeWorker().probe(options->file, options->sampling);
    std::fputs((options->json ? facts.to_json() + "\n" : facts.to_text()).c_str(), stdout);
  });
}

}  // namespace foreview::cli
