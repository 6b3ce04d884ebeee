#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>

namespace foreview {

/// Reads a text file line by line without holding more than one line.
class LineReader {
 public:
  /// Throws Error when the file cannot be opened. Of a line longer than `most_bytes` only its start is kept.
  explicit LineReader(const std::filesystem::path& file, size_t most_bytes = size_t{16} << 20);

  /// Takes the next line, without its end. False at the end of the file. Throws Error when reading fails.
  bool next(std::string& line);
  /// Number of the line just taken; the first is 1.
  size_t number() const { return number_; }
  /// Whether the line just taken was longer than most_bytes.
  bool is_cut() const { return is_cut_; }

 private:
  bool fill();

  std::filesystem::path file_;
  std::ifstream stream_;
  std::string buffer_;
  size_t at_ = 0;  // first byte of the buffer that is not taken
  size_t most_bytes_, number_ = 0;
  bool is_cut_ = false;
};

}  // namespace foreview
