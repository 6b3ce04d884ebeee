#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "foreview/error.h"
#include "media/decode_worker.h"

namespace foreview {
namespace {

std::vector<std::filesystem::path> worker_places() {
  std::vector<std::filesystem::path> places;
  std::error_code failed;
  const auto add_beside = [&](const std::filesystem::path& binary) {
    places.push_back(binary.parent_path() / "foreview-worker");
    places.push_back(binary.parent_path().parent_path() / "libexec" / "foreview" / "foreview-worker");
  };
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (!failed) add_beside(program);
  // The shared library may be installed elsewhere than the program that uses it.
  Dl_info library{};
  if (dladdr(reinterpret_cast<const void*>(&find_decode_worker), &library) != 0 && library.dli_fname) {
    const std::filesystem::path file = std::filesystem::weakly_canonical(library.dli_fname, failed);
    if (!failed) add_beside(file);
  }
  places.emplace_back(FOREVIEW_WORKER_INSTALLED);
  places.emplace_back(FOREVIEW_WORKER_BUILT);
  return places;
}

bool is_program(const std::filesystem::path& file) {
  return std::filesystem::is_regular_file(file) && access(file.c_str(), X_OK) == 0;
}

}  // namespace

std::filesystem::path find_decode_worker() {
  if (const char* named = std::getenv("FOREVIEW_WORKER")) {
    if (is_program(named)) return named;
    throw Error({.file = named, .problem = "FOREVIEW_WORKER names no program", .expected = "foreview-worker"});
  }
  const std::vector<std::filesystem::path> places = worker_places();
  for (const std::filesystem::path& place : places)
    if (is_program(place)) return place;
  throw Error({.file = places.front().string(),
               .problem = "the decode worker program is not there",
               .advice = "build the target foreview-worker or name it in FOREVIEW_WORKER"});
}

}  // namespace foreview
