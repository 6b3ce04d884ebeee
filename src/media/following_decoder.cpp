#include <algorithm>

#include "media/sampling_plan.h"
#include "media/video_decoder.h"

namespace foreview {
namespace {

class FollowingDecoder : public VideoDecoder {
 public:
  FollowingDecoder(const AVStream& stream, const SamplingOptions& options, int threads)
      : VideoDecoder(stream, options, threads), plan_(options) {}

  double first_time() const override { return first_time_.value_or(0); }

 protected:
  void take(AVFrame& frame) override {
    if (frame.width <= 0 || frame.height <= 0) return;
    check_size(frame);
    const std::optional<double> time = time_of(frame);
    double since = 0;
    if (shown_) {
      since = time ? *time - *first_time_ : shown_since_ + last_frame_duration();
      if (since > shown_since_) {
        previous_gap_ = since - shown_since_;
        keep(*shown_, plan_.samples_until(since));
      }
      since = std::max(since, shown_since_);  // times that run backwards only replace what is on display
      seconds_ = std::min(since, options_.most_seconds);
      if (enough()) return;
    } else {
      first_time_ = time.value_or(0);
      shown_ = new_frame();
    }
    av_frame_unref(shown_.get());
    av_frame_move_ref(shown_.get(), &frame);
    shown_since_ = since;
  }

  void take_end() override {
    if (!shown_) return;
    if (!enough()) {
      const double end = shown_since_ + last_frame_duration();
      keep(*shown_, plan_.samples_until_track_end(end));
      seconds_ = std::min(end, options_.most_seconds);
    }
    shown_.reset();
  }

  bool enough() const override { return plan_.full(); }

 private:
  double last_frame_duration() const {
    if (const double said = frame_duration(*shown_, stream().time_base); said > 0) return said;
    if (previous_gap_ > 0) return previous_gap_;
    const AVRational rate = stream().avg_frame_rate;
    return rate.num > 0 && rate.den > 0 ? 1 / av_q2d(rate) : plan_.time_of(1);
  }

  SamplingPlan plan_;
  FramePtr shown_;           // the frame on display, until the next one comes
  double shown_since_ = 0;   // seconds from the first frame
  double previous_gap_ = 0;  // seconds between the last two frames
  std::optional<double> first_time_;
};

}  // namespace

std::unique_ptr<VideoDecoder> make_following_decoder(const AVStream& stream, const SamplingOptions& options,
                                                     int threads) {
  return std::make_unique<FollowingDecoder>(stream, options, threads);
}

}  // namespace foreview
