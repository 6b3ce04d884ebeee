#include "dataset/posting_time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
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
  if (const auto stated = record.number("timestamp"); stated && stated->value > 0 && stated->value < year_2100)
    return stated->value;
  if (const auto date = time_of_date(record.text("upload_date"))) return date;
  return time_of_tiktok_id(record.id);
}

std::optional<double> age_at_observation(const Record& record) {
  const auto posted = posted_unix(record);
  const auto observed = record.number("epoch");
  if (!posted || !observed || observed->value < *posted) return std::nullopt;
  return observed->value - *posted;
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
