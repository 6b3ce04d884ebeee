// Decodes damaged copies of media files and counts how they end; fails when one brings the program down, hangs, or
// leaves a process or a file behind:
//   benchmark-media_mutations COPIES SEED FILE...
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/random.h"
#include "foreview/error.h"
#include "media/decode_worker.h"
#include "support/mutations.h"

namespace {

int children() {
  int found = 0;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);) found += line == "PPid:\t" + std::to_string(getpid());
  }
  return found;
}

/// The reason without what differs from copy to copy.
std::string kind_of(const foreview::DecodeOutcome& outcome) {
  if (outcome.ok) return outcome.notes.empty() ? "decoded" : "decoded in part";
  return outcome.reason.substr(0, outcome.reason.find_first_of(";("));
}

int run(int copies, uint64_t seed, const std::vector<std::string>& originals, const std::vector<std::string>& names,
        const std::filesystem::path& folder) {
  foreview::Random random(seed);
  std::map<std::string, int> kinds;
  double slowest = 0;
  int bad = 0;
  {
    foreview::DecodeWorker worker({.reply_within = std::chrono::seconds(30)});
    for (int copy = 0; copy < copies; ++copy) {
      const size_t original = copy % originals.size();
      const auto file = folder / ("copy" + std::filesystem::path(names[original]).extension().string());
      const auto output = folder / "out";
      foreview::write_file_atomically(file, foreview::testing::mutated(originals[original], random));
      const auto start = std::chrono::steady_clock::now();
      const foreview::DecodeOutcome outcome = worker.decode(file, {.most_seconds = 5}, output);
      slowest = std::max(slowest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      ++kinds[kind_of(outcome)];
      const bool hung = outcome.reason.find("takes too long") != std::string::npos;
      if (hung || outcome.ok != std::filesystem::exists(output) || outcome.reason.find('\n') != std::string::npos) {
        ++bad;
        std::printf("copy %d of %s: %s\n", copy, names[original].c_str(), outcome.reason.c_str());
      }
      std::filesystem::remove(file);
      std::filesystem::remove(output);
    }
  }
  for (const auto& [kind, count] : kinds) std::printf("%6d  %s\n", count, kind.c_str());
  const int processes = children();
  const bool files = !std::filesystem::is_empty(folder);
  std::printf("%d copies, slowest %.2f s, %d bad, %d processes left, %s\n", copies, slowest, bad, processes,
              files ? "files left" : "no file left");
  return bad > 0 || processes > 0 || files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "benchmark-media_mutations COPIES SEED FILE...\n");
    return 2;
  }
  try {
    std::vector<std::string> originals, names(argv + 3, argv + argc);
    for (const std::string& name : names) originals.push_back(foreview::read_file(name));
    std::string folder = (std::filesystem::temp_directory_path() / "foreview-mutations-XXXXXX").string();
    if (!mkdtemp(folder.data())) return 1;
    const int result = run(std::atoi(argv[1]), std::strtoull(argv[2], nullptr, 10), originals, names, folder);
    std::filesystem::remove_all(folder);
    return result;
  } catch (const foreview::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
