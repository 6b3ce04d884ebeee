#pragma once

#include <string>
#include <vector>

#include "collect/archive.h"
#include "collect/browser.h"
#include "collect/page_visitor.h"
#include "collect/topic_list.h"

namespace foreview {

struct FoundLinks {
  std::vector<Candidate> candidates;  // in the pages' order, once each
  std::string stopped;                // why the topic ends here (a log-in page); empty when it does not
};

/// Opens a topic's start pages and scrolls them until `wanted` videos are linked or nothing new comes.
FoundLinks find_links(const Topic& topic, size_t wanted, const SiteProfile& profile, PageVisitor& visitor,
                      Browser& browser);

/// The video that an address leads to: its key and the address up to the end of the profile's pattern. Absent, with
/// empty key, when it leads to none.
Candidate candidate_of(const std::string& address, const SiteProfile& profile);

}  // namespace foreview
