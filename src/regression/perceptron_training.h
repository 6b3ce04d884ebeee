#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "regression/perceptron.h"

// Internal to the folder: includes torch.
namespace foreview {

/// The members' layers side by side.
struct PerceptronLayers {
  std::vector<at::Tensor> weights;  // [members, inputs, units]
  std::vector<at::Tensor> biases;   // [members, 1, units]

  /// rows: [1 or members, rows, columns]; returns [members, rows]. `dropout` with its generator: while training.
  at::Tensor forward(const at::Tensor& rows, double dropout = 0, at::Generator* generator = nullptr) const;
};

struct TrainedPerceptron {
  PerceptronLayers layers;
  std::vector<at::Tensor> held_out;  // [1 + epochs][held-out rows], after each epoch; the first are zeros
};

int perceptron_horizon(const PerceptronOptions& options, int64_t rows);

/// `epochs` of a schedule that is made for `horizon` epochs.
TrainedPerceptron train_perceptron(const at::Tensor& rows, const at::Tensor& labels, const at::Tensor& held_out,
                                   const PerceptronOptions& options, int horizon, int epochs, uint64_t seed);

}  // namespace foreview
