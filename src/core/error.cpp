#include "foreview/error.h"

#include <utility>

#include "core/text.h"

namespace foreview {
namespace {

std::string one_line(const ErrorParts& parts) {
  std::string line = parts.file;
  if (!parts.file.empty() && !parts.problem.empty()) line += ": ";
  line += parts.problem;
  if (!parts.expected.empty() || !parts.got.empty()) {
    line += " (";
    if (!parts.expected.empty()) line += "expected " + parts.expected;
    if (!parts.expected.empty() && !parts.got.empty()) line += ", ";
    if (!parts.got.empty()) line += "got " + parts.got;
    line += ")";
  }
  if (!parts.advice.empty()) line += "; " + parts.advice;
  return clean_utf8(line);
}

}  // namespace

Error::Error(ErrorParts parts, ErrorKind kind)
    : std::runtime_error(one_line(parts)), parts_(std::move(parts)), kind_(kind) {}

}  // namespace foreview
