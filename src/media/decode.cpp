#include "media/decode.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "foreview/error.h"
#include "media/audio_decoder.h"
#include "media/frame_schedule.h"
#include "media/media_file.h"
#include "media/packet_scan.h"
#include "media/video_decoder.h"

namespace foreview {
namespace {

constexpr double kLostStartWorthANote = 1;  // seconds

/// The plan of the file's video track, made from a pass over its packets; none when nothing can be planned.
std::optional<FrameSchedule> plan_video(const MediaSource& source, const AVStream& video,
                                        const SamplingOptions& options) {
  MediaFile media(source, MediaFile::Reading::packets);
  if (static_cast<unsigned>(video.index) >= media.context()->nb_streams) return std::nullopt;
  const AVStream& same = *media.context()->streams[video.index];
  if (same.codecpar->codec_id != video.codecpar->codec_id) return std::nullopt;
  media.read_only(&same, nullptr);
  const PacketScan scan = scan_packets(media, same, options);
  if (!scan.plannable) return std::nullopt;
  return schedule_frames(scan, same.time_base, options);
}

std::unique_ptr<VideoDecoder> video_decoder_for(const MediaSource& source, const AVStream* video,
                                                const SamplingOptions& options, int threads) {
  if (!video) return nullptr;
  if (std::optional<FrameSchedule> schedule = plan_video(source, *video, options))
    return make_scheduled_decoder(*video, options, std::move(*schedule), threads);
  return make_following_decoder(*video, options, threads);
}

/// Reads the file once and hands each packet to its track's decoder.
std::string decode_packets(MediaFile& media, TrackDecoder* video, TrackDecoder* audio) {
  std::string problem;
  const PacketPtr packet = new_packet();
  const auto wants = [](const TrackDecoder* decoder) { return decoder && decoder->wants_packets(); };
  while ((wants(video) || wants(audio)) && media.read(*packet, problem)) {
    for (TrackDecoder* decoder : {video, audio})
      if (decoder && packet->stream_index == decoder->stream().index) decoder->decode(*packet);
  }
  for (TrackDecoder* decoder : {video, audio})
    if (decoder) decoder->flush();
  return problem;
}

/// Puts sound on the clock of the frames: what is heard before the first frame is cut, as is what comes after the end
/// of the used part.
std::optional<Waveform> align(std::vector<float> samples, double start, const SamplingOptions& options,
                              std::vector<std::string>& notes) {
  Waveform waveform;
  const double rate = waveform.sample_rate;
  if (start < 0) {
    const double cut = std::min(std::round(-start * rate), static_cast<double>(samples.size()));
    samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(cut));
    if (-start > kLostStartWorthANote) notes.push_back("sound before the first frame is left out");
    start = 0;
  }
  const double room = std::clamp((options.most_seconds - start) * rate, 0.0, static_cast<double>(samples.size()));
  samples.resize(static_cast<size_t>(room));
  if (samples.empty()) {
    notes.push_back("the audio track is left out: nothing of it is heard while the frames are shown");
    return std::nullopt;
  }
  waveform.samples = std::move(samples);
  waveform.start = start;
  return waveform;
}

/// Why nothing came of the file, in one line.
std::string nothing_decoded(bool has_video, bool has_audio, const std::vector<std::string>& notes) {
  if (!has_video && !has_audio) return "no video or audio track";
  for (const std::string& note : notes)
    if (note.find("encrypted: cannot be decoded") != std::string::npos) return "encrypted: cannot be decoded";
  const auto all_say = [&](const char* what) {
    return std::ranges::all_of(notes, [&](const std::string& note) { return note.ends_with(what); });
  };
  if (all_say(kHeaderAlone))
    return "it has a header and no content: the first part of a stream, or a download that was cut off";
  if (std::ranges::all_of(
          notes, [](const std::string& note) { return note.ends_with(kTrackDamaged) || note.ends_with(kHeaderAlone); }))
    return "nothing in it can be decoded: it is damaged";
  std::string reason = "nothing in it can be decoded";
  for (const std::string& note : notes) reason += "; " + note;
  return reason;
}

}  // namespace

Tracks decode_media(const std::filesystem::path& file, const SamplingOptions& options, int threads) {
  return decode_media(MediaSource::open(file), options, threads);
}

Tracks decode_media(const MediaSource& source, const SamplingOptions& options, int threads) {
  MediaFile media(source);
  const AVStream* video_stream = options.video ? media.choose(AVMEDIA_TYPE_VIDEO) : nullptr;
  const AVStream* audio_stream = options.audio ? media.choose(AVMEDIA_TYPE_AUDIO) : nullptr;
  media.read_only(video_stream, audio_stream);
  const auto video = video_decoder_for(source, video_stream, options, threads);
  const auto audio = audio_stream ? std::make_unique<AudioDecoder>(*audio_stream, options) : nullptr;

  Tracks tracks;
  const std::string problem = decode_packets(media, video.get(), audio.get());
  for (const TrackDecoder* decoder : std::initializer_list<const TrackDecoder*>{video.get(), audio.get()})
    if (decoder)
      if (std::string note = decoder->note(); !note.empty()) tracks.notes.push_back(std::move(note));
  if (!problem.empty()) tracks.notes.push_back(problem);

  if (video && video->has_result()) {
    tracks.frames = video->take_frames();
    tracks.duration = video->seconds();
  }
  if (audio && audio->has_result()) {
    const double start = tracks.frames ? audio->first_time() - video->first_time() : 0;
    tracks.waveform = align(audio->take_samples(), start, options, tracks.notes);
  }
  if (tracks.waveform)
    tracks.duration = std::max(tracks.duration, tracks.waveform->start + tracks.waveform->duration());
  if (!tracks.frames && !tracks.waveform)
    throw Error({.file = source.name(), .problem = nothing_decoded(video_stream, audio_stream, tracks.notes)});
  return tracks;
}

}  // namespace foreview
