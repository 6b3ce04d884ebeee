// Decodes and stores the tracks of the named files as `prepare` does, as often as asked, and prints the seconds it
// took:
//   benchmark-media_prepare FRAMES_A_SECOND WORKERS THREADS MOST_SECONDS MODE AUDIO(0/1) REPEATS FILE...
// benchmarks/media.py drives it.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/parallel.h"
#include "foreview/error.h"
#include "media/decode_worker.h"

namespace {

double children_seconds() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * time.tv_usec; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void prepare_all(const std::vector<std::filesystem::path>& files, const foreview::SamplingOptions& options, int workers,
                 int threads, const std::filesystem::path& folder) {
  std::vector<std::unique_ptr<foreview::DecodeWorker>> processes(workers);
  foreview::for_each_parallel(files.size(), workers, [&](size_t index, int worker) {
    if (!processes[worker]) processes[worker] = std::make_unique<foreview::DecodeWorker>();
    const auto output = folder / (std::to_string(index) + ".tracks");
    const foreview::DecodeOutcome outcome = processes[worker]->decode(files[index], options, output, threads);
    if (!outcome.ok) std::fprintf(stderr, "%s: %s\n", files[index].c_str(), outcome.reason.c_str());
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 9) {
    std::fprintf(stderr, "see the head of benchmarks/media_prepare.cpp\n");
    return 2;
  }
  try {
    const foreview::SamplingOptions options{.frames_per_second = std::atof(argv[1]),
                                            .most_seconds = std::atof(argv[4]),
                                            .mode = argv[5],
                                            .audio = std::atoi(argv[6]) != 0};
    const int workers = std::atoi(argv[2]), threads = std::atoi(argv[3]);
    const std::vector<std::filesystem::path> files(argv + 8, argv + argc);
    std::string name = (std::filesystem::temp_directory_path() / "foreview-benchmark-XXXXXX").string();
    if (!mkdtemp(name.data())) return 1;
    double best = 1e30;
    for (int i = 0; i < std::atoi(argv[7]); ++i) {
      const auto start = std::chrono::steady_clock::now();
      prepare_all(files, options, workers, threads, name);
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(name)) bytes += entry.file_size();
    std::filesystem::remove_all(name);
    std::printf("{\"seconds\": %.4f, \"processor_seconds\": %.4f, \"bytes\": %ju}\n", best,
                children_seconds() / std::atoi(argv[7]), bytes);
  } catch (const foreview::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
