#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "core/files.h"
#include "dataset/video_rows.h"
#include "pipeline/export.h"

// What a workspace holds: `videos` for a look, `export` for other tools.
namespace foreview::cli {
namespace {

struct ListRequest {
  std::filesystem::path work, out;
  std::string status, what, format = "csv";
  bool json = false, csv = false;
};

void print_text(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_rows(const FlatRows& rows, const std::string& format) {
  print_text(format == "csv" ? to_csv(rows) : to_jsonl(rows));
}

void export_all(const ListRequest& request) {
  const Workspace work{request.work};
  const bool is_text = request.format == "csv" || request.format == "jsonl";
  if (!is_text && request.out.empty())
    throw Error({.problem = request.format + " is written to a file", .advice = "add --out FILE." + request.format},
                ErrorKind::usage);
  if (request.format == "npz") return write_npz(request.out, exported_arrays(work, request.what));
  if (request.format == "safetensors") return write_safetensors_table(request.out, exported_arrays(work, request.what));
  const FlatRows rows = exported_rows(work, request.what);
  if (request.out.empty()) return print_rows(rows, request.format);
  write_file_atomically(request.out, request.format == "csv" ? to_csv(rows) : to_jsonl(rows));
}

void print_for_people(const FlatRows& rows) {
  for (const auto& row : rows) {
    const std::string label = row["label"].is_null() ? "-" : row["label"].dump();
    std::printf("%-24s %-11s %14s  %s\n", row["id"].get<std::string>().c_str(),
                row["status"].get<std::string>().c_str(), label.c_str(), row["reason"].get<std::string>().c_str());
  }
}

}  // namespace

void add_catalog_commands(CLI::App& app) {
  auto request = std::make_shared<ListRequest>();
  CLI::App* videos =
      app.add_subcommand("videos", "lists the videos of a workspace: status, label, why one was skipped");
  videos->add_option("--work", request->work, "workspace folder")->required();
  videos->add_option("--status", request->status, "only train, validation, test, skipped or unlabelled");
  CLI::Option* json = videos->add_flag("--json", request->json, "one JSON object a line");
  videos->add_flag("--csv", request->csv, "a table with a header")->excludes(json);
  videos->callback([request] {
    const FlatRows rows = video_rows(videos_of({request->work}), request->status);
    if (request->json || request->csv) return print_rows(rows, request->csv ? "csv" : "jsonl");
    print_for_people(rows);
  });

  CLI::App* exporter = app.add_subcommand("export", "hands a workspace's records, tokens or forecasts to other tools");
  exporter->add_option("--work", request->work, "workspace folder")->required();
  exporter->add_option("--what", request->what, "records, tokens (all embeddings) or forecasts")->required();
  exporter->add_option("--format", request->format, "csv, jsonl, npz or safetensors (default csv)")
      ->check(CLI::IsMember({"csv", "jsonl", "npz", "safetensors"}));
  exporter->add_option("--out", request->out, "file to write; csv and jsonl go to stdout without it");
  exporter->callback([request] { export_all(*request); });
}

}  // namespace foreview::cli
