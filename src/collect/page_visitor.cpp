#include "collect/page_visitor.h"

#include <fmt/format.h>

#include <regex>

#include "collect/item_extractor.h"
#include "core/log.h"

namespace foreview {
namespace {

constexpr int most_tries = 4;

/// Empty for what is no web address, as about:blank.
std::string host_in(const std::string& address) {
  try {
    return WebAddress::parse(address).host;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

Visit PageVisitor::open(const std::string& address) {
  const WebAddress parsed = WebAddress::parse(address);
  if (!host_matches(parsed.host, profile_.hosts))
    return {.outcome = VisitOutcome::forbidden,
            .reason = fmt::format("{} is no host of the profile {}", parsed.host, profile_.name)};
  if (const std::string rule = robots_.rule_against(parsed); !rule.empty())
    return {.outcome = VisitOutcome::forbidden,
            .reason = fmt::format("robots.txt of {} forbids it ({})", parsed.host, rule)};
  const double crawl_delay = robots_.crawl_delay(parsed);
  PageLoad load;
  for (int tries = 1;; ++tries) {
    const HostTurn turn = politeness_.before_request(parsed.host, crawl_delay);
    load = browser_.open(address);
    const bool may_pass = load.status == 0 || load.status == 429 || load.status >= 500;
    if (!may_pass || tries == most_tries) break;
    const double wait = politeness_.back_off(parsed.host, load.retry_after);
    if (load.status != 0) info_line(fmt::format("{} answers {}: waiting {:.1f} s", parsed.host, load.status, wait));
  }
  if (load.status == 0) return {.reason = "the host cannot be reached", .address = load.address};
  if (load.status == 429 || load.status >= 500)
    return {.reason = fmt::format("the site answers with status {}, {} times", load.status, most_tries),
            .address = load.address};
  politeness_.answered(parsed.host);
  return judge(load);
}

std::string PageVisitor::wall_of(const PageLoad& load, const std::string& html, const Wall& wall) {
  if (!wall.address.empty() && std::regex_search(load.address, std::regex(wall.address)))
    return "its address " + load.address;
  if (!wall.selector.empty() && browser_.shows(wall.selector)) return "an element " + wall.selector;
  if (!wall.text.empty() && browser_.visible_text().find(wall.text) != std::string::npos) return "its text";
  const std::string value = walled_value(html, wall);
  return value.empty() ? value : fmt::format("{} at {}", value, wall.path);
}

Visit PageVisitor::judge(const PageLoad& load) {
  if (load.status == 404 || load.status == 410)
    return {.outcome = VisitOutcome::removed, .reason = fmt::format("status {}", load.status), .address = load.address};
  Visit visit{.outcome = VisitOutcome::opened, .address = load.address, .html = browser_.html()};
  for (const Wall& wall : profile_.walls) {
    const std::string sign = wall_of(load, visit.html, wall);
    if (sign.empty()) continue;
    return {.outcome = wall.kind == "removed" ? VisitOutcome::removed : VisitOutcome::walled,
            .reason = fmt::format("{} page (by {})", wall.kind, sign),
            .address = load.address};
  }
  if (load.status >= 400)
    return {.outcome = load.status == 401 || load.status == 403 ? VisitOutcome::walled : VisitOutcome::failed,
            .reason = fmt::format("the site answers with status {}", load.status),
            .address = load.address};
  if (const std::string host = host_in(load.address); host.empty() || !host_matches(host, profile_.hosts))
    return {.reason = fmt::format("it leads to {}, which is on no host of the profile {}", load.address, profile_.name),
            .address = load.address};
  return visit;
}

}  // namespace foreview
