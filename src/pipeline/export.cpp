#include "pipeline/export.h"

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "dataset/target.h"
#include "dataset/video_rows.h"
#include "foreview/error.h"
#include "pipeline/token_export.h"

namespace foreview {
namespace {

using nlohmann::json;

FlatRows forecasts_of(const Workspace& work) {
  if (!std::filesystem::exists(work.predictions()))
    throw Error({.file = work.root.string(),
                 .problem = "there are no forecasts yet",
                 .advice = "run: foreview evaluate --work " + work.root.string()});
  const json file = parse_json(read_file(work.predictions()), work.predictions());
  const Target target{.name = file.at("target").get<std::string>(),
                      .transform = file.at("transform") == "log1p" ? Transform::log1p : Transform::none};
  FlatRows rows;
  for (const json& model : file.at("models")) {
    for (size_t i = 0; i < file.at("id").size(); ++i) {
      nlohmann::ordered_json row{{"id", file["id"][i]},      {"model", model.at("name")},
                                 {"role", model.at("role")}, {"track", model.at("track")},
                                 {"target", target.name},    {"actual", file.at("actual_raw")[i]}};
      const auto add = [&](const std::string& name, const json& values) {
        const double value = values.at(i).get<double>();
        row[name] = target.inverse(value);
        row[name + "_modelled"] = value;
      };
      add("prediction", model.at("prediction"));
      if (model.contains("low")) add("low", model["low"]), add("high", model["high"]);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace

std::vector<Video> videos_of(const Workspace& work) {
  if (!std::filesystem::exists(work.catalog()))
    throw Error({.file = work.root.string(),
                 .problem = "is no workspace: it has no catalog.sqlite",
                 .advice = "run: foreview ingest DATA --work " + work.root.string()});
  return Catalog(work.catalog()).videos();
}

FlatRows exported_rows(const Workspace& work, const std::string& what) {
  if (what == "records") return record_rows(videos_of(work));
  if (what == "forecasts") return forecasts_of(work);
  if (what == "tokens") return token_rows(work);
  throw Error({.problem = "nothing is called \"" + clean_utf8(what) + "\" in a workspace",
               .expected = "records, tokens or forecasts"},
              ErrorKind::usage);
}

ArrayTable exported_arrays(const Workspace& work, const std::string& what) {
  return what == "tokens" ? token_arrays(work) : array_table(exported_rows(work, what));
}

}  // namespace foreview
