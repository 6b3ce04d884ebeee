#include "dataset/record.h"

namespace foreview {

std::string Record::text(const std::string& field) const {
  const auto found = texts.find(field);
  return found == texts.end() ? std::string() : found->second;
}

std::optional<Quantity> Record::number(const std::string& field) const {
  const auto found = numbers.find(field);
  if (found == numbers.end()) return std::nullopt;
  return found->second;
}

std::string Problem::line() const {
  std::string line = file;
  if (!what.empty()) line += (line.empty() ? "" : ": ") + what;
  if (!advice.empty()) line += (line.empty() ? "" : "; ") + advice;
  return line;
}

}  // namespace foreview
