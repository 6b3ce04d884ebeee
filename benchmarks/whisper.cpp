// Whisper's encoder and decoder with random weights of the published shapes, as a ratio to a lower bound: the time of
// nothing but their matrix products, measured in the same run, in turns. For the encoder the products are the same calls
// (or, where the program's own products are used, the faster of those and LibTorch's); for one token they are the
// products with every weight and cached key and value. `benchmark-whisper THREADS [tiny|base|small ...]`.
#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "tensors/device.h"
#include "tensors/precision.h"
#include "tensors/tensor_pool.h"
#include "whisper/decoder.h"
#include "whisper/encoder.h"
#include "whisper/layers.h"
#include "whisper/random_weights.h"

namespace {

using namespace foreview;

constexpr int rounds = 15;
constexpr int sounds = 6;  // side by side

struct Shape {
  const char* name;
  int width, heads, layers;
};
constexpr Shape shapes[] = {{"tiny", 384, 6, 4}, {"base", 512, 8, 6}, {"small", 768, 12, 12}};

WhisperConfig config_of(const Shape& shape) {
  WhisperConfig config{.width = shape.width};
  config.encoder_layers = config.decoder_layers = shape.layers;
  config.encoder_heads = config.decoder_heads = shape.heads;
  config.encoder_inner = config.decoder_inner = 4 * shape.width;
  config.vocabulary = 51865;
  return config;
}

double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// The least time of each, in turns: what disturbs a busy machine only adds.
std::vector<double> least_times(const std::vector<std::function<void()>>& works) {
  std::vector<double> least(works.size(), 1e9);
  for (int round = -1; round < rounds; ++round)
    for (size_t i = 0; i < works.size(); ++i)
      if (const double taken = milliseconds(works[i]); round >= 0) least[i] = std::min(least[i], taken);
  return least;
}

/// A product of the library's, [rows, inputs] x [inputs, outputs], `repeated` times.
class LibraryProduct {
 public:
  LibraryProduct(int64_t rows, int64_t inputs, int64_t outputs, int repeated, at::ScalarType type)
      : x_(torch::randn({rows, inputs}, torch::dtype(type))),
        weight_(torch::randn({outputs, inputs}, torch::dtype(type))),
        out_(torch::empty({rows, outputs}, torch::dtype(type))),
        repeated_(repeated) {}
  void run() {
    for (int i = 0; i < repeated_; ++i) at::mm_out(out_, x_, weight_.t());
  }

 private:
  at::Tensor x_, weight_, out_;
  int repeated_;
};

/// The same by the program's own.
class PackedProducts {
 public:
  PackedProducts(int64_t rows, int64_t inputs, int64_t outputs, int repeated, at::ScalarType type)
      : x_(torch::randn({rows, inputs})),
        weight_(PackedMatrix::pack(torch::randn({outputs, inputs}), type)),
        out_(torch::empty({rows, outputs})),
        repeated_(repeated) {}
  void run() {
    for (int i = 0; i < repeated_; ++i) weight_.multiply(x_, {}, out_);
  }

 private:
  at::Tensor x_;
  PackedMatrix weight_;
  at::Tensor out_;
  int repeated_;
};

template <class Product>
std::vector<Product> encoder_products(const WhisperConfig& c, at::ScalarType type) {
  const int64_t positions = c.audio_context, head_width = c.width / c.encoder_heads;
  constexpr int64_t block = 375;  // queries at a time: scores of a whole window would be written to memory
  const int blocks = c.encoder_layers * c.encoder_heads * static_cast<int>(positions / block);
  std::vector<Product> products;
  products.emplace_back(2 * positions, 3 * c.mel_bins, c.width, 1, type);
  products.emplace_back(positions, 3 * c.width, c.width, 1, type);
  products.emplace_back(positions, c.width, 3 * c.width, c.encoder_layers, type);
  products.emplace_back(positions, c.width, c.width, c.encoder_layers, type);
  products.emplace_back(positions, c.width, c.encoder_inner, c.encoder_layers, type);
  products.emplace_back(positions, c.encoder_inner, c.width, c.encoder_layers, type);
  products.emplace_back(block, head_width, positions, blocks, type);
  products.emplace_back(block, positions, head_width, blocks, type);
  return products;
}

/// The weights' bytes and the caches', read once by the program's own products with one row.
std::vector<PackedProducts> token_products(const WhisperConfig& c, at::ScalarType type) {
  std::vector<PackedProducts> products;
  for (int i = 0; i < c.decoder_layers; ++i) {
    products.emplace_back(1, c.width, 6 * c.width, 1, type);  // q, k, v, out, and the cross attention's q and out
    products.emplace_back(1, c.width, c.decoder_inner, 1, type);
    products.emplace_back(1, c.decoder_inner, c.width, 1, type);
    products.emplace_back(1, c.width, 2 * c.audio_context, 1, type);
  }
  products.emplace_back(1, c.width, c.vocabulary, 1, type);
  return products;
}

void measure(const Shape& shape, Precision precision) {
  const torch::NoGradGuard no_grad;
  const WhisperConfig config = config_of(shape);
  const at::ScalarType type = precision == Precision::f32 ? torch::kFloat : torch::kBFloat16;
  NamedTensors tensors = testing::random_weights(config);
  const TransformerWeights weights = make_transformer_weights(tensors, config, type, "cpu", "random weights");
  TensorPool encoder_memory(1000), decoder_memory(1000);
  const at::Tensor mel = torch::randn({1, config.mel_bins, config.window_frames()}) * 0.5;
  auto library = encoder_products<LibraryProduct>(config, type);
  std::vector<PackedProducts> packed;
  if (type == torch::kFloat) packed = encoder_products<PackedProducts>(config, type);
  at::Tensor audio;
  const auto times = least_times({[&] { audio = run_encoder(weights.encoder, config, mel, encoder_memory, nullptr); },
                                  [&] { for (auto& product : library) product.run(); },
                                  [&] { for (auto& product : packed) product.run(); }});
  const double bound = packed.empty() ? times[1] : std::min(times[1], times[2]);
  std::printf("%s %s: encoder %.1f ms, products alone %.1f ms (LibTorch's %.1f): %.2f\n", shape.name,
              precision_name(precision).c_str(), times[0], bound, times[1], bound / times[0]);

  auto reads = token_products(config, type);
  for (const int rows : {1, 5}) {
    DecoderState state = start_decoder(weights.decoder, config, audio, rows, decoder_memory);
    const std::vector<int> tokens(static_cast<size_t>(rows), 400);
    const auto token_times = least_times({[&] {
                                            state.length = 100;
                                            run_decoder(weights.decoder, config, testing::one(state), tokens, true,
                                                        nullptr);
                                          },
                                          [&] { for (auto& product : reads) product.run(); }});
    std::printf("%s %s: decoder, %d row(s), token 100: %.2f ms, products of one row alone %.2f ms: %.2f\n", shape.name,
                precision_name(precision).c_str(), rows, token_times[0], token_times[1],
                token_times[1] / token_times[0]);
  }

  std::vector<DecoderState> beside;
  std::vector<DecoderState*> all;
  for (int i = 0; i < sounds; ++i) beside.push_back(start_decoder(weights.decoder, config, audio, 1, decoder_memory));
  for (DecoderState& state : beside) all.push_back(&state);
  const std::vector<int> tokens(all.size(), 400);
  const auto together = least_times({[&] {
    for (size_t i = 0; i < all.size(); ++i) all[i]->length = 90 + 3 * static_cast<int64_t>(i);
    run_decoder(weights.decoder, config, all, tokens, true, nullptr);
  }});
  std::printf("%s %s: decoder, %d sounds side by side: %.2f ms for a token of each, %.2f a token\n", shape.name,
              precision_name(precision).c_str(), sounds, together[0], together[0] / sounds);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  configure_torch(threads);
  std::printf("%s; %d threads\n", describe_torch().c_str(), threads);
  for (const Shape& shape : shapes) {
    bool asked = argc <= 2;
    for (int i = 2; i < argc; ++i) asked = asked || std::string(argv[i]) == shape.name;
    if (!asked) continue;
    for (const Precision precision : {Precision::f32, Precision::bf16}) measure(shape, precision);
  }
}
