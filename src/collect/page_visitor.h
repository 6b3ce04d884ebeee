#pragma once

#include <string>

#include "collect/browser.h"
#include "collect/politeness.h"
#include "collect/robots_cache.h"
#include "collect/site_profile.h"

namespace foreview {

/// What came of opening a page.
enum class VisitOutcome {
  opened,
  removed,    // the site says that it is gone
  walled,     // a log-in or captcha page
  forbidden,  // by robots.txt or the profile's hosts: it was not asked for
  failed,     // no usable answer after some tries
};

struct Visit {
  VisitOutcome outcome = VisitOutcome::failed;
  std::string reason;   // one line for people; empty when opened
  std::string address;  // after redirects
  std::string html;     // when opened
};

/// Opens pages the polite way: robots.txt first, then the host's turn, a longer pause after refusals, and a look
/// whether it is the page that was asked for.
class PageVisitor {
 public:
  PageVisitor(Browser& browser, Politeness& politeness, RobotsCache& robots, const SiteProfile& profile)
      : browser_(browser), politeness_(politeness), robots_(robots), profile_(profile) {}

  /// Throws BrowserLost, CollectionEnd, and Error{interrupted}.
  Visit open(const std::string& address);

 private:
  Visit judge(const PageLoad& load);
  std::string wall_of(const PageLoad& load, const std::string& html, const Wall& wall);

  Browser& browser_;
  Politeness& politeness_;
  RobotsCache& robots_;
  const SiteProfile& profile_;
};

}  // namespace foreview
