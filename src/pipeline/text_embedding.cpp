#include "pipeline/text_embedding.h"

#include <algorithm>
#include <set>

#include "core/interrupt.h"
#include "core/progress.h"
#include "features/text_vectors.h"
#include "pipeline/feature_set.h"

namespace foreview {
namespace {

constexpr size_t texts_a_call = 256;  // enough to sort them by length; what is lost when a run is stopped

}  // namespace

size_t embed_texts(RunContext& run) {
  const std::string encoder = run.text_encoder();
  if (encoder.empty()) return 0;
  std::vector<std::vector<Passage>> todo;
  std::set<std::string> seen;
  const auto want = [&](std::vector<Passage> passages) {
    if (passages.empty()) return;
    const std::string key = passages_key(passages);
    if (!run.store.has(encoder, key) && seen.insert(key).second) todo.push_back(std::move(passages));
  };
  for (const FeatureRow& row : load_all_feature_rows(run)) {
    want(caption_passages(row.features.caption));
    want(spoken_passages(row.features.transcript));
  }
  if (todo.empty()) return 0;
  const SentenceEncoder model(run.config.text_model, run.device);
  Progress progress("embed texts", todo.size(), "texts");
  for (size_t first = 0; first < todo.size(); first += texts_a_call) {
    throw_if_interrupted();
    const std::vector<std::vector<Passage>> some(
        todo.begin() + static_cast<std::ptrdiff_t>(first),
        todo.begin() + static_cast<std::ptrdiff_t>(std::min(first + texts_a_call, todo.size())));
    const std::vector<TimedVectors> vectors = text_vectors(model, some);
    for (size_t i = 0; i < some.size(); ++i) {
      run.store.save_vectors(encoder, passages_key(some[i]), vectors[i]);
      progress.advance();
    }
  }
  return todo.size();
}

}  // namespace foreview
