#pragma once

namespace foreview {

/// What varies from video to video, in every law; each is drawn independently of the others. -1 to 1 and uniform where
/// no other range is given.
struct SampleFactors {
  double warmth = 0;       ///< colour of the scene, cold blue to warm orange
  double brightness = 0;   ///< dark to light
  double object_size = 0;  ///< small to large objects
  double texture = 0;      ///< plain to boldly striped objects
  double drift = 0;        ///< sideways movement: sign is the direction (positive to the right), size the tempo
  double rise = 0;         ///< movement up (positive) or down, as `drift`
  int word_score = 0;      ///< spoken words of the good list minus spoken words of the bad list, -4 to 4
  double loudness = 0;     ///< quiet to loud soundtrack
  double pitch = 0;        ///< low to high tones
  double noisiness = 0;    ///< pure tones to hissing noise
};

}  // namespace foreview
