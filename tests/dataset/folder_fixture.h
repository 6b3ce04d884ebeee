#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "dataset/readers.h"
#include "support/temporary_folder.h"

namespace foreview::testing {

/// A data folder to fill and read.
class FolderTest : public ::testing::Test {
 protected:
  std::filesystem::path put(const std::string& name, const std::string& content) {
    const std::filesystem::path file = folder_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }
  void put_video(const std::string& name) { put(name, "bytes of " + name); }

  void read() { result_ = read_folder(folder_.path()); }

  const Record& record(const std::string& id) const {
    static const Record none;
    for (const Record& record : result_.records)
      if (record.id == id) return record;
    ADD_FAILURE() << "no record " << id;
    return none;
  }
  double number(const std::string& id, const std::string& field = "view_count") const {
    const auto value = record(id).number(field);
    if (!value) ADD_FAILURE() << id << " has no " << field;
    return value ? value->value : 0;
  }
  size_t lines_with(const std::string& words) const {
    return static_cast<size_t>(
        std::count_if(result_.problems.begin(), result_.problems.end(),
                      [&](const Problem& problem) { return problem.line().find(words) != std::string::npos; }));
  }
  std::string all_lines() const {
    std::string lines;
    for (const Problem& problem : result_.problems) lines += problem.line() + "\n";
    return lines;
  }

  TemporaryFolder folder_;
  ReadResult result_;
};

}  // namespace foreview::testing
