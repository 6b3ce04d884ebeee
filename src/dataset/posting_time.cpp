#include "dataset/posting_time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace foreview {
namespace {

using namespace std::chrono;

constexpr double seconds_at(year_month_day day) {
  return static_cast<double>(sys_seconds(sys_days(day)).time_since_epoch().count());
}

constexpr double year_2014 = seconds_at(year(2014) / 1 / 1), year_2100 = seconds_at(year(2100) / 1 / 1);

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<double> time_of_date(std::string date) {
  if (date.size() == 10 && date[4] == '-' && date[7] == '-') std::erase(date, '-');
  if (date.size() != 8 || !all_digits(date)) return std::nullopt;
  const year_month_day day = year(std::stoi(date.substr(0, 4))) / static_cast<unsigned>(std::stoi(date.substr(4, 2))) /
                             static_cast<unsigned>(std::stoi(date.substr(6, 2)));
  if (!day.ok() || day < year(1970) / 1 / 1 || day >= year(2100) / 1 / 1) return std::nullopt;
  return seconds_at(day);
}

/// "2023-11-05T10:20:30Z", "2023-11-05 10:20:30.5", with or without an offset like +02:00; without one it is UTC.
std::optional<double> time_of_iso(const std::string& text) {
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto day = time_of_date(text.substr(0, 10));
  int hours = 0, minutes = 0, seconds = 0, used = 0;
  if (!day || std::sscanf(text.c_str() + 11, "%2d:%2d:%2d%n", &hours, &minutes, &seconds, &used) != 3 || used != 8 ||
      hours > 23 || minutes > 59 || seconds > 60 || hours < 0 || minutes < 0 || seconds < 0)
    return std::nullopt;
  size_t rest = 19;
  if (rest < text.size() && text[rest] == '.') rest = text.find_first_not_of("0123456789", rest + 1);
  const double time = *day + hours * 3600 + minutes * 60 + seconds;
  if (rest >= text.size() || text.substr(rest) == "Z") return time;
  char sign = 0;
  if (std::sscanf(text.c_str() + rest, "%c%2d:%2d%n", &sign, &hours, &minutes, &used) != 3 ||
      rest + static_cast<size_t>(used) != text.size() || (sign != '+' && sign != '-'))
    return std::nullopt;
  return time - (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/// A moment as a field holds it: Unix seconds, Unix milliseconds, a date or an ISO 8601 time.
std::optional<double> moment(const Record& record, const std::string& field) {
  if (const auto number = record.number(field)) {
    const double seconds = number->value > 1e11 ? number->value / 1000 : number->value;
    if (seconds > 0 && seconds < year_2100) return seconds;
    return std::nullopt;
  }
  const std::string text = record.text(field);
  if (const auto time = time_of_iso(text)) return time;
  return time_of_date(text);
}

std::optional<double> time_of_tiktok_id(std::string_view id) {
  if (id.size() != 19 || !all_digits(id)) return std::nullopt;
  uint64_t number = 0;
  if (std::from_chars(id.data(), id.data() + id.size(), number).ec != std::errc()) return std::nullopt;
  const double time = static_cast<double>(number >> 32);
  if (time < year_2014 || time >= year_2100) return std::nullopt;
  return time;
}

}  // namespace

std::optional<double> posted_unix(const Record& record) {
  if (const auto stated = moment(record, "timestamp")) return stated;
  if (const auto date = time_of_date(record.text("upload_date"))) return date;
  return time_of_tiktok_id(record.id);
}

std::optional<double> age_at_observation(const Record& record) {
  const auto posted = posted_unix(record), observed = moment(record, "epoch");
  if (!posted || !observed || *observed < *posted) return std::nullopt;
  return *observed - *posted;
}

std::optional<double> seconds_of(std::string_view duration) {
  if (duration.empty()) return 0;
  double number = 0;
  const char* last = duration.data() + duration.size() - 1;
  const auto [end, problem] = std::from_chars(duration.data(), last, number);
  if (problem != std::errc() || end != last || !(number >= 0 && number < 1e6)) return std::nullopt;
  switch (*last) {
    case 'h':
      return number * 3600;
    case 'd':
      return number * 86400;
    case 'w':
      return number * 7 * 86400;
    default:
      return std::nullopt;
  }
}

}  // namespace foreview
