#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/run_context.h"

namespace foreview {

/// How a simple model fares on one kind of split. nMSE on the modelled scale, of the whole test.
struct SplitScore {
  std::string split;
  size_t train = 0, test = 0;  // the simple model needs no validation rows: they train with the others
  std::optional<double> author_mean_nmse, author_free_nmse, author_free_spearman, author_aware_nmse,
      author_aware_spearman;
  std::string note;  // why there are no figures
};

/// A column that by itself tells much of the label.
struct SuspectColumn {
  std::string column;
  double r_squared = 0;  // out of sample, by itself
  std::string why;
};

struct SplitAudit {
  std::string target, transform;
  size_t labelled = 0;
  std::vector<SplitScore> splits;
  std::vector<SuspectColumn> suspects;

  nlohmann::json to_json() const;
  std::string table() const;
};

/// Runs the simple model under every kind of split that the data allows, on captions and metadata alone, and looks at
/// each column for what should not be known. Of more than `most_rows` labelled videos a sample is taken.
SplitAudit audit_splits(RunContext& run, size_t most_rows = 20000);

}  // namespace foreview
