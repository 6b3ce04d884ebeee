#pragma once

#include <string>

#include "report/html_report.h"

// The parts of the page, in the order they stand. Each returns HTML, with a plain sentence where there is nothing to
// show.
namespace foreview {

std::string verdict_section(const ReportContent& content);
std::string results_section(const ReportContent& content);
/// Empty when no study was made.
std::string studies_section(const ReportContent& content);
/// Empty when no final model has intervals.
std::string reliability_section(const ReportContent& content);
std::string predictions_section(const ReportContent& content);
std::string training_section(const ReportContent& content);
std::string reconstruction_section(const ReportContent& content);
std::string inputs_section(const ReportContent& content);
std::string skipped_section(const ReportContent& content);
std::string facts_section(const ReportContent& content);
std::string glossary_section(const ReportContent& content);

/// <section> with its heading; `id` is ours, `body` is HTML.
std::string section(const std::string& id, const std::string& heading, const std::string& body);

}  // namespace foreview
