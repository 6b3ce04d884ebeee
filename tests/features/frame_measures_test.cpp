#include "features/frame_measures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "features/motion_measures.h"
#include "features/picture_measures.h"
#include "features/typical_shift.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int width = 48, height = 64;
using Colour = std::array<int, 3>;

/// Frames at 4 a second whose pixels are as `colour_at(frame, x, y)` says.
Frames painted(int count, const std::function<Colour(int, int, int)>& colour_at) {
  Frames frames{.width = width, .height = height, .pixels = {}, .times = {}, .content_box = {0, 0, width, height}};
  for (int t = 0; t < count; ++t) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        for (const int channel : colour_at(t, x, y)) frames.pixels.push_back(static_cast<uint8_t>(channel));
    frames.times.push_back(t / 4.0);
  }
  return frames;
}

Frames grey(int count, const std::function<int(int, int, int)>& value_at) {
  return painted(count, [&](int t, int x, int y) {
    const int value = value_at(t, x, y);
    return Colour{value, value, value};
  });
}

bool is_inside(int x, int y, int left, int top, int size) {
  return x >= left && x < left + size && y >= top && y < top + size;
}

double measure(const Frames& frames, const std::string& name) {
  const auto& names = frame_measure_names();
  const auto place = std::ranges::find(names, name) - names.begin();
  return frame_measures(frames).at(static_cast<size_t>(place));
}

TEST(TypicalShift, FindsStepsOfManyPixelsOverAStillBackground) {
  for (const auto& [right, down] : {std::pair{6, 0}, std::pair{-6, 4}, std::pair{2, -6}}) {
    const Frames frames = grey(6, [&](int t, int x, int y) {
      const int left = 20 + right * (t - 3), top = 28 + down * (t - 3);
      return is_inside(x, y, left, top, 8) ? 230 : 60 + (x * 7 + y * 5) % 40;
    });
    const TypicalShift shift = typical_shift(frames);
    EXPECT_NEAR(shift.right * width, right, 1.1);
    EXPECT_NEAR(shift.down * height, down, 1.6);
    EXPECT_GT(shift.certainty, 0.3);
  }
}

TEST(TypicalShift, StillAndMissingFramesDoNotMove) {
  const auto still = [](int, int x, int y) { return (x * 5 + y) % 200; };
  for (const Frames& frames : {grey(5, still), grey(1, still), Frames{}}) {
    EXPECT_EQ(typical_shift(frames).right, 0);
    EXPECT_EQ(typical_shift(frames).certainty, 0);
  }
}

TEST(PictureMeasures, TellColourAndLight) {
  const auto plain = [](Colour colour) { return painted(3, [=](int, int, int) { return colour; }); };
  EXPECT_NEAR(measure(plain({128, 128, 128}), "brightness"), 128 / 255.0, 1e-4);
  EXPECT_NEAR(measure(plain({128, 128, 128}), "contrast"), 0, 1e-4);
  EXPECT_NEAR(measure(plain({128, 128, 128}), "colourfulness"), 0, 1e-4);
  EXPECT_NEAR(measure(plain({200, 100, 50}), "warmth"), 150 / 255.0, 1e-4);
  EXPECT_NEAR(measure(plain({200, 100, 50}), "saturation"), 150 / 255.0, 1e-4);
  EXPECT_LT(measure(plain({50, 100, 200}), "warmth"), 0);
  EXPECT_NEAR(measure(plain({0, 255, 0}), "greenness"), 1, 1e-4);
}

TEST(PictureMeasures, TellObjectsFromTheirGround) {
  const auto square = [](int size) {
    return grey(2, [=](int, int x, int y) { return is_inside(x, y, 10, 10, size) ? 220 : 60; });
  };
  EXPECT_NEAR(measure(square(16), "foreground_share"), 256.0 / (width * height), 1e-4);
  EXPECT_NEAR(measure(square(16), "foreground_run"), std::log(257.0 / 17 / width), 1e-4);
  EXPECT_GT(measure(square(24), "foreground_run"), measure(square(8), "foreground_run"));
  const Frames stripes = grey(2, [](int, int x, int) { return x % 2 ? 200 : 60; });
  EXPECT_GT(measure(stripes, "steps_across_along"), 3) << "all steps are across";
  EXPECT_GT(measure(stripes, "detail_1_px"), measure(stripes, "detail_2_px"));
}

TEST(PictureMeasures, TheScenesColourDoesNotDependOnItsLightOrOnWhatStandsInIt) {
  const auto scene = [](double light, Colour object) {
    return painted(2, [=](int, int x, int y) {
      if (is_inside(x, y, 10, 10, 20)) return object;
      return Colour{static_cast<int>(180 * light), static_cast<int>(120 * light), static_cast<int>(60 * light)};
    });
  };
  const Frames bright = scene(1, {20, 40, 250}), dim = scene(0.4, {20, 40, 250});
  EXPECT_NEAR(measure(bright, "scene_warmth"), 120.0 / (360 + 0.05 * 255), 1e-3);
  EXPECT_NEAR(measure(bright, "scene_warmth"), measure(dim, "scene_warmth"), 0.02);
  EXPECT_NEAR(measure(bright, "scene_greenness"), 0, 1e-3);
  EXPECT_NEAR(measure(bright, "scene_light") * 0.4, measure(dim, "scene_light"), 1e-3);
  EXPECT_GT(std::abs(measure(bright, "warmth") - measure(dim, "warmth")), 0.1) << "the mean colour depends on both";
}

TEST(PictureMeasures, AForegroundIsFarFromItsGroundByTheLightOfTheScene) {
  const auto square = [](int ground, int object) {
    return grey(2, [=](int, int x, int y) { return is_inside(x, y, 0, 0, 40) ? ground : object; });
  };
  const double share = 1 - 1600.0 / (width * height);
  EXPECT_NEAR(measure(square(20, 40), "foreground_share_far"), share, 1e-4) << "dark, and twice as light";
  EXPECT_NEAR(measure(square(200, 220), "foreground_share_far"), 0, 1e-4);
}

TEST(PictureMeasures, CountCutsASecond) {
  const Frames cuts = grey(9, [](int t, int, int) { return t % 4 < 2 ? 40 : 200; });  // after frames 2, 4, 6, 8
  EXPECT_NEAR(measure(cuts, "cuts_a_second"), 4 / 2.0, 1e-4);
  EXPECT_GT(measure(cuts, "brightness_deviation"), 0.2);
  const Frames none = grey(9, [](int t, int x, int) { return 40 + t + x; });
  EXPECT_EQ(measure(none, "cuts_a_second"), 0);
}

TEST(MotionMeasures, TellWhereAndHowFastThingsChange) {
  // A corner that changes every second frame, or every eighth: pulses of change, whose harmonics fill the upper bands.
  const auto blink = [](int frames_lit) {
    return grey(25, [=](int t, int x, int y) { return is_inside(x, y, 0, 0, 12) && t / frames_lit % 2 ? 200 : 60; });
  };
  EXPECT_GT(measure(blink(2), "liveliest_cell_share"), 0.5);
  EXPECT_GT(measure(blink(8), "power_slow"), 0.1);
  EXPECT_GT(measure(blink(2), "power_fast"), 0.9) << "a change every second frame";
  const Frames everywhere = grey(25, [](int t, int, int) { return t % 2 ? 200 : 60; });
  EXPECT_NEAR(measure(everywhere, "liveliest_cell_share"), 1.0 / 16, 0.01);
  EXPECT_NEAR(measure(everywhere, "cell_entropy"), std::log(16.0), 0.01);
}

TEST(MotionMeasures, CellsTellWhichWayTheirPictureMoves) {
  const Frames frames = grey(6, [](int t, int x, int y) {
    return 128 + static_cast<int>(50 * std::sin((x - 0.5 * t) / 3) + 50 * std::sin((y + 0.25 * t) / 3));
  });
  EXPECT_NEAR(measure(frames, "cells_right") * width, 0.5, 0.1);
  EXPECT_NEAR(measure(frames, "cells_down") * height, -0.25, 0.1);
  EXPECT_NEAR(measure(frames, "speed"), std::log(std::hypot(0.5 / width, 0.25 / height)), 0.25);
}

TEST(FrameMeasures, HaveAsManyNumbersAsNamesAndSurviveFewFrames) {
  const auto picture = [](int t, int x, int y) { return (x * 3 + y * 2 + t) % 250; };
  for (const int count : {1, 2, 5}) {
    const std::vector<float> measures = frame_measures(grey(count, picture));
    ASSERT_EQ(measures.size(), frame_measure_names().size());
    EXPECT_TRUE(std::ranges::all_of(measures, [](float value) { return std::isfinite(value); }));
  }
  EXPECT_TRUE(frame_measures({}).empty());
  Frames damaged = grey(2, picture);
  damaged.pixels.pop_back();
  EXPECT_THROW(frame_measures(damaged), Error);
}

}  // namespace
}  // namespace foreview
