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
  const auto squares = [](int size, int count) {
    return grey(2, [=](int, int x, int y) {
      bool inside = false;
      for (int i = 0; i < count; ++i) inside |= is_inside(x, y, 4 + 22 * (i % 2), 4 + 30 * (i / 2), size);
      return inside ? 220 : 60;
    });
  };
  const double one = 256.0 / (width * height);
  EXPECT_NEAR(measure(squares(16, 1), "foreground_share"), one, 1e-4);
  EXPECT_NEAR(measure(squares(16, 3), "foreground_share"), 3 * one, 1e-4);
  EXPECT_NEAR(measure(squares(16, 1), "foreground_region"), std::log(one + 1e-3), 1e-4);
  EXPECT_NEAR(measure(squares(16, 3), "foreground_region"), std::log(one + 1e-3), 1e-4) << "each is as large";
  EXPECT_NEAR(measure(squares(16, 1), "foreground_regions"), 1, 1e-4);
  EXPECT_NEAR(measure(squares(16, 3), "foreground_regions"), 3, 1e-4);
  const Frames plain = grey(2, [](int, int, int) { return 90; });
  EXPECT_EQ(measure(plain, "foreground_share"), 0);
  EXPECT_EQ(measure(plain, "foreground_regions"), 0);
}

TEST(PictureMeasures, TellHowLargeThingsAre) {
  // Rings and discs in the middle; a box that stands upright.
  const auto ring = [](double outer, double inner) {
    return grey(2, [=](int, int x, int y) {
      const double distance = std::hypot(x - width / 2, y - height / 2);
      return distance < outer && distance >= inner ? 220 : 60;
    });
  };
  const double side = std::min(width, height);
  for (const double inner : {0.0, 8.0}) {
    EXPECT_NEAR(measure(ring(14, inner), "foreground_thickness"), 14 / side, 1 / side) << "a hole does not count";
    EXPECT_NEAR(measure(ring(14, inner), "foreground_radius"), 14 / side, 1 / side);
    EXPECT_NEAR(measure(ring(14, inner), "foreground_compactness"), 1, 0.15);
  }
  const Frames bar = grey(2, [](int, int x, int y) { return is_inside(x, y, 4, 4, 30) && x < 10 ? 220 : 60; });
  EXPECT_NEAR(measure(bar, "foreground_thickness"), 3 / side, 0.1 / side);
  EXPECT_LT(measure(bar, "foreground_compactness"), 0.4);
  const Frames two = grey(2, [](int, int x, int y) {
    return is_inside(x, y, 4, 4, 20) || is_inside(x, y, 30, 34, 6) || (x == 2 && y == 2) ? 220 : 60;
  });
  EXPECT_EQ(measure(two, "foreground_count"), 2) << "specks are left out";
  EXPECT_NEAR(measure(two, "foreground_thickness"), (400 * 10 + 36 * 3) / 436.0 / side, 0.1 / side);
}

TEST(PictureMeasures, AGroundIsFoundBehindThingsThatCoverMostOfIt) {
  // Stripes of two greys move on before a ground that is darker above.
  const Frames stripes = grey(12, [](int t, int x, int y) {
    const int place = (x + 4 * t) % 11;
    return place < 5 ? 60 + y / 4 : place < 8 ? 150 : 230;
  });
  EXPECT_NEAR(measure(stripes, "foreground_share"), 6.0 / 11, 0.02);
}

TEST(PictureMeasures, AScenesOwnGroundCountsAfterACut) {
  const Frames cut = grey(12, [](int t, int x, int y) { return is_inside(x, y, 10, 10, 16) ? 240 : t < 8 ? 60 : 150; });
  EXPECT_NEAR(measure(cut, "foreground_share"), 256.0 / (width * height), 1e-3);
}

TEST(PictureMeasures, TellStripes) {
  const Frames stripes = grey(2, [](int, int x, int) { return x % 2 ? 200 : 60; });
  EXPECT_GT(measure(stripes, "steps_across_along"), 3) << "all steps are across";
  EXPECT_GT(measure(stripes, "detail_1_px"), measure(stripes, "detail_2_px"));
}

TEST(PictureMeasures, TheDetailOfAForegroundIsThatInsideIt) {
  const auto square = [](int contrast, int ground_contrast, double light = 1) {
    return grey(2, [=](int, int x, int y) {
      if (is_inside(x, y, 10, 10, 24)) return static_cast<int>(light * (200 + contrast * (x % 2)));
      return static_cast<int>(light * (60 + ground_contrast * (x % 2)));
    });
  };
  const double plain = measure(square(0, 0), "foreground_detail"),
               striped = measure(square(40, 0), "foreground_detail");
  EXPECT_NEAR(plain, std::log(1e-2), 1e-4) << "its edge is left out";
  EXPECT_GT(striped, plain + 2);
  EXPECT_NEAR(measure(square(40, 0, 0.6), "foreground_detail"), striped, 0.3) << "in less light";
  EXPECT_NEAR(measure(square(0, 3), "foreground_detail"), plain, 0.05) << "the ground's is";
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

TEST(PictureMeasures, AForegroundStandsOutByTheLightOfTheScene) {
  const auto square = [](double ground, double object) {
    return grey(2, [=](int, int x, int y) {
      // A scene lighter above than below, darker towards the sides.
      const double u = 2.0 * x / width - 1, v = 2.0 * y / height - 1, light = (1 - 0.25 * v) * (1 - 0.1 * u * u);
      return static_cast<int>(light * (is_inside(x, y, 12, 12, 20) ? object : ground));
    });
  };
  const double share = 400.0 / (width * height);
  EXPECT_NEAR(measure(square(60, 90), "foreground_share"), share, 0.01) << "dim, and half as light again";
  EXPECT_NEAR(measure(square(160, 240), "foreground_share"), share, 0.01) << "as bright a scene's";
  EXPECT_NEAR(measure(square(160, 170), "foreground_share"), 0, 0.01) << "hardly lighter than its ground";
  const Frames noise = grey(2, [](int, int x, int y) { return (x * 7 + y * 13) % 5; });
  EXPECT_EQ(measure(noise, "foreground_share"), 0) << "a black scene's noise";
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
