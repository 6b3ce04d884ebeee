#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// The two kinds of elements that carry data in a page.
struct HtmlScript {
  std::map<std::string, std::string> attributes;  // names in lower case, values with character references resolved
  std::string_view text;                          // as it stands between the tags; points into the page
};
struct HtmlMeta {
  std::string name;  // its `property`, else its `name`
  std::string content;
};

/// Finds the scripts and meta tags of a page, however broken the rest of it is. Comments are passed over.
class HtmlScan {
 public:
  /// `page` must outlive this object.
  explicit HtmlScan(std::string_view page);

  const std::vector<HtmlScript>& scripts() const { return scripts_; }
  const std::vector<HtmlMeta>& metas() const { return metas_; }

 private:
  std::vector<HtmlScript> scripts_;
  std::vector<HtmlMeta> metas_;
};

/// "&amp;", "&#39;", "&#x27;" and the other usual references as characters; unknown ones stay.
std::string resolve_character_references(std::string_view text);

}  // namespace foreview
