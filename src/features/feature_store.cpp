#include "features/feature_store.h"

#include <algorithm>
#include <cmath>

#include "core/log.h"
#include "core/safetensors.h"
#include "foreview/error.h"

// values: F32 [n, d], one row a clip or segment; spans: F64 [n, 2], its start and end in seconds.
namespace foreview {
namespace {

void require_plain_name(const std::string& name, const std::string& what) {
  const bool plain = !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
                     name.find('\0') == std::string::npos;
  if (!plain) throw Error({.problem = "a " + what + " cannot name a feature file", .got = "\"" + name + "\""});
}

TimedVectors vectors_from(const SafetensorsFile& stored) {
  const StoredTensor &values = stored.at("values"), &spans = stored.at("spans");
  const bool shaped = values.shape.size() == 2 && spans.shape.size() == 2 && spans.shape[1] == 2 &&
                      values.shape[0] == spans.shape[0] && values.shape[1] <= 1 << 20;
  if (!shaped) {
    throw Error(
        {.file = stored.file.string(), .problem = "its shapes are wrong", .expected = "values [n,d], spans [n,2]"});
  }
  TimedVectors vectors{.dimension = static_cast<int>(values.shape[1]), .values = values.values<float>(), .spans = {}};
  const std::vector<double> seconds = spans.values<double>();
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(vectors.values.begin(), vectors.values.end(), finite) ||
      !std::all_of(seconds.begin(), seconds.end(), finite)) {
    throw Error({.file = stored.file.string(), .problem = "it holds numbers that are not finite"});
  }
  for (size_t i = 0; i + 1 < seconds.size(); i += 2) vectors.spans.push_back({seconds[i], seconds[i + 1]});
  return vectors;
}

}  // namespace

std::filesystem::path FeatureStore::path(const std::string& encoder, const std::string& content_hash,
                                         const std::string& extension) const {
  require_plain_name(encoder, "encoder");
  require_plain_name(content_hash, "content hash");
  return folder_ / encoder / content_hash.substr(0, 2) / (content_hash + extension);
}

bool FeatureStore::has(const std::string& encoder, const std::string& content_hash,
                       const std::string& extension) const {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path(encoder, content_hash, extension), ignored);
}

void FeatureStore::save_vectors(const std::string& encoder, const std::string& content_hash,
                                const TimedVectors& vectors) const {
  const auto count = static_cast<int64_t>(vectors.count());
  const std::filesystem::path file = path(encoder, content_hash);
  if (vectors.values.size() != vectors.count() * vectors.dimension) {
    throw Error({.file = file.string(),
                 .problem = "the vectors to store do not fit their spans",
                 .expected = std::to_string(count * vectors.dimension) + " numbers",
                 .got = std::to_string(vectors.values.size())});
  }
  std::vector<double> seconds;
  for (const auto& [start, end] : vectors.spans) seconds.insert(seconds.end(), {start, end});
  SafetensorsFile content;
  content.tensors["values"] = StoredTensor::from<float>({count, vectors.dimension}, vectors.values.data());
  content.tensors["spans"] = StoredTensor::from<double>({count, 2}, seconds.data());
  write_safetensors(file, content);
}

std::optional<TimedVectors> FeatureStore::load_vectors(const std::string& encoder,
                                                       const std::string& content_hash) const {
  if (!has(encoder, content_hash)) return std::nullopt;
  const std::filesystem::path file = path(encoder, content_hash);
  try {
    return vectors_from(read_safetensors(file));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    warn_line(std::string(error.what()) + "; the damaged feature file is removed and made again");
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return std::nullopt;
  }
}

}  // namespace foreview
