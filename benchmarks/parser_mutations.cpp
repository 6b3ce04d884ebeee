// Parses damaged copies of small files of every kind that comes from elsewhere (models, tokenizers, subtitles) and counts
// how they end; fails when one ends in anything but a result or one line. Build it with the sanitizers (preset asan) to see
// more: benchmark-parser_mutations COPIES SEED
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "support/temporary_folder.h"
#include "transcription/parser_seeds.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "benchmark-parser_mutations COPIES SEED\n");
    return 2;
  }
  int failures = 0;
  for (const auto& seed : foreview::testing::parser_seeds()) {
    const foreview::testing::TemporaryFolder folder;
    const auto start = std::chrono::steady_clock::now();
    try {
      const auto counts = foreview::testing::parse_damaged_copies(seed, std::atoi(argv[1]),
                                                                  std::strtoull(argv[2], nullptr, 10), folder.path());
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      std::printf("%-18s %7d parsed %7d refused, %.1f s\n", seed.name.c_str(), counts.parsed, counts.refused,
                  taken.count());
    } catch (const std::exception& failure) {
      std::printf("%s\n", failure.what());
      ++failures;
    }
  }
  return failures > 0;
}
