#include "tensors/precision.h"

#include <gtest/gtest.h>

#include "foreview/error.h"

namespace foreview {
namespace {

TEST(Precision, is_what_was_asked_for_or_what_the_processor_does_fast) {
  EXPECT_EQ(resolve_precision("f32", {"cpu"}), Precision::f32);
  EXPECT_EQ(resolve_precision("bf16", {"cpu"}), Precision::bf16);
  EXPECT_EQ(resolve_precision("auto", {"cpu"}) == Precision::bf16, processor_has_bf16());
  EXPECT_EQ(precision_name(Precision::bf16), "bf16");
}

TEST(Precision, unknown_names_are_wrong_usage) {
  for (const char* name : {"f16", ""}) {
    try {
      resolve_precision(name, {"cpu"});
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_NE(std::string(error.what()).find("auto, f32 or bf16"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace foreview
