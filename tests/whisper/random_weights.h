#pragma once

#include <fmt/format.h>
#include <torch/torch.h>

#include <array>

#include "tensors/tensor_file.h"
#include "whisper/whisper_config.h"
#include "whisper/whisper_model.h"

namespace foreview::testing {

/// What a pass over one state alone takes.
inline std::array<DecoderState*, 1> one(DecoderState& state) { return {&state}; }

/// Tensors of a model of any shape under their Hugging Face names, drawn so that activations keep their size.
inline NamedTensors random_weights(const WhisperConfig& config) {
  torch::manual_seed(1);
  NamedTensors tensors;
  const auto linear = [&](const std::string& name, int64_t out, int64_t in, bool bias = true) {
    tensors["model." + name + ".weight"] = torch::randn({out, in}) * std::pow(static_cast<double>(in), -0.5);
    if (bias) tensors["model." + name + ".bias"] = torch::randn({out}) * 0.1;
  };
  const auto norm = [&](const std::string& name) {
    tensors["model." + name + ".weight"] = 1 + torch::randn({config.width}) * 0.1;
    tensors["model." + name + ".bias"] = torch::randn({config.width}) * 0.1;
  };
  const auto attention = [&](const std::string& name) {
    linear(name + ".q_proj", config.width, config.width);
    linear(name + ".k_proj", config.width, config.width, false);
    linear(name + ".v_proj", config.width, config.width);
    linear(name + ".out_proj", config.width, config.width);
    norm(name + "_layer_norm");
  };
  const auto layer = [&](const std::string& name, int64_t inner) {
    attention(name + ".self_attn");
    if (name.starts_with("decoder")) attention(name + ".encoder_attn");
    linear(name + ".fc1", inner, config.width);
    linear(name + ".fc2", config.width, inner);
    norm(name + ".final_layer_norm");
  };
  const auto convolution = [&](const std::string& name, int64_t channels) {
    linear(name, config.width, 3 * channels);
    at::Tensor& weight = tensors["model." + name + ".weight"];
    weight = weight.view({config.width, channels, 3});
  };
  convolution("encoder.conv1", config.mel_bins);
  convolution("encoder.conv2", config.width);
  tensors["model.encoder.embed_positions.weight"] = torch::randn({config.audio_context, config.width}) * 0.1;
  for (int i = 0; i < config.encoder_layers; ++i) layer(fmt::format("encoder.layers.{}", i), config.encoder_inner);
  norm("encoder.layer_norm");
  linear("decoder.embed_tokens", config.vocabulary, config.width, false);
  tensors["model.decoder.embed_positions.weight"] = torch::randn({config.text_context, config.width}) * 0.1;
  for (int i = 0; i < config.decoder_layers; ++i) layer(fmt::format("decoder.layers.{}", i), config.decoder_inner);
  norm("decoder.layer_norm");
  return tensors;
}

}  // namespace foreview::testing
