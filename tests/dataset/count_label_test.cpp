#include "dataset/count_label.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace foreview {
namespace {

Quantity accepted(const std::string& text) {
  const auto result = parse_count(text);
  if (const auto* problem = std::get_if<NotACount>(&result)) {
    ADD_FAILURE() << "refused: " << problem->reason;
    return {};
  }
  return std::get<Quantity>(result);
}

std::string refused(const std::string& text) {
  const auto result = parse_count(text);
  const auto* problem = std::get_if<NotACount>(&result);
  return problem ? problem->reason : "accepted";
}

TEST(CountLabel, ReadsExactCounts) {
  for (const char* text :
       {"1635", "1,635", " 1635 ", "1635.0", "1,635 views", "1635 views", "1.635K", "1.635 Aufrufe", "1.635 views"}) {
    EXPECT_EQ(accepted(text).value, 1635) << text;
    EXPECT_TRUE(accepted(text).is_exact()) << text;
  }
  EXPECT_EQ(accepted("0").value, 0);
  EXPECT_EQ(accepted("12,345,678").value, 12345678);
  EXPECT_EQ(accepted("1 view").value, 1);
  EXPECT_EQ(accepted("450 views").value, 450);
  EXPECT_EQ(accepted("450 visualizações").value, 450);
}

struct Rounded {
  const char* text;
  double value, half;
};

void PrintTo(const Rounded& rounded, std::ostream* out) { *out << rounded.text; }

class RoundedCount : public ::testing::TestWithParam<Rounded> {};

TEST_P(RoundedCount, HasTheIntervalThatRoundingLeaves) {
  const Quantity quantity = accepted(GetParam().text);
  EXPECT_DOUBLE_EQ(quantity.value, GetParam().value);
  EXPECT_DOUBLE_EQ(quantity.low, GetParam().value - GetParam().half);
  EXPECT_DOUBLE_EQ(quantity.high, GetParam().value + GetParam().half);
}

INSTANTIATE_TEST_SUITE_P(All, RoundedCount,
                         ::testing::Values(Rounded{"21.1M", 21.1e6, 0.05e6}, Rounded{"177.6K", 177.6e3, 50},
                                           Rounded{"1.2B", 1.2e9, 0.05e9}, Rounded{"12 k", 12e3, 500},
                                           Rounded{"4.5K views", 4500, 50}, Rounded{"3m", 3e6, 0.5e6},
                                           Rounded{"7\xC2\xA0K", 7000, 500}, Rounded{"1.2万", 12000, 500},
                                           Rounded{"3億", 3e8, 0.5e8}, Rounded{"1,2 mil", 1200, 50},
                                           Rounded{"12,5K", 12500, 50}, Rounded{"1,2M", 1.2e6, 0.05e6},
                                           Rounded{"3,4 Mio.", 3.4e6, 0.05e6}, Rounded{"2 mil", 2000, 500},
                                           Rounded{"1.5万回視聴", 15000, 500}, Rounded{"7,1 тыс. просмотров", 7100, 50},
                                           Rounded{"2.5 lakh", 2.5e5, 0.05e5}));

TEST(CountLabel, ARoundedZeroIsNotNegative) { EXPECT_EQ(accepted("0K").low, 0); }

TEST(CountLabel, RefusesWithTheReason) {
  EXPECT_EQ(refused(""), "\"\" is empty");
  EXPECT_EQ(refused("  "), "\"  \" is empty");
  EXPECT_EQ(refused("abc"), "\"abc\" is no number");
  EXPECT_NE(refused("12XYZ").find("unknown unit \"XYZ\""), std::string::npos);
  EXPECT_NE(refused("-5").find("negative"), std::string::npos);
  EXPECT_EQ(std::get<Quantity>(parse_count("1.635.000")).value, 1635000);
  EXPECT_NE(refused("1.63.500").find("more than one point"), std::string::npos);
  EXPECT_NE(refused("1.635").find("ambiguous: 1.635 or 1635"), std::string::npos);
  EXPECT_NE(refused("1.2.3").find("more than one point"), std::string::npos);
  for (const char* text : {"1e400",  "1e5",    "NaN",        "inf",     "+5",   "12,345K", "1,2 ",     "1.2 mil",
                           "1,234M", "1,63",   ",5",         "5.",      ".5K",  "1,635.",  "4.5",      "K",
                           "views",  "12 k k", "12 views k", "1.2345K", "0x10", "1 635",   "\xff\xfe", "5%"})
    EXPECT_NE(refused(text), "accepted") << text;
  EXPECT_NE(refused(std::string(60, '9')).find("larger than any count"), std::string::npos);
  EXPECT_NE(refused(std::string(100000, '9')), "accepted");
  EXPECT_LT(refused(std::string(100000, 'x')).size(), 200u);
}

}  // namespace
}  // namespace foreview
