#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <unistd.h>

#include "base/text.h"
#include "learners/wake_word/onnx_export.h"
#include "learners/wake_word/torch_export.h"
#include "runtimes/tensor.h"
#include "worker/inputs.h"
#include "worker/wake/orders.h"
#include "worker/wake/record.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;
namespace wake = learners::wake;

namespace {

// Between probabilities; what is further away is no copy of the model.
constexpr double kAgrees = 1e-4;

struct Question {
  wake::Samples sound;
  double probability;  // the model's own
};

// The recordings, and noises of several levels.
Result<std::vector<Question>> questions_for(const OrderContext& order, const json::object& parameters,
                                            const wake::WakeModel& model, const encoders::AudioEncoder& encoder) {
  std::vector<wake::Samples> sounds;
  for (const auto& recording : recordings_in(parameters)) {
    if (auto read = read_recording(order, recording, Ends::kTrimmed)) sounds.push_back(std::move(read->audio.samples));
  }
  for (std::uint64_t i = 0; i < 6; ++i) {
    scales::Random random{i};
    auto sound = wake::noise(20'000 + 8'000 * i, static_cast<wake::Colour>(i % 3), random);
    const auto level = static_cast<float>(std::pow(10.0, -0.5 * static_cast<double>(i)) * 0.3);
    for (float& sample : sound) sample *= level;
    sounds.push_back(std::move(sound));
  }
  std::vector<Question> questions;
  for (auto& sound : sounds) {
    const auto heard = TRY(wake::listen(model, encoder, sound));
    const double most = *std::max_element(heard.begin(), heard.end());
    questions.push_back({std::move(sound), most});
  }
  return questions;
}

Result<double> ask(const runtimes::TensorModel& exported, const std::string& input, const wake::Samples& sound) {
  runtimes::Tensor tensor{.shape = {1, static_cast<std::int64_t>(sound.size())}};
  tensor.data.resize(sound.size() * sizeof(float));
  std::memcpy(tensor.data.data(), sound.data(), tensor.data.size());
  const auto answer = TRY(exported.run("", {{input, std::move(tensor)}}));
  const auto* logits = answer.size() == 1 ? std::get_if<runtimes::Tensor>(&answer.front().content) : nullptr;
  float values[2];
  if (logits == nullptr || logits->type != runtimes::ElementType::kFloat32 || logits->data.size() != sizeof values)
    return fail(ErrorCode::kInternal, "It does not answer with two log-odds.");
  std::memcpy(values, logits->data.data(), sizeof values);
  return 1.0 / (1.0 + std::exp(static_cast<double>(values[0]) - static_cast<double>(values[1])));
}

Result<json::object> compare(const runtimes::Runtime& runtime, runtimes::ModelFile file, const std::string& input,
                             const std::vector<Question>& questions) {
  std::vector<runtimes::ModelFile> files;
  files.push_back(std::move(file));
  const auto loaded = TRY(runtime.load(std::move(files)));
  const auto exported = std::dynamic_pointer_cast<const runtimes::TensorModel>(loaded);
  check(exported != nullptr, "these runtimes' models take and give tensors");
  double largest = 0;
  for (const auto& question : questions) {
    const double said = TRY(ask(*exported, input, question.sound));
    const double difference = std::abs(said - question.probability);
    // What is no number is as far away as can be.
    largest = std::max(largest, std::isnan(difference) ? 1.0 : difference);
  }
  if (largest > kAgrees) {
    return fail(ErrorCode::kInternal, "Its probabilities differ from the model's by " + format_number(largest) + ".");
  }
  return json::object{{"sounds", questions.size()}, {"max_difference", largest}};
}

}  // namespace

Result<std::string> export_wake_word(OrderContext& order, const runtimes::Runtime& onnx,
                                     const runtimes::Runtime& torch) {
  order.report(0, "reading");
  json::error_code error;
  const auto parsed = json::parse(order.parameters(), error);
  if (error || !parsed.is_object())
    return fail(ErrorCode::kInvalidArgument, "The order's parameters are not a JSON object.");
  const auto& parameters = parsed.get_object();
  const auto weights = TRY(DescriptorAccess::open(TRY(order.input(kWakeWordFile))));
  const auto model = TRY(wake::read_wake_model(weights));
  const auto base = TRY(open_base(model.base, model.base_digest, TRY(imported_base(order)), onnx));
  const auto& encoder = base.encoder;
  const auto parts = TRY(export_parts(model, *encoder));
  const auto questions = TRY(questions_for(order, parameters, model, *encoder));
  TRY(order.go_on());

  order.report(0.2, "writing");
  const auto* metadata = parameters.if_contains("metadata");
  const auto record =
      metadata != nullptr && metadata->is_object() ? summary_of(metadata->get_object()) : std::string{"{}"};
  TRY(write_output(order, std::string{kWakeWordGraph}, to_onnx(model, parts, record)));
  const bool has_program = order.has_input(kWakeWordProgram);
  if (!has_program) TRY(write_output(order, std::string{kWakeWordProgram}, to_torchscript(model, parts, record)));
  order.report(0.4, "comparing");
  json::object result;
  auto graph = TRY(order.reopen_output(std::string{kWakeWordGraph}));
  auto said = compare(onnx, {std::string{kWakeWordGraph}, std::move(graph)}, "audio", questions);
  // Where ONNX Runtime is not installed the file is none the worse.
  if (!said && said.error().code != ErrorCode::kFailedPrecondition) return fail(said.error());
  result["onnx_parity"] = said ? json::object{*said} : json::object{{"not_compared", said.error().message}};
  order.report(0.7, "comparing");
  FileDescriptor program;
  if (has_program) {
    const int original = TRY(order.input(kWakeWordProgram));
    program = FileDescriptor{::dup(original)};
  } else {
    program = TRY(order.reopen_output(std::string{kWakeWordProgram}));
  }
  said = compare(torch, {std::string{kWakeWordProgram}, std::move(program)}, "", questions);
  if (said) {
    result["torch_parity"] = *said;
  } else {
    result["torch_failure"] = said.error().message;
  }
  return json::serialize(result);
}

}  // namespace weighhouse::worker
