#include "whisper/side_by_side.h"

#include <torch/torch.h>

namespace foreview {

at::Tensor SideBySide::encode(const at::Tensor& log_mel) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return free_encoders_ > 0; });
  --free_encoders_;
  lock.unlock();
  at::Tensor states;
  std::exception_ptr error;
  try {
    states = model_.encode(log_mel);
  } catch (...) {
    error = std::current_exception();
  }
  lock.lock();
  ++free_encoders_;
  changed_.notify_all();
  if (error) std::rethrow_exception(error);
  return states;
}

SideBySide::Decoder::Decoder(SideBySide& all) : all_(all) {
  const std::lock_guard lock(all_.mutex_);
  ++all_.decoders_;
}

SideBySide::Decoder::~Decoder() {
  const std::lock_guard lock(all_.mutex_);
  --all_.decoders_;
  all_.step_when_all_wait();
}

at::Tensor SideBySide::Decoder::step(DecoderState& state, std::span<const int> tokens) {
  std::unique_lock lock(all_.mutex_);
  Request mine{.state = &state, .tokens = tokens};
  all_.waiting_.push_back(&mine);
  all_.step_when_all_wait();
  all_.changed_.wait(lock, [&] { return mine.done; });
  if (mine.error) std::rethrow_exception(mine.error);
  return mine.logits;
}

// Under the lock: who asks last, or leaves while all others wait, works for all.
void SideBySide::step_when_all_wait() {
  if (waiting_.empty() || waiting_.size() < decoders_) return;
  std::vector<DecoderState*> states;
  std::vector<int> tokens;
  for (const Request* request : waiting_) {
    states.push_back(request->state);
    tokens.insert(tokens.end(), request->tokens.begin(), request->tokens.end());
  }
  at::Tensor logits;
  std::exception_ptr error;
  try {
    logits = model_.decode_together(states, tokens);
  } catch (...) {
    error = std::current_exception();
  }
  int64_t row = 0;
  for (Request* request : waiting_) {
    const auto rows = static_cast<int64_t>(request->tokens.size());
    if (logits.defined()) request->logits = logits.slice(0, row, row + rows);
    row += rows;
    request->error = error;
    request->done = true;
  }
  waiting_.clear();
  changed_.notify_all();
}

}  // namespace foreview
