#include "collect/browser_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <regex>

#include "core/interrupt.h"
#include "foreview/error.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

constexpr std::chrono::seconds start_within{60};
constexpr int slice_milliseconds = 100;

fs::path new_profile_folder() {
  std::string name = (fs::temp_directory_path() / "foreview-browser-XXXXXX").string();
  if (!mkdtemp(name.data()))
    throw Error({.file = name, .problem = "no temporary folder can be made", .advice = "free space or set TMPDIR"});
  return name;
}

bool is_program(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

fs::path find_browser_guard() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const std::vector<fs::path> places = {program / "foreview-browser-guard",
                                        program.parent_path() / "libexec/foreview/foreview-browser-guard",
                                        FOREVIEW_GUARD_INSTALLED, FOREVIEW_GUARD_BUILT};
  for (const fs::path& place : places)
    if (is_program(place)) return place;
  throw Error({.file = places.front().string(),
               .problem = "the program that watches over the browser is not there",
               .advice = "build the target foreview-browser-guard"});
}

BrowserProcess::BrowserProcess() : profile_(new_profile_folder()) {
  try {
    guard_ = start_child({find_browser_guard().string(), profile_.string(), "chromedriver", "--port=0",
                          "--allowed-ips=127.0.0.1"},
                         0);
    address_ = fmt::format("http://127.0.0.1:{}", wait_for_port());
  } catch (...) {
    stop();
    throw;
  }
}

BrowserProcess::~BrowserProcess() { stop(); }

int BrowserProcess::wait_for_port() {
  // "ChromeDriver was started successfully on port 38591."
  static const std::regex started("started successfully on port ([0-9]+)");
  const auto deadline = std::chrono::steady_clock::now() + start_within;
  std::string said;
  for (;;) {
    throw_if_interrupted();
    pollfd output{guard_.output.get(), POLLIN, 0};
    ::poll(&output, 1, slice_milliseconds);
    char buffer[4096];
    const ssize_t got = output.revents ? ::read(guard_.output.get(), buffer, sizeof(buffer)) : -1;
    if (got > 0) said.append(buffer, static_cast<size_t>(got));
    std::smatch match;
    if (std::regex_search(said, match, started)) return std::stoi(match[1]);
    if (got == 0 || std::chrono::steady_clock::now() > deadline)
      throw Error({.file = "chromedriver",
                   .problem = got == 0 ? "ended at once" : "did not start in time",
                   .expected = "a line with its port",
                   .got = said.empty() ? "nothing" : said.substr(0, 300),
                   .advice = "apt install chromium chromium-driver, or name a running driver with --webdriver"});
  }
}

void BrowserProcess::stop() {
  guard_.input.reset();  // the guard sees it and ends all
  guard_.output.reset();
  bool ended = guard_.pid <= 0;
  for (int tries = 0; tries < 1000 && !ended; ++tries) {
    ended = ::waitpid(guard_.pid, nullptr, WNOHANG) != 0;
    if (!ended) ::usleep(10'000);
  }
  if (!ended) {
    ::kill(-guard_.pid, SIGKILL);
    ::waitpid(guard_.pid, nullptr, 0);
  }
  guard_.pid = -1;
  std::error_code ignored;
  fs::remove_all(profile_, ignored);
}

std::vector<std::string> chromium_arguments(const BrowserOptions& options, const fs::path& profile_folder) {
  std::vector<std::string> arguments = {"--disable-gpu",
                                        "--disable-quic",
                                        "--no-first-run",
                                        "--no-default-browser-check",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync",
                                        "--disable-default-apps",
                                        "--disable-extensions",
                                        "--disable-breakpad",
                                        "--disable-dev-shm-usage",
                                        "--mute-audio",
                                        "--autoplay-policy=user-gesture-required",
                                        "--blink-settings=imagesEnabled=false"};  // pictures are never used
  if (options.headless) arguments.push_back("--headless=new");
  if (::geteuid() == 0) arguments.push_back("--no-sandbox");  // Chromium refuses to run as root with it
  if (!options.user_agent.empty()) arguments.push_back("--user-agent=" + options.user_agent);
  if (!profile_folder.empty()) arguments.push_back("--user-data-dir=" + profile_folder.string());
  return arguments;
}

}  // namespace foreview
