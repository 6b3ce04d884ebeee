#include <array>

#include "dataset/split.h"

namespace foreview {
namespace {

constexpr std::array<std::pair<Split, std::string_view>, 4> splits = {
    {{Split::none, "none"}, {Split::train, "train"}, {Split::validation, "validation"}, {Split::test, "test"}}};
constexpr std::array<std::pair<SplitKind, std::string_view>, 4> kinds = {{{SplitKind::random, "random"},
                                                                          {SplitKind::time, "time"},
                                                                          {SplitKind::author, "author"},
                                                                          {SplitKind::topic, "topic"}}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [known, name] : table)
    if (known == value) return name;
  return table[0].second;
}

template <class Value, class Table>
std::optional<Value> value_in(const Table& table, std::string_view wanted) {
  for (const auto& [value, name] : table)
    if (name == wanted) return value;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Split split) { return name_in(splits, split); }
std::string_view name_of(SplitKind kind) { return name_in(kinds, kind); }
std::optional<Split> split_from_name(std::string_view name) { return value_in<Split>(splits, name); }
std::optional<SplitKind> split_kind_from_name(std::string_view name) { return value_in<SplitKind>(kinds, name); }

}  // namespace foreview
