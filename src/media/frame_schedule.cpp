#include "media/frame_schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "media/sampling_plan.h"

namespace foreview {
namespace {

constexpr double kTimeTolerance = 1e-6;      // seconds, as SamplingPlan's
constexpr double kToleranceShare = 1.0 / 3;  // of the sampling interval, how far a fast sample may be off
// Key pictures are asked for only where they save this share of the packets: others are nearer in time.
constexpr double kWorthwhileShare = 0.8;

struct Picture {
  int64_t time;   // stream time base
  size_t packet;  // index in decoding order
};

/// Pictures that are shown, in the order in which they are.
std::vector<Picture> in_display_order(const std::vector<PacketFacts>& packets) {
  std::vector<Picture> pictures;
  for (size_t i = 0; i < packets.size(); ++i)
    if (!packets[i].hidden) pictures.push_back({packets[i].time, i});
  std::stable_sort(pictures.begin(), pictures.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  // Of several with one time the last stays on display.
  const auto same_time = [](const auto& a, const auto& b) { return a.time == b.time; };
  const auto kept = std::unique(pictures.rbegin(), pictures.rend(), same_time);
  pictures.erase(pictures.begin(), kept.base());
  return pictures;
}

class Scheduler {
 public:
  Scheduler(const PacketScan& scan, AVRational time_base, const SamplingOptions& options)
      : packets_(scan.packets), tick_(av_q2d(time_base)), rate_(options.frames_per_second) {
    pictures_ = in_display_order(packets_);
    const double last = last_duration(scan.last_duration);
    SamplingPlan plan(options);
    samples_ = plan.samples_until_track_end(offset_of(pictures_.back().time) + last);
    seconds_ = std::min(offset_of(pictures_.back().time) + last, options.most_seconds);
    mark_entries();
  }

  FrameSchedule schedule(bool fast) const {
    std::vector<size_t> exact(samples_);
    for (size_t k = 0; k < samples_; ++k) exact[k] = on_display(static_cast<double>(k) / rate_);
    if (!fast) return made_of(exact);
    FrameSchedule near = made_of(moved(exact, [&](size_t i) { return !packets_[i].unneeded; }));
    FrameSchedule keys = made_of(moved(moved(exact, [&](size_t i) { return !packets_[i].unneeded; }),
                                       [&](size_t i) { return packets_[i].entry; }));
    const auto count = [](const FrameSchedule& made) { return static_cast<double>(made.decoded_count()); };
    return count(keys) < kWorthwhileShare * count(near) ? keys : near;
  }

 private:
  /// Seconds from the beginning of the track.
  double offset_of(int64_t time) const {
    return (static_cast<double>(time) - static_cast<double>(pictures_.front().time)) * tick_;
  }

  double last_duration(int64_t said) const {
    if (said > 0) return static_cast<double>(said) * tick_;
    if (pictures_.size() > 1) return offset_of(pictures_.back().time) - offset_of(pictures_[pictures_.size() - 2].time);
    return 1 / rate_;
  }

  size_t on_display(double seconds) const {
    const auto later = std::partition_point(pictures_.begin(), pictures_.end(), [&](const Picture& picture) {
      return offset_of(picture.time) <= seconds + kTimeTolerance;
    });
    return static_cast<size_t>(later - pictures_.begin()) - (later == pictures_.begin() ? 0 : 1);
  }

  /// Each sample's picture replaced by the nearest suitable one within the tolerance, where there is one.
  template <class Suits>
  std::vector<size_t> moved(std::vector<size_t> chosen, const Suits& suits) const {
    for (size_t k = 0; k < chosen.size(); ++k) {
      const double wanted = static_cast<double>(k) / rate_;
      if (suits(pictures_[chosen[k]].packet)) continue;
      const size_t start = on_display(wanted);
      const auto near = [&](size_t i) {
        return std::abs(offset_of(pictures_[i].time) - wanted) <= kToleranceShare / rate_;
      };
      double best = std::numeric_limits<double>::max();
      const auto consider = [&](size_t i) {
        const double away = std::abs(offset_of(pictures_[i].time) - wanted);
        if (!suits(pictures_[i].packet) || away >= best) return;
        best = away;
        chosen[k] = i;
      };
      for (size_t i = start + 1; i-- > 0 && near(i);) consider(i);
      for (size_t i = start + 1; i < pictures_.size() && near(i); ++i) consider(i);
    }
    std::sort(chosen.begin(), chosen.end());  // moving apart must not turn time back
    return chosen;
  }

  /// For each packet the entry from which it can be decoded: a picture shown before its group's entry may look back
  /// beyond it (leading pictures of open groups).
  void mark_entries() {
    entry_of_.resize(packets_.size());
    size_t entry = 0, entry_before = 0;
    for (size_t i = 0; i < packets_.size(); ++i) {
      if (packets_[i].entry) {
        entry_before = entry;
        entry = i;
      }
      entry_of_[i] = packets_[i].time >= packets_[entry].time ? entry : entry_before;
    }
  }

  FrameSchedule made_of(const std::vector<size_t>& chosen) const {
    FrameSchedule made;
    made.decoded.assign(packets_.size(), false);
    made.first_time = pictures_.front().time;
    made.seconds = seconds_;
    std::vector<size_t> wanted;
    for (const size_t index : chosen) {
      made.sample_time.push_back(pictures_[index].time);
      wanted.push_back(pictures_[index].packet);
    }
    std::sort(wanted.begin(), wanted.end());
    // From the last to the first, so that each stretch between an entry and a wanted packet is walked once.
    size_t walked = packets_.size();
    for (size_t n = wanted.size(); n-- > 0;) {
      const size_t last = wanted[n], entry = entry_of_[last];
      made.decoded[last] = true;
      for (size_t i = std::min(last + 1, walked); i-- > entry;)
        if (!packets_[i].unneeded) made.decoded[i] = true;
      walked = std::min(walked, entry);
    }
    return made;
  }

  const std::vector<PacketFacts>& packets_;
  double tick_, rate_;
  std::vector<Picture> pictures_;  // in display order
  std::vector<size_t> entry_of_;   // [packets]
  size_t samples_ = 0;
  double seconds_ = 0;
};

}  // namespace

size_t FrameSchedule::decoded_count() const {
  return static_cast<size_t>(std::count(decoded.begin(), decoded.end(), true));
}

FrameSchedule schedule_frames(const PacketScan& scan, AVRational time_base, const SamplingOptions& options) {
  return Scheduler(scan, time_base, options).schedule(options.mode == "fast");
}

}  // namespace foreview
