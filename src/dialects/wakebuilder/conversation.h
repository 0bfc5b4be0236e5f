#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "http/message.h"
#include "services/listener.h"
#include "services/listening.h"

namespace weighhouse::dialects {

// What a WebSocket of the test page asks for.
struct ListeningWish {
  std::string model_id{};
  std::string wake_word{};
  double threshold = 0.5;  // 0..1
  std::chrono::milliseconds cooldown{1000};
  bool noise_reduction = false;  // noted; sound is judged as it comes
  bool using_onnx = false;
};

// How a window of sound is scored: Listener::hear, bound to a model.
using HearWindow = std::function<Result<services::Heard>(const services::Sound&, std::chrono::milliseconds tail)>;

// Upstream's form: binary messages of 16-bit samples, 16,000 a second; one `detection` for each window; commands as
// JSON.
std::unique_ptr<http::SocketSession> realtime_session(const ListeningWish& wish, HearWindow hear, const Clock& clock);
// The documented form: {"type":"audio","data":"<base64>","sample_rate":16000}, answered by one `detection` each.
std::unique_ptr<http::SocketSession> chunk_session(const ListeningWish& wish, HearWindow hear, const Clock& clock);
// Says what is wrong, and closes with this code.
std::unique_ptr<http::SocketSession> refusing_session(std::optional<std::string> message, http::SocketClose close);

// The samples of one chunk: 16-bit integers, or 32-bit floats where the bytes make no sense as anything else. As
// floats, samples of speech taken for 16 bits are beyond all measure or no numbers at all.
std::vector<std::int16_t> samples_of(std::string_view bytes);

}  // namespace weighhouse::dialects
