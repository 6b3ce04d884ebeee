#include "report/html_report.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

#include "report/content_fixture.h"
#include "report/model_card.h"

namespace foreview {
namespace {

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// Every opened element is closed in order; a stray quote or bracket of a caption would break this.
void expect_balanced(const std::string& html) {
  static const std::regex tag("<(/?)([a-z][a-z0-9]*)((?:\"[^\"]*\"|[^\">])*)>", std::regex::optimize);
  std::vector<std::string> open;
  const size_t style_end = html.find("</style>");
  for (std::sregex_iterator it(html.begin() + static_cast<std::ptrdiff_t>(style_end + 8), html.end(), tag), end;
       it != end; ++it) {
    const std::string name = (*it)[2], rest = (*it)[3];
    if (name == "img" || name == "meta" || (!rest.empty() && rest.back() == '/')) continue;
    if ((*it)[1].length() == 0) {
      open.push_back(name);
    } else if (name != "head" && name != "html") {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST(HtmlReport, hostile_text_stays_text) {
  const std::string html = render_report(testing::make_content(60));
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_GT(count_of(html, "&lt;script&gt;"), 60u);
  expect_balanced(html);
}

TEST(HtmlReport, asks_for_nothing_from_outside) {
  const std::string html = render_report(testing::make_content(60));
  for (const char* request : {"http://", "https://", "//cdn", "@import", "url(", "<link", "<iframe", "onload="})
    EXPECT_EQ(html.find(request), std::string::npos) << request;
  EXPECT_EQ(count_of(html, "src=\""), count_of(html, "src=\"data:image/png;base64,"));
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
}

TEST(HtmlReport, shows_every_part) {
  const std::string html = render_report(testing::make_content(60));
  for (const char* part :
       {"<html lang=\"en\">", "prefers-color-scheme: dark", "class=\"verdict skill\"", "<caption>", "alt=\"original",
        "id=\"results\"", "id=\"predictions\"", "id=\"training\"", "id=\"reconstructions\"", "id=\"inputs\"",
        "id=\"skipped\"", "id=\"facts\"", "id=\"studies\"", "id=\"reliability\"", "Quantile calibration",
        "Learning curve", "Typical miss", "cross-validation inside the training videos", "<td>0.432</td><td>87 %</td>"})
    EXPECT_NE(html.find(part), std::string::npos) << part;
  EXPECT_GE(count_of(html, "<circle"), 120u) << "each test video stands in both charts";
  EXPECT_EQ(count_of(html, "class=\"range\""), 60u) << "and has its interval";
}

TEST(HtmlReport, tells_what_of_a_final_model_is_the_mean) {
  ReportContent content = testing::make_content(60);
  ModelResult part = content.results.models.front();
  part.name = "kernel";
  part.role = ModelRole::part;
  for (const auto& [weight, row] : {std::pair{0.75, 1u}, std::pair{1.0, 0u}}) {
    part.within_training = CrossValidated{.nmse = 0.97, .weight = weight};
    ReportContent shown = content;
    shown.results.models.push_back(part);
    EXPECT_EQ(count_of(render_report(shown), "mean of the training videos</th><td class=\"text\">unused</td>"), row);
    EXPECT_EQ(count_of(render_report(shown), "<td>25 %</td>"), row);
  }
}

TEST(HtmlReport, the_chart_tells_models_that_know_the_author_apart) {
  ReportContent content = testing::make_content(60);
  ModelResult kernel = content.results.models.front();
  kernel.name = "kernel";
  content.results.models.push_back(kernel);
  kernel.track = Track::author_aware;
  content.results.models.push_back(kernel);
  const std::string html = render_report(content);
  EXPECT_EQ(count_of(html, ">kernel</text>"), 1u);
  EXPECT_EQ(count_of(html, ">kernel, author used</text>"), 1u);
  EXPECT_EQ(count_of(html, ">kernel, author used: "), 1u) << "on pointing at it, too";
}

TEST(HtmlReport, too_few_videos_are_told_in_a_sentence) {
  ReportContent content = testing::make_content(0);
  content.training_curves.clear();
  content.reconstructions.clear();
  content.skipped.clear();
  content.inputs_refused.clear();
  content.facts.clear();
  const std::string html = render_report(content);
  EXPECT_NE(html.find("Too few videos"), std::string::npos);
  EXPECT_NE(html.find("No test video has a forecast to show"), std::string::npos);
  EXPECT_NE(html.find("Nothing was skipped"), std::string::npos);
  EXPECT_EQ(html.find("<circle"), std::string::npos);
  EXPECT_EQ(html.find("nan"), std::string::npos);
  expect_balanced(html);
  const std::string bare = render_report(ReportContent{});
  expect_balanced(bare);
  EXPECT_EQ(bare.find("id=\"studies\""), std::string::npos);
  EXPECT_EQ(bare.find("id=\"reliability\""), std::string::npos);
  EXPECT_FALSE(render_model_card(ReportContent{}).empty());
}

TEST(HtmlReport, one_test_video_and_plain_scales_are_drawn) {
  for (const bool log1p : {true, false})
    for (const size_t test : {size_t{1}, size_t{2}, size_t{30}}) {
      const std::string html = render_report(testing::make_content(test, log1p));
      EXPECT_GE(count_of(html, "<circle"), 2 * test);
      EXPECT_EQ(html.find("\"nan"), std::string::npos);
      EXPECT_EQ(html.find("\"-nan"), std::string::npos);
      EXPECT_EQ(html.find("inf\""), std::string::npos);
    }
}

TEST(HtmlReport, numbers_without_end_do_not_break_the_page) {
  ReportContent content = testing::make_content(30);
  content.test_rows[0].high = INFINITY;
  content.test_rows[1].predicted = content.test_rows[1].predicted_modelled = NAN;
  content.test_rows[2].predicted_modelled = 1e300;
  content.training_curves[0].curves[0].y = {1e-300, INFINITY, NAN};
  const std::string html = render_report(content);
  expect_balanced(html);
  EXPECT_EQ(html.find("cx=\"nan"), std::string::npos);
}

TEST(HtmlReport, the_same_content_gives_the_same_page) {
  EXPECT_EQ(render_report(testing::make_content(30)), render_report(testing::make_content(30)));
}

TEST(ModelCard, holds_figures_and_limits_and_keeps_hostile_text_text) {
  const std::string card = render_model_card(testing::make_content(60));
  EXPECT_EQ(card.substr(0, 12), "# Model card");
  for (const char* part : {"## Held-out figures", "## Inputs", "## Limits", "## Use", "like_count", "Skill"})
    EXPECT_NE(card.find(part), std::string::npos) << part;
  EXPECT_EQ(card.find("<script"), std::string::npos);
  EXPECT_NE(card.find("&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(card.find("&|"), std::string::npos) << "a bar of a name must not open a table cell";
}

}  // namespace
}  // namespace foreview
