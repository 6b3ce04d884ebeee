#include <algorithm>
#include <cmath>

#include "media/video_decoder.h"

namespace foreview {
namespace {

class ScheduledDecoder : public VideoDecoder {
 public:
  ScheduledDecoder(const AVStream& stream, const SamplingOptions& options, FrameSchedule schedule, int threads)
      : VideoDecoder(stream, options, threads), schedule_(std::move(schedule)) {
    const auto last = std::find(schedule_.decoded.rbegin(), schedule_.decoded.rend(), true);
    packets_wanted_ = static_cast<size_t>(schedule_.decoded.rend() - last);
  }

  double first_time() const override { return static_cast<double>(schedule_.first_time) * av_q2d(stream().time_base); }
  bool wants_packets() const override { return !done() && next_packet_ < packets_wanted_; }

 protected:
  bool wants(const AVPacket&) override {
    const size_t packet = next_packet_++;
    return packet < schedule_.decoded.size() && schedule_.decoded[packet];
  }

  void take(AVFrame& frame) override {
    if (frame.width <= 0 || frame.height <= 0) return;
    check_size(frame);
    const int64_t time = frame.pts != AV_NOPTS_VALUE ? frame.pts : frame.best_effort_timestamp;
    if (time == AV_NOPTS_VALUE || (shown_ && time <= shown_time_)) return;
    // What should have been shown in between did not come out: the picture before stays on display.
    if (const size_t lost = samples_up_to(time - 1); lost > 0) keep(shown_ ? *shown_ : frame, lost);
    keep(frame, samples_up_to(time));
    seconds_ = enough() ? schedule_.seconds : std::min(end_of(frame, time), schedule_.seconds);
    if (!shown_) shown_ = new_frame();
    av_frame_unref(shown_.get());
    av_frame_move_ref(shown_.get(), &frame);
    shown_time_ = time;
  }

  void take_end() override {
    if (shown_ && !enough()) {
      const double reached = std::ceil(seconds_ * options_.frames_per_second);
      const size_t samples = std::min(schedule_.sample_time.size(), static_cast<size_t>(std::max(reached, 0.0)));
      if (samples > kept()) keep(*shown_, samples - kept());
    }
    shown_.reset();
  }

  bool enough() const override { return kept() >= schedule_.sample_time.size(); }

 private:
  /// Samples not kept yet whose picture is due by `time`.
  size_t samples_up_to(int64_t time) const {
    const auto from = schedule_.sample_time.begin() + static_cast<std::ptrdiff_t>(kept());
    return static_cast<size_t>(std::upper_bound(from, schedule_.sample_time.end(), time) - from);
  }

  /// Seconds from the beginning of the track at which the picture makes way for the next.
  double end_of(const AVFrame& frame, int64_t time) const {
    const double since =
        (static_cast<double>(time) - static_cast<double>(schedule_.first_time)) * av_q2d(stream().time_base);
    return since + frame_duration(frame, stream().time_base);
  }

  FrameSchedule schedule_;
  size_t packets_wanted_ = 0, next_packet_ = 0;
  FramePtr shown_;  // the picture that came last
  int64_t shown_time_ = 0;
};

}  // namespace

std::unique_ptr<VideoDecoder> make_scheduled_decoder(const AVStream& stream, const SamplingOptions& options,
                                                     FrameSchedule schedule, int threads) {
  return std::make_unique<ScheduledDecoder>(stream, options, std::move(schedule), threads);
}

}  // namespace foreview
