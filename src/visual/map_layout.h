#pragma once

#include <torch/torch.h>

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

// Maps [batch, channels, height, width] are what networks hand over, in any layout; rows [batch, height, width,
// channels] are what a ConvLSTM's convolutions work on, perhaps in bf16. On the CPU these copies are loops of our own:
// torch's general copy between two layouts and two types takes as long as the convolutions.

/// maps: [batch, time, channels, height, width] into the first channels of rows [time, batch, height, width, *].
void sequence_to_rows(const at::Tensor& maps, const at::Tensor& rows);
/// The first channels of rows [batch, height, width, *] into maps [batch, channels, height, width].
void rows_to_step(const at::Tensor& rows, const at::Tensor& maps);
/// rows: [batch, height, width, channels], a part of wider rows; copied to `taken` without gaps, only where `valid`
/// ([batch] bool, may be undefined) is true.
void take_rows(const at::Tensor& rows, const at::Tensor& valid, const at::Tensor& taken);
/// rows: [..., channels]. Their sums, [channels] in `type`; on the CPU the same bits for any number of threads.
at::Tensor sum_of_rows(const at::Tensor& rows, at::ScalarType type);

}  // namespace foreview
