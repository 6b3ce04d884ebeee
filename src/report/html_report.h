#pragma once

#include <string>
#include <vector>

#include "evaluation/results.h"

namespace foreview {

/// An RGB picture for the page (embedded as PNG).
struct ReportPicture {
  int width = 0, height = 0;
  std::vector<unsigned char> pixels;  // [height, width, 3]
};

struct ReportCurve {
  std::string name;          // "train", "validation"
  std::vector<double> x, y;  // NaN points are left out
};
struct ReportChart {
  std::string title, x_label, y_label, note;
  std::vector<ReportCurve> curves;
};
struct ReportSkip {
  std::string file, reason, advice;
};
struct ReportRow {  // one test video
  std::string id;
  double actual = 0, predicted = 0, low = 0, high = 0;  // raw scale
  double actual_modelled = 0, predicted_modelled = 0;
};

/// Everything the page shows; the report computes nothing but pictures of it.
struct ReportContent {
  std::string title;  // the data folder's name
  Results results;
  std::vector<std::pair<std::string, std::string>> facts;  // "videos used" -> "198", in order
  std::vector<ReportRow> test_rows;                        // of the final author-free model
  std::vector<ReportChart> training_curves;
  std::string reconstruction_note;  // error against "repeat the mean frame"
  struct ReconstructionPair {
    std::string id;
    std::vector<ReportPicture> original, reconstructed;
  };
  std::vector<ReconstructionPair> reconstructions;
  std::string probe_table;  // whether pretraining gave embeddings worth having, as plain text; empty: no encoder
  std::vector<ReportSkip> skipped;                       // every video or source that was not (fully) used
  std::vector<std::string> inputs_used, inputs_refused;  // field names and why
};

/// One self-contained page: no script from elsewhere, no request, readable without JavaScript, light and dark.
std::string render_report(const ReportContent& content);

/// PNG bytes (libpng) and base64, as used by the page.
std::string encode_png(const ReportPicture& picture);
std::string base64(const std::string& bytes);

}  // namespace foreview
