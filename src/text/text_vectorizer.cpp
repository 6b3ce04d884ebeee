#include "text/text_vectorizer.h"

#include <cmath>

#include "foreview/error.h"
#include "text/truncated_svd.h"
#include "text/vocabulary.h"

namespace foreview {
namespace {

constexpr int json_version = 1;
constexpr int most_dimensions = 4096;

void require(bool holds, const std::string& file, const std::string& problem, const std::string& expected,
             const std::string& got) {
  if (!holds) throw Error({.file = file, .problem = problem, .expected = expected, .got = got});
}

void require_finite(const std::vector<double>& values, const std::string& file, const std::string& name) {
  for (double value : values) {
    require(std::isfinite(value), file, "the text model's " + name + " are damaged", "finite numbers",
            std::to_string(value));
  }
}

}  // namespace

struct TextVectorizer::State {
  Vocabulary vocabulary;
  int dimension = 0;
  std::vector<double> components;  // [terms, dimension]
};

TextVectorizer::TextVectorizer() : state_(std::make_shared<State>()) {}

TextVectorizer TextVectorizer::fit(const std::vector<std::string>& texts, const Options& options) {
  std::vector<std::vector<std::string>> documents;
  documents.reserve(texts.size());
  for (const std::string& text : texts) documents.push_back(terms_of(text, options.pairs));
  auto state = std::make_shared<State>();
  state->vocabulary = fit_vocabulary(documents, options);
  std::vector<SparseRow> rows;
  for (const std::string& text : texts) {
    SparseRow row = state->vocabulary.weigh(text);
    if (!row.empty()) rows.push_back(std::move(row));
  }
  TruncatedSvd svd = truncated_svd(rows, static_cast<int>(state->vocabulary.terms.size()), options.dimension);
  state->dimension = svd.rank;
  state->components = std::move(svd.components);
  TextVectorizer vectorizer;
  vectorizer.state_ = std::move(state);
  return vectorizer;
}

int TextVectorizer::dimension() const { return state_->dimension; }

std::vector<float> TextVectorizer::transform(const std::string& text) const {
  std::vector<double> sums(state_->dimension, 0);
  if (state_->dimension == 0) return {};
  for (const auto& [term, weight] : state_->vocabulary.weigh(text)) {
    const double* component = state_->components.data() + static_cast<size_t>(term) * state_->dimension;
    for (int i = 0; i < state_->dimension; ++i) sums[i] += weight * component[i];
  }
  return {sums.begin(), sums.end()};
}

nlohmann::json TextVectorizer::to_json() const {
  return {{"version", json_version},           {"pairs", state_->vocabulary.pairs}, {"dimension", state_->dimension},
          {"terms", state_->vocabulary.terms}, {"idf", state_->vocabulary.idf},     {"components", state_->components}};
}

TextVectorizer TextVectorizer::from_json(const nlohmann::json& json, const std::string& file) {
  auto state = std::make_shared<State>();
  Vocabulary& vocabulary = state->vocabulary;
  try {
    const int version = json.at("version").get<int>();
    require(version == json_version, file, "the text model has another version", std::to_string(json_version),
            std::to_string(version));
    vocabulary.pairs = json.at("pairs").get<bool>();
    state->dimension = json.at("dimension").get<int>();
    vocabulary.terms = json.at("terms").get<std::vector<std::string>>();
    vocabulary.idf = json.at("idf").get<std::vector<double>>();
    state->components = json.at("components").get<std::vector<double>>();
  } catch (const nlohmann::json::exception& error) {
    throw Error({.file = file, .problem = "this is no text model", .got = error.what()});
  }
  const size_t terms = vocabulary.terms.size();
  require(state->dimension >= 0 && state->dimension <= most_dimensions, file,
          "the text model's dimension is impossible", "0 to " + std::to_string(most_dimensions),
          std::to_string(state->dimension));
  require(vocabulary.idf.size() == terms, file, "the text model's idf does not fit its terms", std::to_string(terms),
          std::to_string(vocabulary.idf.size()));
  const size_t entries = terms * static_cast<size_t>(state->dimension);
  require(state->components.size() == entries, file, "the text model's components do not fit its terms",
          std::to_string(entries), std::to_string(state->components.size()));
  require_finite(vocabulary.idf, file, "idf");
  require_finite(state->components, file, "components");
  require(vocabulary.make_index(), file, "the text model has a term twice", "different terms", "a repeated one");
  TextVectorizer vectorizer;
  vectorizer.state_ = std::move(state);
  return vectorizer;
}

}  // namespace foreview
