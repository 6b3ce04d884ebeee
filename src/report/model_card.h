#pragma once

#include <string>

#include "report/html_report.h"

namespace foreview {

/// MODEL_CARD.md: what the model is, what it was trained on, held-out figures, limits.
std::string render_model_card(const ReportContent& content);

}  // namespace foreview
