#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "core/text.h"
#include "sample/sample.h"

namespace foreview::cli {
namespace {

const std::vector<std::string> kLaws = {"visual", "motion", "speech", "audio", "interaction", "mixed"};

}  // namespace

void add_sample_command(CLI::App& app) {
  auto options = std::make_shared<SampleOptions>();
  auto folder = std::make_shared<std::filesystem::path>();
  auto law = std::make_shared<std::string>("mixed");
  CLI::App* command = app.add_subcommand("sample", "makes a library of real mp4 files whose views follow a known law");
  command->add_option("OUT", *folder, "folder to make")->required();
  command->add_option("--videos", options->videos, "how many")->check(CLI::Range(1, 1000000));
  command->add_option("--seed", options->seed, "same seed, same bytes (default 1)");
  command->add_option("--law", *law, join(kLaws, ", ") + " (default mixed)")->check(CLI::IsMember(kLaws));
  command->add_flag("--subtitles", options->subtitles, "also write <id>.srt with the spoken words");
  command->callback([options, folder, law] {
    options->law = *sample_law_from_name(*law);
    make_sample(*folder, *options);
    std::printf("%s\n", folder->c_str());
  });
}

}  // namespace foreview::cli
