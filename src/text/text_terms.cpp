#include "text/text_terms.h"

#include <algorithm>
#include <cmath>

#include "foreview/error.h"
#include "text/vocabulary.h"

namespace foreview {
namespace {

constexpr int most_word_terms = 30000, most_pieces = 60000, most_facts = 20000;
constexpr const char* block_names[TextTerms::blocks] = {"text",  "tags",       "speech",     "pieces",
                                                        "facts", "text_pairs", "tags_pairs", "speech_pairs"};

constexpr size_t pieces_block = TextTerms::word_blocks, facts_block = pieces_block + 1, first_pairs = facts_block + 1;
static_assert(first_pairs + TextTerms::pair_blocks == TextTerms::blocks);

std::vector<std::string> terms_of_block(const TextDocument& document, size_t block) {
  if (block == pieces_block) return pieces_of(document.text + "\n" + document.tags + "\n" + document.speech);
  if (block == facts_block) return document.facts;
  const std::string* texts[] = {&document.text, &document.tags, &document.speech};
  return block < pieces_block ? words_of(*texts[block]) : pairs_of(words_of(*texts[block - first_pairs]));
}

int most_terms_of(size_t block) {
  if (block == pieces_block) return most_pieces;
  return block == facts_block ? most_facts : most_word_terms;
}

}  // namespace

struct TextTerms::State {
  std::array<Vocabulary, blocks> vocabularies;
};

TextTerms::TextTerms() : state_(std::make_shared<State>()) {}

TextTerms TextTerms::fit(const std::vector<TextDocument>& documents) {
  auto state = std::make_shared<State>();
  for (size_t block = 0; block < blocks; ++block) {
    std::vector<std::vector<std::string>> terms;
    for (const TextDocument& document : documents) terms.push_back(terms_of_block(document, block));
    state->vocabularies[block] =
        fit_vocabulary(terms, {.min_documents = documents.size() < 10 ? 1 : 2, .most_words = most_terms_of(block)});
  }
  // A fact counts once, however rare it is: a piece of music heard twice should not drown the country.
  std::ranges::fill(state->vocabularies[facts_block].idf, 1.0);
  TextTerms fitted;
  fitted.state_ = std::move(state);
  return fitted;
}

std::array<size_t, TextTerms::blocks> TextTerms::ends() const {
  std::array<size_t, blocks> ends{};
  size_t end = 0;
  for (size_t block = 0; block < blocks; ++block) ends[block] = end += state_->vocabularies[block].terms.size();
  return ends;
}

SparseRow TextTerms::row(const TextDocument& document) const {
  SparseRow row;
  int first = 0;
  for (size_t block = 0; block < blocks; ++block) {
    const Vocabulary& vocabulary = state_->vocabularies[block];
    for (const auto& [index, weight] : vocabulary.weigh_terms(terms_of_block(document, block)))
      row.emplace_back(first + index, weight);
    first += static_cast<int>(vocabulary.terms.size());
  }
  return row;
}

nlohmann::json TextTerms::to_json() const {
  nlohmann::json json;
  for (size_t block = 0; block < blocks; ++block)
    json[block_names[block]] = {{"terms", state_->vocabularies[block].terms}, {"idf", state_->vocabularies[block].idf}};
  return json;
}

TextTerms TextTerms::from_json(const nlohmann::json& json, const std::string& file) {
  const auto damaged = [&](const std::string& expected, const std::string& got) {
    throw Error({.file = file,
                 .problem = "a vocabulary is damaged",
                 .expected = expected,
                 .got = got,
                 .advice = "train again"});
  };
  auto state = std::make_shared<State>();
  const auto finite = [](double value) { return std::isfinite(value); };
  try {
    for (size_t block = 0; block < blocks; ++block) {
      Vocabulary& vocabulary = state->vocabularies[block];
      vocabulary.terms = json.at(block_names[block]).at("terms").get<std::vector<std::string>>();
      vocabulary.idf = json.at(block_names[block]).at("idf").get<std::vector<double>>();
      if (vocabulary.idf.size() != vocabulary.terms.size() || !vocabulary.make_index() ||
          !std::ranges::all_of(vocabulary.idf, finite))
        damaged("different terms, each with a weight", block_names[block]);
    }
  } catch (const nlohmann::json::exception& error) {
    damaged("words and pairs of text, tags and speech, pieces and facts", error.what());
  }
  TextTerms terms;
  terms.state_ = std::move(state);
  return terms;
}

}  // namespace foreview
