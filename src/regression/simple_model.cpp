#include "regression/simple_model.h"

#include "core/random.h"
#include "regression/author_encoder.h"
#include "regression/gradient_trees.h"
#include "regression/pooled_features.h"
#include "regression/ridge.h"
#include "regression/token_sequence.h"

namespace foreview {
namespace {

std::vector<const VideoFeatures*> pointers(const std::vector<VideoFeatures>& videos) {
  std::vector<const VideoFeatures*> all;
  for (const VideoFeatures& video : videos) all.push_back(&video);
  return all;
}

std::vector<TokenSequence> tokens_of(const TokenSpace& space, const std::vector<VideoFeatures>& videos) {
  std::vector<TokenSequence> tokens;
  for (const VideoFeatures& video : videos) tokens.push_back(space.tokens(video));
  return tokens;
}

void append(std::vector<Token> more, TokenSequence& tokens) {
  for (Token& token : more) tokens.push_back(std::move(token));
}

}  // namespace

std::vector<double> simple_predictions(Track track, const std::vector<VideoFeatures>& train,
                                       const std::vector<double>& labels, const std::vector<VideoFeatures>& test,
                                       uint64_t seed) {
  constexpr int text_dimension = 32, tree_rounds = 200;
  const TokenSpace space = TokenSpace::fit(pointers(train), text_dimension);
  PooledLayout layout{.dimensions = space.dimensions()};
  std::vector<TokenSequence> train_tokens = tokens_of(space, train), test_tokens = tokens_of(space, test);
  if (track == Track::author_aware) {
    auto fitted = AuthorEncoder::fit(pointers(train), labels, derive_seed(seed, "author"));
    layout.dimensions[static_cast<size_t>(TokenKind::author)] = AuthorEncoder::dimension;
    for (size_t i = 0; i < train.size(); ++i) append(std::move(fitted.training[i]), train_tokens[i]);
    for (size_t i = 0; i < test.size(); ++i) append(fitted.encoder.encode(test[i]), test_tokens[i]);
  }
  double mean = 0;
  for (const double label : labels) mean += label / static_cast<double>(labels.size());
  std::vector<double> centred;
  for (const double label : labels) centred.push_back(label - mean);
  const Matrix rows = layout.pool(train_tokens), asked = layout.pool(test_tokens);
  const Folds folds = make_row_folds(labels.size(), 5, derive_seed(seed, "folds"));
  const auto ridge = Ridge::fit(rows, layout.block_of_column(), centred, folds);
  const auto trees = GradientTrees::fit(rows, centred, folds, tree_rounds, derive_seed(seed, "trees"));
  std::vector<double> predictions = trees.trees.predict(asked);
  for (size_t i = 0; i < predictions.size(); ++i)
    predictions[i] = mean + 0.5 * (predictions[i] + ridge.ridge.predict(asked.row(i)));
  return predictions;
}

std::vector<double> author_mean_predictions(const std::vector<VideoFeatures>& train, const std::vector<double>& labels,
                                            const std::vector<VideoFeatures>& test) {
  std::vector<std::string> authors;
  for (const VideoFeatures& video : train) authors.push_back(video.author);
  const AuthorHistory history = AuthorHistory::fit(authors, labels);
  std::vector<double> means;
  for (const VideoFeatures& video : test) means.push_back(history.mean_of(video.author));
  return means;
}

}  // namespace foreview
