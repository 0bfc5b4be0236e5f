#include "worker/wake/listen_order.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <optional>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "features/audio/audio.h"
#include "worker/wake/hearing.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;

using features::kSampleRateHz;

namespace {

constexpr std::string_view kSound = "sound";
constexpr std::size_t kPieceSeconds = 30;
constexpr std::size_t kMostDetections = 10'000;
constexpr double kLongestHours = 24;

struct Detection {
  double at_seconds;
  float confidence;
};

// Scores in order of time, as detections.
class Watch {
 public:
  Watch(double threshold, double cooldown_seconds) : threshold_(threshold), cooldown_(cooldown_seconds) {}

  void take(double at_seconds, float score) {
    if (open_ && at_seconds >= until_) close();
    if (!open_ && score >= threshold_) {
      open_ = Detection{at_seconds, score};
      until_ = at_seconds + cooldown_;
    } else if (open_ && score > open_->confidence) {
      *open_ = {at_seconds, score};
    }
  }
  void close() {
    if (!open_) return;
    if (detections_.size() < kMostDetections) {
      detections_.push_back(*open_);
    } else {
      ++more_;
    }
    open_.reset();
  }
  const std::vector<Detection>& detections() const { return detections_; }
  std::size_t more() const { return more_; }

 private:
  const double threshold_;
  const double cooldown_;
  std::vector<Detection> detections_{};
  std::size_t more_ = 0;
  std::optional<Detection> open_{};
  double until_ = 0;
};

Result<FileAccess> own_copy(const OrderContext& order, std::string_view name) {
  const int original = TRY(order.input(name));
  FileDescriptor file{::dup(original)};
  const auto info = TRY(stat_file(file.get(), std::string{name}));
  return FileAccess{std::move(file), info.size_bytes};
}

Result<std::shared_ptr<const Hearing>> hearing_of(const OrderContext& order, const runtimes::Runtime& onnx) {
  std::vector<runtimes::ModelFile> files;
  for (const std::string& name : order.input_names()) {
    if (name == kSound) continue;
    const int original = TRY(order.input(name));
    files.push_back({name, FileDescriptor{::dup(original)}});
  }
  if (files.empty()) return fail(ErrorCode::kInvalidArgument, "The order came without a model.");
  return open_hearing(std::move(files), onnx);
}

Result<std::string> listen(OrderContext& order, const runtimes::Runtime& onnx) {
  const auto began = std::chrono::steady_clock::now();
  json::error_code error;
  const auto parsed = json::parse(order.parameters(), error);
  if (error || !parsed.is_object()) {
    return fail(ErrorCode::kInvalidArgument, "The order's parameters are not a JSON object.");
  }
  Watch watch{number_at(parsed.get_object(), "threshold", 0.5), number_at(parsed.get_object(), "cooldown_seconds", 2)};
  const auto hearing = TRY(hearing_of(order, onnx));
  const auto sound = TRY(own_copy(order, kSound));
  auto reader = TRY(features::AudioReader::open(sound, {.max_seconds = kLongestHours * 3600}));

  const std::size_t window = hearing->window_samples();
  const std::size_t stride = hearing->stride_samples();
  // Silence before the first sample, so that a word in the first second stands in a window, too.
  std::vector<float> held(window, 0.0F);
  std::uint64_t heard = 0;
  std::uint64_t end_of_first = 0;  // of the window at the beginning of `held`, in samples of the recording
  while (true) {
    const auto piece = TRY(reader.read(kPieceSeconds * kSampleRateHz));
    if (piece.empty()) break;
    TRY(order.go_on());
    heard += piece.size();
    held.insert(held.end(), piece.begin(), piece.end());
    const auto scores = TRY(hearing->listen(held));
    for (std::size_t i = 0; i < scores.values.size(); ++i) {
      watch.take(static_cast<double>(end_of_first + i * stride) / kSampleRateHz, scores.values[i]);
    }
    const std::size_t done = scores.values.size() * stride;
    held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(std::min(done, held.size())));
    end_of_first += done;
    const double seconds = static_cast<double>(heard) / kSampleRateHz;
    order.report(reader.seconds() > 0 ? std::min(1.0, seconds / reader.seconds()) : 0, "listening",
                 format_duration(seconds) + ", heard " + std::to_string(watch.detections().size()) + " times");
  }
  watch.close();
  json::array detections;
  for (const auto& one : watch.detections()) {
    detections.push_back(json::object{{"at_seconds", one.at_seconds}, {"confidence", one.confidence}});
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return json::serialize(json::object{{"seconds", static_cast<double>(heard) / kSampleRateHz},
                                      {"detections", std::move(detections)},
                                      {"more", watch.more()},
                                      {"took_seconds", took.count()}});
}

}  // namespace

void add_listen_order(Orders& orders, std::shared_ptr<const runtimes::Runtime> onnx) {
  orders["listen"] = [onnx = std::move(onnx)](OrderContext& order) { return listen(order, *onnx); };
}

}  // namespace weighhouse::worker
