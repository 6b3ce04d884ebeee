#include "core/flat_rows.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(FlatRows, CsvQuotesWhatItMustAndHasTheColumnsOfAllRows) {
  const FlatRows rows = {{{"id", "a"}, {"text", "one, \"two\"\nthree"}},
                         {{"id", "b"}, {"views", 5}, {"text", nullptr}}};
  EXPECT_EQ(to_csv(rows), "id,text,views\na,\"one, \"\"two\"\"\nthree\",\nb,,5\n");
  EXPECT_EQ(to_jsonl(rows),
            "{\"id\":\"a\",\"text\":\"one, \\\"two\\\"\\nthree\"}\n{\"id\":\"b\",\"views\":5,\"text\":null}\n");
  EXPECT_EQ(to_csv({}), "\n");
}

TEST(FlatRows, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(to_jsonl({{{"id", "\xff"}}}), "{\"id\":\"\xEF\xBF\xBD\"}\n");
}

}  // namespace
}  // namespace foreview
