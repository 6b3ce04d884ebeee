#include "visual/view_readout.h"

#include <cmath>

#include "core/interrupt.h"
#include "core/progress.h"

namespace foreview {
namespace {

constexpr double shrinkage = 0.3;  // of the covariance towards its mean variance; 1 did as well, 0.1 less
constexpr double rounding = 1e-6;  // deviation, as a share of the mean, up to which a number says nothing
constexpr double smallest = 1e-9;  // deviation and variance below which there is none

}  // namespace

Readout invariant_readout(const at::Tensor& first, const at::Tensor& second) {
  const at::Tensor a = first.to(at::kDouble), b = second.to(at::kDouble), all = at::cat({a, b}, 0);
  const at::Tensor mean = all.mean(0), deviation = all.std(0, /*unbiased=*/false);
  const at::Tensor varies = deviation.gt(rounding * mean.abs() + smallest);
  const at::Tensor scale = at::where(varies, deviation.clamp_min(smallest).reciprocal(), at::zeros_like(deviation));
  const at::Tensor difference = (a - b) * scale;
  const at::Tensor within = difference.t().matmul(difference) / (2.0 * static_cast<double>(a.size(0)));
  const int64_t varying = varies.sum().item<int64_t>();
  const double variance = varying > 0 ? within.diagonal().sum().item<double>() / static_cast<double>(varying) : 0;
  if (!std::isfinite(variance) || variance < smallest) return {mean, scale.diag()};
  const at::Tensor identity = at::eye(a.size(1), within.options());
  const auto [values, vectors] = at::linalg_eigh(within / variance + shrinkage * identity);
  const at::Tensor root = (vectors * values.clamp_min(shrinkage).rsqrt()).matmul(vectors.t());
  return {mean, scale.unsqueeze(1) * root * varies.unsqueeze(0)};
}

void fit_readout(MotionEncoder& network, const MotionDataset& videos, int pairs, uint64_t seed, const Device& device) {
  if (videos.video_count() == 0 || pairs == 0) return;
  const at::NoGradGuard no_gradients;
  std::vector<at::Tensor> first, second;
  Progress progress("pretrain: readout", static_cast<size_t>(pairs), "pairs of views");
  for (int64_t done = 0; done < pairs;) {
    throw_if_interrupted();
    const MotionViews views = videos.same_frames(first.size(), seed);
    const at::Device place(device.name);
    const at::Tensor vectors = network->statistics({views.clips.maps.to(place), views.clips.counts.to(place)}).cpu();
    const int64_t batch = std::min(vectors.size(0) / 2, pairs - done);
    first.push_back(vectors.narrow(0, 0, batch));
    second.push_back(vectors.narrow(0, vectors.size(0) / 2, batch));
    done += batch;
    progress.advance(static_cast<size_t>(batch));
  }
  const Readout readout = invariant_readout(at::cat(first, 0), at::cat(second, 0));
  network->set_readout(readout.mean, readout.map);
}

}  // namespace foreview
