#include <memory>

#include "cli/command.h"
#include "collect/collect.h"
#include "core/text.h"

namespace foreview::cli {

void add_collect_command(CLI::App& app) {
  struct Request {
    CollectOptions options;
    bool no_media = false, no_personal = false, headed = false, ignore_robots = false;
  };
  const auto request = std::make_shared<Request>();
  CollectOptions& options = request->options;
  CLI::App& command = *app.add_subcommand(
      "collect", "collects videos and their numbers from sites you may collect from, with a browser (docs/collect.md)");
  command.add_option("--topics", options.topics, "TOML file: [topics] name = [\"tag\", \"https://start/page\"]");
  command.add_option("--urls", options.urls, "text file: one video page a line, instead of topics");
  command.add_flag("--refresh", options.refresh, "visit collected videos again and record their counts");
  command.add_option("--out", options.out, "the data folder; `ingest` reads it as it is")->required();
  command.add_option("--profile", options.profile, "tiktok (default), generic, or a TOML file that describes a site");
  command.add_option("--per-topic", options.per_topic, "videos of each topic (default 400)")
      ->check(CLI::Range(1, 10000000));
  command.add_option("--seed", options.seed, "of the choice within a topic (default 1)");
  command.add_flag("--no-media", request->no_media, "metadata only");
  command.add_flag("--no-personal", request->no_personal, "leave out names, addresses and pages' own items; hash ids");
  command
      .add_option("--delay", options.politeness.delay,
                  "seconds between requests to one host, each 0.5 to 1.5 of it (default 5)")
      ->check(CLI::Range(0.0, 3600.0));
  command
      .add_option("--longest-wait", options.politeness.longest_wait,
                  "a site that asks for a longer pause, in seconds, ends the run (default 600)")
      ->check(CLI::Range(0.0, 86400.0));
  command.add_option("--daily-limit", options.politeness.daily_limit, "requests a UTC day, 0 is none (default 5000)")
      ->check(CLI::Range(0, 100000000));
  command.add_option("--disk-limit", options.disk_limit, "bytes of all media, as in 30GB (default none)")
      ->transform(CLI::AsSizeValue(true));
  command.add_option("--contact", options.contact,
                     "an address at which the site's owners reach you, told in the user agent");
  command.add_flag("--ignore-robots-and-answer-for-it", request->ignore_robots,
                   "do not read robots.txt: only where the site's owner allowed you to, which is yours to prove");
  command
      .add_option("--sessions", options.sessions,
                  "browsers at work at the same time (default 1); one request at a time to each host all the same")
      ->check(CLI::Range(1, 16));
  command.add_flag("--headed", request->headed, "show the browser");
  command.add_option("--webdriver", options.browser.webdriver,
                     "address of a running driver, instead of starting chromedriver");
  command.add_flag("--dry-run", options.dry_run, "print what would be visited; ask for nothing");
  command.add_flag("--progress", options.progress,
                   "print where the collection in --out stands (topics, rates, refusals), also while a run is at it");
  command.callback([request] {
    request->options.media = !request->no_media;
    request->options.personal_fields = !request->no_personal;
    request->options.obey_robots = !request->ignore_robots;
    request->options.browser.headless = !request->headed;
    collect(request->options);
  });
}

}  // namespace foreview::cli
