#pragma once

#include <map>
#include <string>
#include <string_view>

// Internal to this folder: what is known of metadata fields by their names.
namespace foreview {

/// Which name a field is kept under.
class FieldNames {
 public:
  FieldNames() = default;
  /// `map`: names given by the user, "view_count=plays,description=text"; they win over the usual ones. Throws
  /// Error{usage} when it is written otherwise.
  explicit FieldNames(std::string_view map);

  /// "views" is view_count, "url" webpage_url, "caption" description; unknown names stay as they are.
  std::string canonical(std::string_view name) const;
  /// The user's name for a field; empty when none was given.
  std::string source_of(const std::string& field) const;

 private:
  std::map<std::string, std::string, std::less<>> field_of_, source_of_;
};
/// Fields that are text whatever they look like: "2024" as a caption is no number.
bool is_text_field(std::string_view name);
/// Fields that hold a count: text in them must be one.
bool is_count_field(std::string_view name);

}  // namespace foreview
