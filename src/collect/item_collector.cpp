#include "collect/item_collector.h"

#include <fmt/format.h>

#include <ctime>
#include <limits>
#include <regex>

#include "collect/item_files.h"
#include "collect/media_check.h"
#include "core/files.h"
#include "core/json.h"
#include "core/text.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

double unix_now() { return static_cast<double>(std::time(nullptr)); }

/// The site's own id in an address; empty when the profile's pattern does not find one.
std::string id_in(const std::string& address, const SiteProfile& profile) {
  std::smatch match;
  return std::regex_search(address, match, std::regex(profile.link_pattern)) ? match[1].str() : std::string();
}

}  // namespace

ItemCollector::ItemCollector(const Parts& parts, std::string user_agent)
    : parts_(parts), user_agent_(std::move(user_agent)) {}

ItemResult ItemCollector::settle(ArchivedItem item, ItemState state, const std::string& reason) {
  item.state = state;
  item.reason = clean_utf8(reason);
  parts_.archive.put(item);
  return {state == ItemState::done ? ItemOutcome::collected : ItemOutcome::skipped, item.reason};
}

std::string ItemCollector::stem_of(const std::string& id) const {
  return safe_stem(parts_.options.personal_fields ? id : hashed_id(id, parts_.archive.salt()));
}

ItemResult ItemCollector::collect(const std::string& topic, const Candidate& candidate) {
  ArchivedItem archived{.key = candidate.key, .topic = topic, .address = candidate.address};
  const Visit visit = parts_.visitor.open(candidate.address);
  if (visit.outcome == VisitOutcome::walled) return {ItemOutcome::walled, visit.reason};
  if (visit.outcome == VisitOutcome::removed) return settle(archived, ItemState::gone, visit.reason);
  if (visit.outcome != VisitOutcome::opened) return settle(archived, ItemState::failed, visit.reason);
  PageItem item;
  try {
    const std::string id = id_in(candidate.address, parts_.profile);
    item = extract_item({.address = candidate.address, .id = id, .html = visit.html}, parts_.profile);
  } catch (const Error& error) {
    settle(archived, ItemState::failed, error.parts().problem);
    return {ItemOutcome::changed, error.what()};
  }
  archived.stem = stem_of(item.id);
  if (!parts_.archive.claim_stem(archived.key, archived.stem)) {
    archived.stem.clear();
    return settle(archived, ItemState::gone, "the same video as another address's");
  }
  Media media;
  if (parts_.options.media) media = fetch_media(item, archived, visit);
  if (media.outcome == DownloadOutcome::no_room)
    throw CollectionEnd{"the disk limit is reached: " + media.reason, "raise --disk-limit to go on"};
  if (media.outcome != DownloadOutcome::complete) {
    archived.stem.clear();
    return settle(archived, media.outcome == DownloadOutcome::refused ? ItemState::gone : ItemState::failed,
                  "its media: " + media.reason);
  }
  write_info(item, archived, visit, media.extension);
  archived.media_bytes = media.bytes;
  return settle(archived, ItemState::done, "");
}

ItemResult ItemCollector::refresh(const ArchivedItem& known) {
  const Visit visit = parts_.visitor.open(known.address);
  if (visit.outcome == VisitOutcome::walled) return {ItemOutcome::walled, visit.reason};
  if (visit.outcome != VisitOutcome::opened) return {ItemOutcome::skipped, visit.reason};
  try {
    const std::string id = id_in(known.address, parts_.profile);
    const PageItem item = extract_item({.address = known.address, .id = id, .html = visit.html}, parts_.profile);
    std::error_code ignored;
    std::string extension;
    for (const char* one : {"mp4", "webm"})
      if (fs::exists(parts_.options.out / (known.stem + "." + one), ignored)) extension = one;
    write_info(item, known, visit, extension);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::failed) throw;
    return {ItemOutcome::changed, error.what()};
  }
  return {ItemOutcome::collected, ""};
}

ItemCollector::Media ItemCollector::fetch_media(const PageItem& item, const ArchivedItem& archived,
                                                const Visit& visit) {
  Media media{.outcome = DownloadOutcome::failed, .reason = "the page names no address of it"};
  const CollectOptions& options = parts_.options;
  const uint64_t limit = options.disk_limit > 0 ? options.disk_limit : std::numeric_limits<uint64_t>::max();
  const uint64_t used = parts_.archive.media_bytes();
  const DownloadOptions how{.user_agent = user_agent_,
                            .referer = visit.address,
                            .cookies = parts_.browser.cookies(),
                            .room_bytes = limit > used ? limit - used : 0};
  const fs::path part = options.out / ".foreview-collect/parts" / (archived.stem + ".part");
  for (const std::string& address : item.media) {
    media.outcome = fetch_from(address, part, how, media);
    if (media.outcome == DownloadOutcome::complete || media.outcome == DownloadOutcome::no_room) break;
  }
  if (media.outcome != DownloadOutcome::complete) return media;
  media.bytes = fs::file_size(part);
  if (parts_.archive.claim_bytes(archived.key, media.bytes, limit)) {
    publish_file(part, options.out / (archived.stem + "." + media.extension));
  } else {
    media.outcome = DownloadOutcome::no_room;
    media.reason = fmt::format("it has {} bytes, more than are left", media.bytes);
  }
  remove_part(part);
  return media;
}

DownloadOutcome ItemCollector::fetch_from(const std::string& address, const fs::path& part, const DownloadOptions& how,
                                          Media& media) {
  Download download;
  try {
    download = parts_.download.fetch(address, part, how);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::failed || error.parts().file == part.string()) throw;
    download = {DownloadOutcome::refused, error.what()};  // an address that is none
  }
  media.reason = download.reason;
  if (download.outcome == DownloadOutcome::refused || download.outcome == DownloadOutcome::no_room) remove_part(part);
  if (download.outcome != DownloadOutcome::complete) return download.outcome;
  try {
    media.extension = check_video_file(part, decoder_);
    return DownloadOutcome::complete;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::failed) throw;
    remove_part(part);
    media.reason = error.what();
    return DownloadOutcome::failed;
  }
}

void ItemCollector::write_info(const PageItem& item, const ArchivedItem& archived, const Visit& visit,
                               const std::string& extension) {
  const double now = unix_now();
  parts_.archive.observe(archived.key, {.epoch = now, .fields = dump_json(counts_in(item.fields))});
  nlohmann::json info = info_json(item, {.address = archived.address.empty() ? visit.address : archived.address,
                                         .topic = archived.topic,
                                         .profile = parts_.profile.name,
                                         .epoch = now,
                                         .media_extension = extension,
                                         .observations = parts_.archive.observations(archived.key)});
  // What was once collected without personal fields stays without them, also on a later visit.
  const bool personal = parts_.options.personal_fields && archived.stem == safe_stem(item.id);
  if (!personal) info = without_personal_fields(std::move(info), parts_.archive.salt());
  write_file_atomically(parts_.options.out / (archived.stem + ".info.json"), dump_json(info, 2));
}

}  // namespace foreview
