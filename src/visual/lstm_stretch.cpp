#include "visual/lstm_stretch.h"

#include <algorithm>

#include "visual/map_layout.h"

namespace foreview {

at::Tensor as_maps(const at::Tensor& rows) { return rows.permute({0, 3, 1, 2}); }
at::Tensor as_rows(const at::Tensor& maps) { return maps.permute({0, 2, 3, 1}).contiguous(); }

std::vector<int64_t> padding_of(const at::Tensor& filters) { return {filters.size(2) / 2, filters.size(3) / 2}; }

int64_t steps_together(const LstmInputs& inputs, int64_t most_bytes) {
  const at::Tensor& x = inputs.x;
  const int64_t channels = inputs.filters.size(1) + inputs.filters.size(0);
  const int64_t step_bytes =
      x.size(0) * x.size(3) * x.size(4) * channels * static_cast<int64_t>(inputs.filters.element_size());
  return std::clamp<int64_t>(most_bytes / std::max<int64_t>(step_bytes, 1), 1, x.size(1));
}

std::vector<Stretch> stretches_of(int64_t steps, int64_t together) {
  std::vector<Stretch> stretches;
  for (int64_t first = 0; first < steps; first += together)
    stretches.push_back({first, std::min(together, steps - first)});
  return stretches;
}

LstmBuffers run_stretch(const LstmInputs& inputs, const Stretch& stretch, const LstmCarry& before,
                        const at::Tensor& outputs, bool keep, const MakeTensor& make) {
  const int64_t batch = outputs.size(0), height = outputs.size(2), width = outputs.size(3), hidden = outputs.size(4);
  const at::TensorOptions real = outputs.options(), store = inputs.filters.options();
  LstmBuffers b;
  b.inputs = make({stretch.steps, batch, height, width, inputs.filters.size(1)}, store);
  if (keep) b.gates = make({stretch.steps, batch, height, width, 4 * hidden}, store);
  b.cells = make({keep ? stretch.steps + 1 : 1, batch, height, width, hidden}, real);
  b.outputs = outputs;
  b.start = before.hidden;
  b.peephole = inputs.peephole;
  if (inputs.valid.defined()) b.valid = inputs.valid.narrow(1, stretch.first, stretch.steps);
  sequence_to_rows(inputs.x.narrow(1, stretch.first, stretch.steps), b.inputs);
  b.inputs[0].narrow(3, b.input(), hidden).copy_(before.hidden);
  b.cells[0].copy_(before.cell);
  for (int64_t t = 0; t < stretch.steps; ++t)
    lstm_step(b, t,
              as_rows(at::conv2d(as_maps(b.inputs[t]), inputs.filters, inputs.offsets, 1, padding_of(inputs.filters))));
  return b;
}

}  // namespace foreview
