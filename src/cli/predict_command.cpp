#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/human_number.h"
#include "core/interrupt.h"
#include "foreview/predictor.h"

namespace foreview::cli {
namespace {

struct PredictOptions {
  std::filesystem::path model;
  std::vector<std::filesystem::path> videos;
  VideoFacts facts;
  Predictor::Options predictor;
  bool json = false, quartiles = false;
};

nlohmann::json to_json(const Forecast& f) {
  nlohmann::json json{{"video", f.video},
          {"target", f.target},
          {"median", f.median},
          {"low", f.low},
          {"high", f.high},
          {"interval", 0.8},
          {"percentile", f.percentile},
          {"chance_of_top_tenth", f.chance_of_top_tenth},
          {"track", f.track},
          {"verdict", f.verdict},
          {"notes", f.notes}};
  if (!f.chance_of_quarters.empty()) json["chance_of_quarters"] = f.chance_of_quarters;
  return json;
}

std::string trust(const Forecast& f) {
  if (f.verdict == "skill") return "the model showed skill on videos it had not seen";
  if (f.verdict == "no skill")
    return "the model did NOT beat simple guesses on videos it had not seen: do not rely on this";
  if (f.verdict == "too few videos") return "there were too few videos to test the model: do not rely on this";
  return "the model was never evaluated: do not rely on this";
}

void print_for_people(const Forecast& f, bool quartiles) {
  std::printf("%s\n", f.video.c_str());
  std::printf("  %-12s about %s; 8 in 10 such videos end between %s and %s\n", f.target.c_str(),
              human_number(f.median).c_str(), human_number(f.low).c_str(), human_number(f.high).c_str());
  std::printf("  rank         above %.0f %% of the training videos; chance of reaching their top tenth %.0f %%\n",
              f.percentile, 100 * f.chance_of_top_tenth);
  if (quartiles && f.chance_of_quarters.size() == 4)
    std::printf("  quarters     of the training videos: lowest %.0f %%, second %.0f %%, third %.0f %%, highest %.0f %%\n",
                100 * f.chance_of_quarters[0], 100 * f.chance_of_quarters[1], 100 * f.chance_of_quarters[2],
                100 * f.chance_of_quarters[3]);
  std::printf("  trust        %s\n", trust(f).c_str());
  for (const std::string& note : f.notes) std::printf("  note         %s\n", note.c_str());
}

void take_fact(const std::string& pair, VideoFacts& facts) {
  const size_t equals = pair.find('=');
  double number = 0;
  const char* end = pair.data() + pair.size();
  const char* start = equals == std::string::npos ? end : pair.data() + equals + 1;
  if (start == end || std::from_chars(start, end, number).ptr != end)
    throw CLI::ValidationError("--fact", "needs NAME=NUMBER, got " + pair);
  facts.numbers[pair.substr(0, equals)] = number;
}

// One bad file does not stop the others; the exit status is 1 only when none could be used.
void predict_all(const PredictOptions& options) {
  Predictor predictor(options.model, options.predictor);
  nlohmann::json forecasts = nlohmann::json::array();
  size_t failures = 0;
  for (const auto& video : options.videos) {
    throw_if_interrupted();
    try {
      const Forecast forecast = predictor.predict(video, options.facts);
      if (options.json)
        forecasts.push_back(to_json(forecast));
      else
        print_for_people(forecast, options.quartiles);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      std::fprintf(stderr, "foreview: %s\n", error.what());
      ++failures;
    }
  }
  if (options.json)
    std::printf("%s\n", forecasts.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  if (failures == options.videos.size())
    throw Error({.problem = "no video could be used", .advice = "see the lines above"});
}

}  // namespace

void add_predict_command(CLI::App& app) {
  auto options = std::make_shared<PredictOptions>();
  CLI::App* command = app.add_subcommand("predict", "forecasts for videos never seen");
  command->add_option("--model", options->model, "model folder (W/model of a run)")->required();
  command->add_option("VIDEO", options->videos, "video files")->required();
  command->add_option("--caption", options->facts.caption, "the caption it will be posted with");
  command->add_option("--uploader", options->facts.uploader_id, "who will post it, as named in the training data");
  command->add_option_function<std::vector<std::string>>(
      "--fact",
      [options](const std::vector<std::string>& pairs) {
        for (const std::string& pair : pairs) take_fact(pair, options->facts);
      },
      "a number the model was given by name, NAME=NUMBER (see --features of run)");
  command->add_option("--device", options->predictor.device, "auto, cpu or cuda");
  command->add_flag("--quartiles", options->quartiles, "also tell the chance of each quarter of the training videos");
  command->add_flag("--json", options->json, "print JSON");
  command->callback([options] { predict_all(*options); });
}

}  // namespace foreview::cli
