#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/safetensors.h"
#include "regression/folds.h"
#include "regression/forecast_model.h"
#include "regression/token_sequence.h"
#include "regression/training_labels.h"

namespace foreview {

/// What the transformer says of one video, on the scale of its labels: both offsets are positive.
struct FusionOutput {
  double median = 0, below = 0, above = 0;  ///< 10 % quantile = median - below, 90 % = median + above
};

/// The ends of a label, standardised by the training rows: equal for an exact one, apart for a rounded one.
struct LabelRange {
  double low = 0, high = 0;
};

/// What a training needs.
struct FusionTask {
  std::array<int, token_kinds> dimensions{};
  std::vector<TokenSequence> rows;
  std::vector<LabelRange> labels;        // [rows]
  std::optional<TrainingLabels> taught;  // where lessons move the middle that is learnt; none: nowhere
  bool binary = false;                   ///< the middle is then the mean (the chance of a 1), not the median
};

/// Fusion transformers from several seeds, averaged. Torch-free facade.
class FusionEnsemble {
 public:
  FusionEnsemble();
  ~FusionEnsemble();
  FusionEnsemble(FusionEnsemble&&) noexcept;
  FusionEnsemble& operator=(FusionEnsemble&&) noexcept;

  struct Fitted;
  /// One member a fold is trained on the other folds' rows; the number of epochs (0 among them) with the least loss on
  /// the left-out rows is the one that the members on all rows get. Below 20 rows it is fixed. `progress` advances by
  /// epochs_of().
  static Fitted fit(const FusionTask& task, const Folds& folds, const TrainOptions& options, uint64_t seed,
                    const Device& device, Progress& progress);
  static size_t epochs_of(const TrainOptions& options, size_t rows, int folds);

  /// Every video is computed by itself: nothing depends on its neighbours.
  std::vector<FusionOutput> predict(const std::vector<TokenSequence>& sequences) const;

  /// One curve a member: [[epoch, training loss, loss on left-out rows in the folds' trainings], ...].
  const std::vector<nlohmann::json>& history() const;

  nlohmann::json shape_to_json() const;
  void store(const std::string& prefix, SafetensorsFile& into) const;
  static FusionEnsemble restore(const nlohmann::json& shape, const std::string& json_file, const std::string& prefix,
                                const SafetensorsFile& from, const std::array<int, token_kinds>& dimensions,
                                const Device& device);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct FusionEnsemble::Fitted {
  FusionEnsemble ensemble;
  std::vector<FusionOutput> out_of_fold;  // [rows]
};

}  // namespace foreview
