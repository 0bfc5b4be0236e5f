#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace weighhouse::channel {

// The messages between the server and a worker process: the one place that knows their keys. What users sent and
// what models answer travels as the body, and the channel does not look into it.

// To the worker.

// Work for a process of its own. The body is the parameters, a JSON object; the files are the inputs in this order,
// and last the directory for outputs.
struct Order {
  std::string kind;
  std::vector<std::string> inputs{};
};
struct Cancel {};
// A question to a model; the body is the request. `files` are the names of the files that came with it, if any.
struct Ask {
  std::uint64_t id = 0;
  std::string model;    // the same key means the same files
  std::string runtime;  // "torch", "onnx", …
  std::vector<std::string> files{};
};
// The model will not be asked again: give its memory back.
struct Forget {
  std::string model;
};
using ToWorker = std::variant<Order, Cancel, Ask, Forget>;

// From the worker.

// Once, before all else.
struct Hello {
  std::vector<std::string> orders{};
  std::vector<std::string> runtimes{};
  std::vector<std::string> unconfined{};  // which protections this system does not give, in words
};
// At least once a second, also while it works.
struct Beat {
  // Since the order last gave a sign of life, or since the question in work longest was begun.
  std::uint64_t stalled_ms = 0;
  std::uint64_t models = 0;  // loaded
  std::uint64_t models_bytes = 0;
};
// The body, if there is one, is more than a line can say: a JSON object for who follows the order closely.
struct Progress {
  double progress = 0;
  std::string phase{};
  std::string message{};
};
struct Output {
  std::string name;
  std::uint64_t size_bytes = 0;
};
// The order is done; the body is its result.
struct Done {
  std::vector<Output> outputs{};
};
// The body is the answer.
struct Answer {
  std::uint64_t id = 0;
};
// The model is not loaded: ask again, with its files.
struct Need {
  std::uint64_t id = 0;
};
// `id` is 0 for the order.
struct Failed {
  std::uint64_t id = 0;
  Error error;
};
using FromWorker = std::variant<Hello, Beat, Progress, Done, Answer, Need, Failed>;

boost::json::object to_header(const ToWorker& message);
boost::json::object to_header(const FromWorker& message);

// kInvalidArgument for what is none of these, or breaks a rule of them: names are file names, lists are short.
Result<ToWorker> read_to_worker(const boost::json::object& header);
Result<FromWorker> read_from_worker(const boost::json::object& header);

// 1-128 of [A-Za-z0-9._-], starting with a letter or digit: what a worker may name a file.
bool is_file_name(std::string_view name);

}  // namespace weighhouse::channel
