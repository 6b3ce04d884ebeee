#include "media/frame_codec.h"

#include <jpeglib.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

#include "foreview/error.h"

namespace foreview {
namespace {

struct FreeHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, FreeHandle>;

Handle require(tjhandle made) {
  if (!made) throw std::bad_alloc();
  return Handle(made);
}

// Coarsest step last; each step divides the luma's or the chroma's coefficients by one more.
constexpr int kSteps = 80;
// A frame that uses this share of the error it may have is not tried at a coarser step.
constexpr double kNearlyUsed = 0.85;
constexpr int luma_divisor(int step) { return (step + 1) / 2 + 1; }
constexpr int chroma_divisor(int step) { return step / 2 + 1; }

/// The most that the squared errors of `values` may add up to.
double allowed_error(size_t values, double quality) {
  return 255.0 * 255.0 * static_cast<double>(values) / std::pow(10, quality / 10);
}

double squared_error(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  constexpr size_t kBlock = 4096;  // its sum fits 32 bits
  double sum = 0;
  for (size_t from = 0; from < a.size(); from += kBlock) {
    int block = 0;
    for (size_t i = from; i < std::min(from + kBlock, a.size()); ++i) block += (a[i] - b[i]) * (a[i] - b[i]);
    sum += block;
  }
  return sum;
}

bool decompress(tjhandle handle, std::string_view bytes, int width, int height, std::span<uint8_t> rgb) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int stored_width = 0, stored_height = 0, sampling = 0, colours = 0;
  const auto size = static_cast<unsigned long>(bytes.size());
  if (tjDecompressHeader3(handle, data, size, &stored_width, &stored_height, &sampling, &colours) != 0) return false;
  if (stored_width != width || stored_height != height || rgb.size() != size_t{3} * width * height) return false;
  return tjDecompress2(handle, data, size, rgb.data(), width, 0, height, TJPF_RGB,
                       TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) == 0;
}

}  // namespace

namespace {

struct ErrorManager {
  jpeg_error_mgr methods;  // first, so that libjpeg's pointer to it is one to this
  jmp_buf failed;
};

[[noreturn]] void leave(j_common_ptr codec) { std::longjmp(reinterpret_cast<ErrorManager*>(codec->err)->failed, 1); }

/// libjpeg's compressor. The same divisor for all frequencies: that is what gives the least error for a size, other
/// than the usual tables, which follow the eye.
class Compressor {
 public:
  Compressor() {
    codec_.err = jpeg_std_error(&errors_.methods);
    errors_.methods.error_exit = leave;
    errors_.methods.output_message = [](j_common_ptr) {};
    if (setjmp(errors_.failed)) throw std::bad_alloc();
    jpeg_create_compress(&codec_);
  }
  ~Compressor() {
    jpeg_destroy_compress(&codec_);
    std::free(bytes_);
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  /// Valid until the next call; empty when libjpeg refuses.
  std::string_view compress(std::span<const uint8_t> rgb, int width, int height, int step) {
    std::free(bytes_);
    bytes_ = nullptr;
    size_ = 0;
    if (setjmp(errors_.failed)) {
      jpeg_abort_compress(&codec_);
      return {};
    }
    jpeg_mem_dest(&codec_, &bytes_, &size_);
    codec_.image_width = static_cast<JDIMENSION>(width);
    codec_.image_height = static_cast<JDIMENSION>(height);
    codec_.input_components = 3;
    codec_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&codec_);
    codec_.optimize_coding = TRUE;
    codec_.dct_method = JDCT_ISLOW;
    unsigned tables[2][64];
    std::fill_n(tables[0], 64, static_cast<unsigned>(luma_divisor(step)));
    std::fill_n(tables[1], 64, static_cast<unsigned>(chroma_divisor(step)));
    for (int i = 0; i < 2; ++i) jpeg_add_quant_table(&codec_, i, tables[i], 100, TRUE);
    for (int i = 0; i < 3; ++i) codec_.comp_info[i].h_samp_factor = codec_.comp_info[i].v_samp_factor = 1;
    jpeg_start_compress(&codec_, TRUE);
    while (codec_.next_scanline < codec_.image_height) {
      auto* row = const_cast<JSAMPLE*>(rgb.data() + size_t{3} * width * codec_.next_scanline);
      jpeg_write_scanlines(&codec_, &row, 1);
    }
    jpeg_finish_compress(&codec_);
    return {reinterpret_cast<const char*>(bytes_), size_};
  }

 private:
  jpeg_compress_struct codec_{};
  ErrorManager errors_{};
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

struct FrameEncoder::Impl {
  Compressor compressor;
  Handle decompressor = require(tjInitDecompress());
  std::vector<uint8_t> seen;
  int step = 8;            // what the frame before needed
  double saved_error = 0;  // what the frames before left of the error that they were allowed

  /// The squared error of the frame stored at a step; `made` is its bytes.
  double error_at(int at, std::span<const uint8_t> rgb, int width, int height, std::string& made) {
    made = compressor.compress(rgb, width, height, at);
    if (made.empty() || !decompress(decompressor.get(), made, width, height, seen))
      throw Error({.problem = "a frame cannot be stored"});
    return squared_error(rgb, seen);
  }
};

FrameEncoder::FrameEncoder() : impl_(std::make_unique<Impl>()) {}
FrameEncoder::~FrameEncoder() = default;

std::string FrameEncoder::encode(std::span<const uint8_t> rgb, int width, int height) {
  Impl& own = *impl_;
  own.seen.resize(rgb.size());
  const double share = allowed_error(rgb.size(), kStoredTrackQuality);
  const double allowed = std::min(share + own.saved_error, allowed_error(rgb.size(), kStoredFrameQuality));
  std::string made, coarser;
  double error = own.error_at(own.step, rgb, width, height, made);
  if (error > allowed) {
    while (error > allowed && own.step > 0) error = own.error_at(--own.step, rgb, width, height, made);
  } else {
    while (error < kNearlyUsed * allowed && own.step + 1 < kSteps) {
      const double next = own.error_at(own.step + 1, rgb, width, height, coarser);
      if (next > allowed) break;
      ++own.step;
      error = next;
      made.swap(coarser);
    }
  }
  own.saved_error += share - error;
  return made;
}

struct FrameDecoder::Impl {
  Handle decompressor = require(tjInitDecompress());
};

FrameDecoder::FrameDecoder() : impl_(std::make_unique<Impl>()) {}
FrameDecoder::~FrameDecoder() = default;

bool FrameDecoder::decode(std::string_view bytes, int width, int height, std::span<uint8_t> rgb) {
  return decompress(impl_->decompressor.get(), bytes, width, height, rgb);
}

}  // namespace foreview
