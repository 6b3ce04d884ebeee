#include "pipeline/embedding_probe.h"

#include <gtest/gtest.h>

#include "pipeline/probe_inputs.h"

namespace foreview {
namespace {

std::string verdict_of(const PairedGain& linear, const PairedGain& trees, const PairedGain& over_colours = {1, 1, 1}) {
  EmbeddingProbe probe;
  probe.gains = {{"linear", ProbeInputs::pretrained, ProbeInputs::random, linear},
                 {"linear", ProbeInputs::pretrained, ProbeInputs::colour, over_colours},
                 {"trees", ProbeInputs::pretrained, ProbeInputs::random, trees},
                 {"trees", ProbeInputs::pretrained, ProbeInputs::colour, {-1, -1, -1}}};
  return probe.verdict();
}

constexpr PairedGain gain{.gain = 0.03, .low = 0.01, .high = 0.05}, loss{.gain = -0.03, .low = -0.05, .high = -0.01},
    chance{.gain = 0.01, .low = -0.01, .high = 0.03};

TEST(EmbeddingProbe, says_whether_pretraining_helped) {
  EXPECT_EQ(verdict_of(gain, gain), "Pretraining helped: its embeddings beat the same network with random weights.");
  EXPECT_EQ(verdict_of(chance, chance),
            "Pretraining may have helped, but the gain over random weights is within chance.");
  EXPECT_NE(verdict_of(loss, chance).find("did harm"), std::string::npos);
  EXPECT_NE(verdict_of(gain, gain, loss).find("Colour histograms alone do better"), std::string::npos);
}

TEST(EmbeddingProbe, says_where_trees_see_it_otherwise) {
  EXPECT_NE(verdict_of(loss, gain).find("Trees do gain by it."), std::string::npos);
  EXPECT_NE(verdict_of(chance, gain).find("Trees do gain by it."), std::string::npos);
  EXPECT_NE(verdict_of(gain, loss).find("Trees lose by it."), std::string::npos);
  EXPECT_EQ(verdict_of(gain, gain).find("rees"), std::string::npos);
}

}  // namespace
}  // namespace foreview
