#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipeline/run_context.h"
#include "regression/matrix.h"

namespace foreview {

/// The labelled, prepared videos that are probed, one of each set of copies.
struct ProbeRows {
  std::vector<std::string> hashes;  // content hashes, for their tracks
  std::vector<double> labels;       // modelled scale
  std::vector<std::string> groups;  // what folds keep together: topic or author, else copies; may be empty
};

/// One vector a video; blocks are penalised alike by the linear model.
struct ProbeMatrix {
  Matrix rows;
  std::vector<int> block_of_column;

  /// Columns of one block.
  ProbeMatrix only(int block) const;
};

/// What is probed: embeddings of a pretrained encoder and of its first weights, and hand-made baselines.
class ProbeInputs {
 public:
  static constexpr const char* pretrained = "pretrained";
  static constexpr const char* random = "random weights";
  static constexpr const char* colour = "colour histogram";
  static constexpr const char* motion = "motion statistics";
  static constexpr const char* still = "single frame";
  /// The five above, then the two halves of both embeddings.
  static const std::vector<std::string>& names();
  /// "NAME, bottleneck" or "NAME, motion states".
  static std::string part(const std::string& name, int block);

  /// Throws Error when there are too few labelled videos with pictures.
  ProbeInputs(RunContext& run, size_t most_videos);

  const ProbeRows& rows() const { return rows_; }
  /// Without contrast there are no motion states.
  bool has(const std::string& name) const { return matrices_.contains(name); }
  const ProbeMatrix& matrix(const std::string& name) const { return matrices_.at(name); }

  /// Embeddings by the workspace's encoder and by its first weights.
  void use_workspace_encoder();
  /// Embeddings by an encoder that is pretrained now, without the rows `test` (and without everything of their groups).
  void pretrain_without(const std::vector<size_t>& test, uint64_t seed);

 private:
  void read_rows(size_t most_videos);
  void measure_baselines();
  void set_embedding(const std::string& name, ProbeMatrix matrix);
  void embed_with(const std::filesystem::path& weights);

  RunContext& run_;
  ProbeRows rows_;
  std::map<std::string, ProbeMatrix> matrices_;
};

}  // namespace foreview
