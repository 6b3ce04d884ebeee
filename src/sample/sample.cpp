#include "sample/sample.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <system_error>

#include "core/files.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "foreview/error.h"
#include "media/mp4_writer.h"
#include "sample/plan.h"
#include "sample/scene.h"
#include "sample/sound.h"
#include "sample/speech_synthesis.h"
#include "sample/subtitles.h"
#include "sample/truth.h"

namespace foreview {
namespace {

namespace fs = std::filesystem;

const Mp4Writer::Options kFormat{.width = 180, .height = 320, .frames_per_second = 24, .sample_rate = 44100};

fs::path video_file(const fs::path& folder, const VideoPlan& plan) { return folder / (plan.id + ".mp4"); }
fs::path subtitle_file(const fs::path& folder, const VideoPlan& plan) { return folder / (plan.id + ".srt"); }

/// Everything in the folder must be of this very sample: nothing of a user's is ever overwritten.
void refuse_foreign_files(const fs::path& folder, const std::vector<VideoPlan>& plans, bool subtitles) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status))
    throw Error({.file = folder.string(), .problem = "is no folder", .advice = "name another one"}, ErrorKind::usage);
  std::set<std::string> own = {"metadata.json", "truth.json"};
  for (const VideoPlan& plan : plans) {
    own.insert(plan.id + ".mp4");
    if (subtitles) own.insert(plan.id + ".srt");
  }
  std::set<std::string> foreign;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (const std::string name = entry->path().filename().string(); !own.contains(name)) foreign.insert(name);
  if (error) throw Error({.file = folder.string(), .problem = "cannot be read", .got = error.message()});
  if (!foreign.empty())
    throw Error({.file = folder.string(),
                 .problem = "holds something else than this sample",
                 .got = *foreign.begin() + (foreign.size() > 1 ? " and more" : ""),
                 .advice = "name a new or empty folder (a sample goes on only with the options it was begun with)"},
                ErrorKind::usage);
}

void make_video(const fs::path& folder, const VideoPlan& plan, SpeechSynthesizer& speech, bool subtitles) {
  const Soundtrack track = make_soundtrack(plan, speech, kFormat.sample_rate);
  if (subtitles) write_file_atomically(subtitle_file(folder, plan), subrip_text(track.words));
  Mp4Writer writer(video_file(folder, plan), kFormat);
  Scene scene(plan, kFormat.width, kFormat.height);
  std::vector<uint8_t> rgb(size_t{3} * kFormat.width * kFormat.height);
  const auto frames = static_cast<int>(std::ceil(track.seconds * kFormat.frames_per_second));
  size_t sample = 0;
  for (int frame = 0; frame < frames; ++frame) {
    scene.draw(static_cast<double>(frame) / kFormat.frames_per_second, rgb);
    writer.add_frame(rgb);
    const size_t until = std::min(track.samples.size(),
                                  static_cast<size_t>(frame + 1) * kFormat.sample_rate / kFormat.frames_per_second);
    writer.add_samples(std::span(track.samples).subspan(sample, until - sample));
    sample = until;
  }
  writer.finish();
}

bool is_made(const fs::path& folder, const VideoPlan& plan, bool subtitles) {
  std::error_code ignored;
  return fs::exists(video_file(folder, plan), ignored) &&
         (!subtitles || fs::exists(subtitle_file(folder, plan), ignored));
}

/// Leaves an equal file untouched, so that a finished sample stays as old as it is.
void write_when_different(const fs::path& file, const std::string& text) {
  std::error_code ignored;
  if (fs::exists(file, ignored) && read_file(file) == text) return;
  write_file_atomically(file, text);
}

}  // namespace

void make_sample(const fs::path& folder, const SampleOptions& options) {
  const std::vector<VideoPlan> plans = plan_sample(options);
  remove_stale_temporaries(folder);
  refuse_foreign_files(folder, plans, options.subtitles);

  std::vector<size_t> missing;
  for (size_t i = 0; i < plans.size(); ++i)
    if (!is_made(folder, plans[i], options.subtitles)) missing.push_back(i);
  if (!missing.empty()) {
    SpeechSynthesizer speech(kFormat.sample_rate);
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw Error({.file = folder.string(), .problem = "cannot be made", .got = error.message()});
    Progress progress("sample", missing.size(), "videos");
    const int workers = options.workers > 0 ? options.workers : available_processors();
    for_each_parallel(missing.size(), workers, [&](size_t index, int) {
      throw_if_interrupted();
      make_video(folder, plans[missing[index]], speech, options.subtitles);
      progress.advance();
    });
  }
  write_when_different(folder / "metadata.json", metadata_text(plans));
  write_when_different(folder / "truth.json", truth_text(plans, options));
}

}  // namespace foreview
