#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/verdict.h"
#include "report/html.h"
#include "report/number_text.h"
#include "report/sections.h"
#include "report/svg_chart.h"

namespace foreview {
namespace {

constexpr size_t kRowLabelCharacters = 30;

std::string key_figure(const std::string& name, const std::string& value, const std::string& meaning) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd><small>{}</small></div>", escape_html(name), escape_html(value),
                     escape_html(meaning));
}

std::string key_figures(const Results& results) {
  const EvaluationOptions& options = results.options;
  std::string html =
      key_figure("Held-out test videos", count_text(options.test),
                 fmt::format("{} others trained on; cross-validation among them stops, weighs and calibrates",
                             options.train + options.validation));
  const auto final_model = std::find_if(results.models.begin(), results.models.end(),
                                        [](const ModelResult& m) { return m.role == ModelRole::final_model; });
  if (final_model == results.models.end()) return "<dl class=\"figures\">" + html + "</dl>";
  const Metrics& test = final_model->test;
  if (test.nmse) html += key_figure("nMSE", figure_text(test.nmse), "1 is guessing the mean, 0 is perfect");
  if (test.auc) html += key_figure("AUC", figure_text(test.auc), "0.5 is tossing a coin, 1 is perfect");
  if (test.accuracy) html += key_figure("Accuracy", percent_text(test.accuracy), "right when cut at one half");
  if (test.spearman && !options.binary)
    html += key_figure("Spearman", figure_text(test.spearman), "agreement of the order; 1 is perfect");
  if (test.mae && !options.binary)
    html += options.log1p ? key_figure("Typical miss", "×" + fmt::format("{:.3g}", std::exp(*test.mae)),
                                       "geometric mean factor, too high or too low")
                          : key_figure("Mean miss", count_text(*test.mae), "in the target's own units");
  if (test.coverage80)
    html += key_figure("Inside the 80 % interval", percent_text(test.coverage80), "80 % is promised");
  return "<dl class=\"figures\">" + html + "</dl>";
}

struct Column {
  std::string heading;
  std::optional<double> Metrics::*value;
  std::string (*text)(const std::optional<double>&);
};

std::string count_or_dash(const std::optional<double>& value) { return count_text(value.value_or(NAN)); }

// Only the columns that at least one model has a value for.
std::vector<Column> filled(std::vector<Column> columns, const Results& results) {
  std::erase_if(columns, [&](const Column& column) {
    return std::none_of(results.models.begin(), results.models.end(),
                        [&](const ModelResult& model) { return (model.test.*column.value).has_value(); });
  });
  return columns;
}

std::vector<Column> modelled_columns(const Results& results) {
  return filled({{"nMSE", &Metrics::nmse, figure_text},
                 {"R²", &Metrics::r2, figure_text},
                 {"Spearman", &Metrics::spearman, figure_text},
                 {"AUC", &Metrics::auc, figure_text},
                 {"Accuracy", &Metrics::accuracy, percent_text},
                 {"MAE", &Metrics::mae, figure_text},
                 {"RMSE", &Metrics::rmse, figure_text}},
                results);
}

std::vector<Column> other_columns(const Results& results) {
  return filled({{"Inside 80 % interval", &Metrics::coverage80, percent_text},
                 {"Its mean width", &Metrics::width80, figure_text},
                 {"MAPE", &Metrics::mape, percent_text},
                 {"MAE, raw", &Metrics::mae_raw, count_or_dash},
                 {"MSE, raw", &Metrics::mse_raw, count_or_dash}},
                results);
}

std::string difference_cell(const ModelResult& model) {
  if (!model.against_best_floor) return "<td>–</td>";
  const PairedDifference& difference = *model.against_best_floor;
  return fmt::format("<td title=\"against {}\">{} [{}, {}]</td>", escape_html(model.best_floor),
                     signed_text(difference.delta), signed_text(difference.low), signed_text(difference.high));
}

std::string table_row(const ModelResult& model, const std::vector<Column>& columns, bool differences) {
  std::string html =
      fmt::format("<tr{}><th scope=\"row\">{}</th><td class=\"text\">{}</td><td class=\"text\">{}</td>",
                  model.role == ModelRole::final_model ? " class=\"final\"" : "", escape_html(model.name),
                  name_of(model.role), model.track == Track::author_free ? "unused" : "used");
  if (differences) html += difference_cell(model);
  for (const Column& column : columns) html += "<td>" + escape_html(column.text(model.test.*column.value)) + "</td>";
  return html + "</tr>\n";
}

bool has_differences(const Results& results) {
  return std::any_of(results.models.begin(), results.models.end(),
                     [](const ModelResult& model) { return model.against_best_floor.has_value(); });
}

std::string results_table(const Results& results, const std::string& caption, const std::vector<Column>& columns,
                          bool differences) {
  if (columns.empty()) return "";
  std::string head =
      "<th scope=\"col\">Model</th><th scope=\"col\" class=\"text\">Role</th><th scope=\"col\" "
      "class=\"text\">Author</th>";
  if (differences) head += "<th scope=\"col\">nMSE − best floor’s [95 %]</th>";
  for (const Column& column : columns) head += "<th scope=\"col\">" + escape_html(column.heading) + "</th>";
  std::string rows;
  for (const ModelResult& model : results.models) rows += table_row(model, columns, differences);
  return fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{0}\" "
      "tabindex=\"0\"><table><caption>{0}</caption><thead><tr>{1}"
      "</tr></thead><tbody>\n{2}</tbody></table></div>\n",
      escape_html(caption), head, rows);
}

std::string parts_row(const std::string& name, bool is_final, Track track, const std::optional<double>& nmse,
                      const std::optional<double>& weight) {
  return fmt::format("<tr{}><th scope=\"row\">{}</th><td class=\"text\">{}</td><td>{}</td><td>{}</td></tr>\n",
                     is_final ? " class=\"final\"" : "", escape_html(name),
                     track == Track::author_free ? "unused" : "used", figure_text(nmse),
                     weight ? percent_text(weight) : "–");
}

/// What the final models are made of, by figures that no test video entered. The mean has what no part has earned.
std::string parts_table(const Results& results) {
  std::string rows;
  std::map<Track, double> left_to_mean;
  for (const ModelResult& model : results.models) {
    if (!model.within_training) continue;
    const CrossValidated& within = *model.within_training;
    rows += parts_row(model.name, model.role == ModelRole::final_model, model.track, within.nmse, within.weight);
    if (model.role == ModelRole::part && within.weight)
      left_to_mean.try_emplace(model.track, 1).first->second -= *within.weight;
  }
  for (const auto& [track, share] : left_to_mean)
    if (share >= 0.005) rows += parts_row("mean of the training videos", false, track, 1.0, share);
  if (rows.empty()) return "";
  return fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{0}\" "
      "tabindex=\"0\"><table><caption>{0}</caption><thead><tr><th scope=\"col\">Model</th><th scope=\"col\" "
      "class=\"text\">Author</th><th scope=\"col\">nMSE</th>"
      "<th scope=\"col\">Weight</th></tr></thead><tbody>\n{1}</tbody></table></div>\n",
      "What the parts are worth by cross-validation inside the training videos, and what they weigh in the final model",
      rows);
}

std::string results_tables(const Results& results) {
  const std::string scale = results.options.log1p ? "; MAE and RMSE on the log1p scale" : "";
  return results_table(results, fmt::format("Figures on {} held-out videos{}", results.options.test, scale),
                       modelled_columns(results), has_differences(results)) +
         results_table(results, "The 80 % interval, and errors in the target’s own units (raw)", other_columns(results),
                       false) +
         parts_table(results);
}

std::string track_suffix(const ModelResult& model) { return model.track == Track::author_aware ? ", author used" : ""; }

std::string short_label(const ModelResult& model) {
  const std::string text = clean_utf8(model.name), track = track_suffix(model);
  size_t bytes = 0, count = 0;
  while (bytes < text.size() && count < kRowLabelCharacters - track.size()) {
    do ++bytes;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80);
    ++count;
  }
  return (bytes < text.size() ? text.substr(0, bytes) + "…" : text) + track;
}

// One row a model.
std::string interval_chart(const Results& results) {
  std::vector<const ModelResult*> rows;
  std::vector<double> ends{0};
  for (const ModelResult& model : results.models) {
    if (!model.against_best_floor) continue;
    rows.push_back(&model);
    ends.insert(ends.end(), {model.against_best_floor->low, model.against_best_floor->high});
  }
  if (rows.empty()) return "";
  const auto count = static_cast<double>(rows.size());
  const Axis x = linear_axis(ends, "difference in nMSE to the best floor: left of zero is better");
  const Axis y{.low = 0, .high = count, .label = "", .ticks = {}};
  SvgChart chart("Gain over the best floor", "Each model's difference in nMSE with its 95 % interval", x, y,
                 {.width = 960, .height = 62 + 30 * count, .left = 240, .right = 24, .top = 8, .bottom = 50});
  chart.add_segment(0, 0, 0, count, "guide");
  for (size_t i = 0; i < rows.size(); ++i) {
    const PairedDifference& difference = *rows[i]->against_best_floor;
    const double height = count - static_cast<double>(i) - 0.5;
    const bool final_model = rows[i]->role == ModelRole::final_model;
    chart.add_row_label(height, short_label(*rows[i]));
    chart.add_segment(difference.low, height, difference.high, height, final_model ? "span" : "span other");
    chart.add_point(difference.delta, height, final_model ? "" : "other",
                    fmt::format("{}{}: {} [{}, {}] against {}", clean_utf8(rows[i]->name), track_suffix(*rows[i]),
                                signed_text(difference.delta), signed_text(difference.low),
                                signed_text(difference.high), clean_utf8(rows[i]->best_floor)),
                    5);
  }
  return "<figure class=\"wide\"><div class=\"wide-chart\" role=\"region\" aria-label=\"Gain over the best floor\" "
         "tabindex=\"0\">" +
         chart.finish() +
         "</div><figcaption>Gain over the best floor a model may be compared with, with 95 % paired-bootstrap "
         "intervals. A "
         "whole line left of zero is skill; the final models are in colour.</figcaption></figure>";
}

}  // namespace

std::string verdict_section(const ReportContent& content) {
  const VerdictText text = explain_verdict(content.results);
  const char* css_class = content.results.verdict == Verdict::skill      ? "skill"
                          : content.results.verdict == Verdict::no_skill ? "no-skill"
                                                                         : "too-few";
  std::string sentences;
  for (const std::string& sentence : text.evidence) sentences += "<p>" + escape_html(sentence) + "</p>";
  return fmt::format("<div class=\"verdict {}\"><h2>{}</h2>{}<p>{}</p></div>\n{}\n", css_class,
                     escape_html(text.headline), sentences, escape_html(text.advice), key_figures(content.results));
}

std::string results_section(const ReportContent& content) {
  if (content.results.models.empty()) return section("results", "Results", "<p>No model was tested.</p>");
  return section(
      "results", "Results",
      "<p>Every model was tested on the same videos, and nothing was fitted on them. Floors are the simple guesses "
      "that a useful model must beat; models that know the author are held against floors that do, too.</p>" +
          results_tables(content.results) + interval_chart(content.results));
}

}  // namespace foreview
