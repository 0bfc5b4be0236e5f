#include "dialects/wakebuilder/conversation.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "dialects/wakebuilder/shapes.h"

namespace weighhouse::dialects {
namespace json = boost::json;

using http::SocketMessage;
using http::SocketTurn;
using services::Detection;
using services::Listening;

namespace {

constexpr std::uint32_t kUsualRate = 16'000;
constexpr std::int64_t kLongestCooldownMs = 600'000;

SocketMessage text(const json::object& message) { return {SocketMessage::Kind::kText, json::serialize(message)}; }

SocketMessage error_message(std::string_view message) {
  return text({{"type", "error"}, {"message", std::string{message}}});
}

double unix_seconds(Timestamp time) { return std::chrono::duration<double>(time.since_epoch()).count(); }

std::optional<double> number_at(const json::object& message, std::string_view key) {
  const auto* value = message.if_contains(json::string_view{key.data(), key.size()});
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

// What both forms have in common: the stream of sound, and commands that change how it is judged.
class Conversation : public http::SocketSession {
 public:
  Conversation(const ListeningWish& wish, HearWindow hear, const Clock& clock)
      : wish_(wish), clock_(clock), stream_(kUsualRate, wish.threshold, wish.cooldown), hear_(std::move(hear)) {}

 protected:
  Result<std::vector<Detection>> listen(std::span<const std::int16_t> samples) {
    return stream_.hear(samples,
                        [this](const services::Sound& sound, std::chrono::milliseconds tail) -> Result<double> {
                          return TRY(hear_(sound, tail)).confidence;
                        });
  }

  // The sound from here on has another rate: what was heard before says nothing about it.
  void listen_at(std::uint32_t rate) {
    if (rate == rate_) return;
    rate_ = rate;
    stream_ = Listening{rate, stream_.threshold(), stream_.cooldown()};
  }

  json::object message_of(const Detection& detection) const {
    return {{"type", "detection"},
            {"detected", detection.detected},
            {"confidence", detection.confidence},
            {"threshold", stream_.threshold()},
            {"model_id", wish_.model_id},
            {"timestamp", unix_seconds(clock_.now())},
            {"at_seconds", detection.at_seconds},
            {"inference_time_ms", detection.took_ms},
            {"in_cooldown", detection.in_cooldown}};
  }

  // Nothing when `type` is no command.
  std::optional<SocketMessage> obey(std::string_view type, const json::object& message) {
    if (type == "set_threshold") return set_threshold(message);
    if (type == "set_cooldown") return set_cooldown(message);
    if (type == "ping") return text({{"type", "pong"}});
    if (type != "reset") return std::nullopt;
    stream_.reset();
    return text({{"type", "reset_complete"}});
  }

  static std::optional<json::object> parsed(std::string_view data) {
    json::error_code error;
    auto value = json::parse(data, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value).as_object();
  }
  static std::string type_of(const json::object& message) {
    const auto* type = message.if_contains("type");
    return type != nullptr && type->is_string() ? std::string{type->get_string()} : std::string{};
  }

  const ListeningWish wish_;
  const Clock& clock_;
  Listening stream_;

 private:
  SocketMessage set_threshold(const json::object& message) {
    const auto threshold = number_at(message, "threshold");
    if (!threshold || !(*threshold >= 0 && *threshold <= 1)) return error_message("threshold is a number from 0 to 1.");
    stream_.set_threshold(*threshold);
    return text({{"type", "threshold_updated"}, {"threshold", *threshold}});
  }

  SocketMessage set_cooldown(const json::object& message) {
    const auto cooldown = number_at(message, "cooldown_ms");
    if (!cooldown || !(*cooldown >= 0 && *cooldown <= kLongestCooldownMs)) {
      return error_message("cooldown_ms is a number of milliseconds from 0 to 600000.");
    }
    stream_.set_cooldown(std::chrono::milliseconds{static_cast<std::int64_t>(*cooldown)});
    return text({{"type", "cooldown_updated"}, {"cooldown_ms", static_cast<std::int64_t>(*cooldown)}});
  }

  HearWindow hear_;
  std::uint32_t rate_ = kUsualRate;
};

class Realtime final : public Conversation {
 public:
  using Conversation::Conversation;

  SocketTurn open() override {
    return {.messages = {text({{"type", "ready"},
                               {"model_id", wish_.model_id},
                               {"wake_word", wish_.wake_word},
                               {"threshold", stream_.threshold()},
                               {"cooldown_ms", stream_.cooldown().count()},
                               {"noise_reduction", wish_.noise_reduction},
                               {"using_onnx", wish_.using_onnx}})}};
  }

  SocketTurn take(SocketMessage message) override {
    if (message.kind == SocketMessage::Kind::kText) return command(message.data);
    if (message.data.size() % sizeof(std::int16_t) != 0) {
      return {.messages = {error_message("Sound comes as 16-bit samples: an even number of bytes.")}};
    }
    std::vector<std::int16_t> samples(message.data.size() / sizeof(std::int16_t));
    if (!samples.empty()) std::memcpy(samples.data(), message.data.data(), message.data.size());
    const auto detections = listen(samples);
    if (!detections) return {.messages = {error_message(detections.error().message)}};
    SocketTurn turn;
    for (const auto& detection : *detections) turn.messages.push_back(text(message_of(detection)));
    return turn;
  }

 private:
  SocketTurn command(std::string_view data) {
    const auto message = parsed(data);
    if (!message) return {.messages = {error_message("Invalid JSON command")}};
    const std::string type = type_of(*message);
    if (auto answer = obey(type, *message)) return {.messages = {*std::move(answer)}};
    return {.messages = {error_message("There is no command \"" + printable(type, 40) +
                                       "\"; there are set_threshold, set_cooldown, reset and ping.")}};
  }
};

class Chunks final : public Conversation {
 public:
  using Conversation::Conversation;

  SocketTurn take(SocketMessage message) override {
    const auto asked = message.kind == SocketMessage::Kind::kText ? parsed(message.data) : std::nullopt;
    if (!asked) return say_wrong();
    const std::string type = type_of(*asked);
    if (auto answer = obey(type, *asked)) return {.messages = {*std::move(answer)}};
    if (type != "audio") return say_wrong();
    return {.messages = {judge(*asked)}};
  }

 private:
  static SocketTurn say_wrong() {
    return {.messages = {
                error_message("Send {\"type\":\"audio\",\"data\":\"<base64>\",\"sample_rate\":16000}, with samples of "
                              "16 bits or floats.")}};
  }

  SocketMessage judge(const json::object& asked) {
    const auto* data = asked.if_contains("data");
    const auto bytes = data != nullptr && data->is_string() ? decode_base64(data->get_string()) : std::nullopt;
    if (!bytes) return error_message("\"data\" is the sound in Base64.");
    const double rate = number_at(asked, "sample_rate").value_or(kUsualRate);
    if (!(rate >= 8'000 && rate <= 192'000)) return error_message("\"sample_rate\" lies between 8000 and 192000.");
    listen_at(static_cast<std::uint32_t>(rate));
    const auto detections = listen(samples_of(*bytes));
    if (!detections) return error_message(detections.error().message);
    // One answer for each chunk, whether it completed a window or several.
    for (const auto& detection : *detections) {
      const bool louder = !is_fresh_ || detection.detected || detection.confidence > last_.confidence;
      if (louder) last_ = detection;
      is_fresh_ = true;
      if (detection.detected) break;
    }
    if (!is_fresh_) last_.detected = false;
    is_fresh_ = false;
    return text(message_of(last_));
  }

  Detection last_{};
  bool is_fresh_ = false;  // last_ is of this chunk
};

class Refusal final : public http::SocketSession {
 public:
  Refusal(std::optional<std::string> message, http::SocketClose close)
      : message_(std::move(message)), close_(std::move(close)) {}
  SocketTurn open() override {
    SocketTurn turn{.close = close_};
    if (message_) turn.messages.push_back(error_message(*message_));
    return turn;
  }
  SocketTurn take(SocketMessage) override { return {.close = close_}; }

 private:
  std::optional<std::string> message_;
  http::SocketClose close_;
};

// Nothing when one of them is no sample: above 4 in size, or all as good as zero.
std::optional<std::vector<float>> as_floats(std::string_view bytes) {
  constexpr float kBeyond = 4;
  constexpr float kNothing = 1e-6F;
  if (bytes.empty() || bytes.size() % sizeof(float) != 0) return std::nullopt;
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), bytes.size());
  float loudest = 0;
  for (const float sample : samples) {
    if (!(std::abs(sample) <= kBeyond)) return std::nullopt;
    loudest = std::max(loudest, std::abs(sample));
  }
  if (loudest < kNothing) return std::nullopt;
  return samples;
}

}  // namespace

std::vector<std::int16_t> samples_of(std::string_view bytes) {
  constexpr float kFullScale = 32767;
  if (const auto floats = as_floats(bytes)) {
    std::vector<std::int16_t> samples;
    samples.reserve(floats->size());
    for (const float sample : *floats) {
      samples.push_back(static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * kFullScale)));
    }
    return samples;
  }
  std::vector<std::int16_t> samples(bytes.size() / sizeof(std::int16_t));
  if (!samples.empty()) std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(std::int16_t));
  return samples;
}

std::unique_ptr<http::SocketSession> realtime_session(const ListeningWish& wish, HearWindow hear, const Clock& clock) {
  return std::make_unique<Realtime>(wish, std::move(hear), clock);
}

std::unique_ptr<http::SocketSession> chunk_session(const ListeningWish& wish, HearWindow hear, const Clock& clock) {
  return std::make_unique<Chunks>(wish, std::move(hear), clock);
}

std::unique_ptr<http::SocketSession> refusing_session(std::optional<std::string> message, http::SocketClose close) {
  return std::make_unique<Refusal>(std::move(message), std::move(close));
}

}  // namespace weighhouse::dialects
