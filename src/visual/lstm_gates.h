#pragma once

#include <torch/torch.h>

#include <utility>

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// The pointwise part of a ConvLSTM step as one node of the graph, with its own backward:
///   i = sigmoid(z_i + p_i c), f = sigmoid(z_f + p_f c), g = tanh(z_g), c' = f c + i g,
///   o = sigmoid(z_o + p_o c'), h' = o tanh(c')
/// gates: [batch, 4 * hidden, height, width], in the order i, f, o, g, before their non-linearities; cell: [batch,
/// hidden, height, width]; peephole: [3 (i, f, o), hidden, height, width] or undefined. Returns h' and c'.
std::pair<at::Tensor, at::Tensor> lstm_gates(const at::Tensor& gates, const at::Tensor& cell,
                                             const at::Tensor& peephole);

}  // namespace foreview
