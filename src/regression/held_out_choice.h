#pragma once

#include <cstddef>
#include <vector>

#include "regression/folds.h"

namespace foreview {

/// A setting chosen by held-out loss: a number of rounds or epochs, a penalty.
struct HeldOutChoice {
  size_t of_all = 0;            ///< for the fit on all rows
  std::vector<size_t> of_fold;  ///< [folds]: for the predictions of a fold, by the losses of the others
};

/// The first setting whose summed loss is within `tolerance` (a share) of the least: the least when it is 0, else, with
/// the settings in order of caution, the most cautious of those that are about as good. A fold's own rows have no say
/// in the setting their predictions are made with: chosen on the rows it is reported for, a setting looks better than
/// it is (Stone 1974; Cawley and Talbot 2010), and the more so the more settings there are to choose from. `losses`:
/// [settings][folds], sums over a fold's rows; at least one setting.
HeldOutChoice choose_by_held_out_loss(const std::vector<std::vector<double>>& losses, double tolerance = 0);
/// The same by squared errors of left-out predictions [settings][rows].
HeldOutChoice choose_by_squared_error(const std::vector<std::vector<double>>& predictions,
                                      const std::vector<double>& labels, const Folds& folds);
/// Each row by its own fold's setting. [rows]
std::vector<double> chosen_of_folds(const std::vector<std::vector<double>>& predictions, const HeldOutChoice& choice,
                                    const Folds& folds);

}  // namespace foreview
