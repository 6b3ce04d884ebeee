#include "report/model_card.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "evaluation/verdict.h"
#include "report/number_text.h"

namespace foreview {
namespace {

// Inserted text stays text: no markup, no HTML, no table cell of its own.
std::string escape_markdown(const std::string& text) {
  std::string out;
  for (const char c : clean_utf8(text)) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (std::string_view("\\`*[]|#!~").find(c) != std::string_view::npos)
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string bullets(const std::vector<std::string>& items, const std::string& when_empty) {
  if (items.empty()) return when_empty + "\n";
  std::string text;
  for (const std::string& item : items) text += "- " + escape_markdown(item) + "\n";
  return text;
}

std::string difference_text(const std::optional<PairedDifference>& difference) {
  if (!difference) return "–";
  return fmt::format("{} ({}, {})", signed_text(difference->delta), signed_text(difference->low),
                     signed_text(difference->high));
}

std::string figures(const Results& results) {
  const bool binary = results.options.binary;
  std::string text =
      fmt::format("| model | role | author | nMSE | R² | Spearman | {} | {} | nMSE − best floor's (95 %) |\n",
                  binary ? "AUC" : "MAE", binary ? "accuracy" : "inside 80 %");
  text += "|---|---|---|--:|--:|--:|--:|--:|--:|\n";
  for (const ModelResult& model : results.models)
    text += fmt::format(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", escape_markdown(model.name), name_of(model.role),
        model.track == Track::author_free ? "unused" : "used", figure_text(model.test.nmse), figure_text(model.test.r2),
        figure_text(model.test.spearman), figure_text(binary ? model.test.auc : model.test.mae),
        percent_text(binary ? model.test.accuracy : model.test.coverage80), difference_text(model.against_best_floor));
  return text;
}

std::string facts(const ReportContent& content) {
  std::vector<std::string> items;
  for (const auto& [name, value] : content.facts) items.push_back(name + ": " + value);
  return bullets(items, "Nothing is recorded.");
}

}  // namespace

std::string render_model_card(const ReportContent& content) {
  const Results& results = content.results;
  const EvaluationOptions& options = results.options;
  const VerdictText verdict = explain_verdict(results);
  std::string card = fmt::format("# Model card: {} of short videos, from {}\n\n", escape_markdown(options.target),
                                 escape_markdown(content.title.empty() ? "videos" : content.title));
  card += fmt::format("**{}.** {}\n\n{}\n\n", escape_markdown(verdict.headline),
                      escape_markdown(join(verdict.evidence, " ")), escape_markdown(verdict.advice));
  card += fmt::format(
      "## What it is\n\nA regression model made by foreview. It reads a video's picture, sound, spoken words, caption "
      "and "
      "metadata, as far as they are used here, and forecasts `{}` ({}) with an 80 % interval.\n\n",
      escape_markdown(options.target), options.log1p ? "modelled as log1p" : "modelled as it is");
  card += fmt::format(
      "## Trained on\n\n{} videos, with cross-validation among them for stopping, weights and intervals; {} held out; "
      "split by {}. {} files or entries were skipped.\n\n{}\n",
      options.train + options.validation, options.test, escape_markdown(options.split_kind), content.skipped.size(),
      facts(content));
  card +=
      "## Held-out figures\n\n" + figures(results) +
      "\nFloors are simple guesses; every model saw the same test videos and was fitted on none of them. A "
      "difference is "
      "skill when its whole 95 % interval lies below zero. Where the author is unused, a channel's numbers may have "
      "calmed the labels in training; no answer reads them.\n\n";
  card += "## Inputs\n\nUsed:\n\n" + bullets(content.inputs_used, "Nothing.") + "\nRefused:\n\n" +
          bullets(content.inputs_refused, "Nothing.") + "\n";
  if (!content.reconstruction_note.empty())
    card += "## Visual encoder\n\n" + escape_markdown(content.reconstruction_note) + "\n\n";
  card +=
      "## Limits\n\n"
      "- It holds for videos like those it was trained on: the same kind of site, time and authors. Tastes and sites "
      "change; "
      "test it again on recent videos.\n"
      "- View counts depend on much that is in no video: who follows, when it is posted, what the site recommends. A "
      "wide "
      "interval is an honest answer.\n"
      "- What moves the estimate need not be what makes people watch: it shows association, not cause.\n"
      "- It judges expected attention alone, not quality, truth or harm, and must not be used to judge people.\n\n"
      "## Use\n\n`foreview predict --model MODEL_FOLDER VIDEO` answers for a new video. The folder needs nothing "
      "else.\n";
  return card;
}

}  // namespace foreview
