#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Internal to this folder: a TOML file of which every entry must be known, with errors that say where.
namespace foreview {

toml::table parse_toml(std::string_view text, const std::filesystem::path& file);

class TomlTable {
 public:
  TomlTable(const toml::table& table, std::string place, std::filesystem::path file)
      : table_(table), place_(std::move(place)), file_(std::move(file)) {}

  std::string text(const std::string& key, const std::string& otherwise = {});
  std::vector<std::string> texts(const std::string& key);
  double number(const std::string& key, double otherwise, double least, double most);
  bool truth(const std::string& key, bool otherwise);
  /// A table inside this one; empty when it is not there.
  TomlTable table(const std::string& key);
  std::vector<TomlTable> tables(const std::string& key);
  std::vector<std::string> keys() const;
  bool has(const std::string& key) const { return table_.contains(key); }
  /// Throws Error for an entry that was never asked for.
  void refuse_unknown() const;
  [[noreturn]] void fail(const std::string& key, const std::string& expected) const;

 private:
  const toml::node* find(const std::string& key);
  std::string name_of(const std::string& key) const { return place_.empty() ? key : place_ + "." + key; }

  const toml::table& table_;
  std::string place_;
  std::filesystem::path file_;
  std::set<std::string> asked_;
};

}  // namespace foreview
