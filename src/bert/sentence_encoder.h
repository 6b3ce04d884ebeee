#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tensors/device.h"

// Torch-free facade.
namespace foreview {

/// A sentence-transformers folder of the BERT family: texts to vectors.
class SentenceEncoder {
 public:
  /// Throws Error naming the file, with expected and got, for anything that does not fit together.
  SentenceEncoder(const std::filesystem::path& folder, const Device& device);
  ~SentenceEncoder();
  SentenceEncoder(SentenceEncoder&&) noexcept;

  int dimension() const;
  /// With [CLS] and [SEP], cut to what the model takes.
  std::vector<int> token_ids(const std::string& text) const;
  /// One vector a text, [dimension()] each. Texts of similar length are run together; padding changes nothing.
  std::vector<std::vector<float>> encode(const std::vector<std::string>& texts) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The files of a folder that its vectors depend on, relative to it, in a fixed order. Throws Error as above.
std::vector<std::filesystem::path> sentence_model_files(const std::filesystem::path& folder);
/// Depends on the content of these files alone: copies of a model have the same.
std::string sentence_model_fingerprint(const std::filesystem::path& folder);
/// Copies these files; `to` is made anew.
void copy_sentence_model(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace foreview
