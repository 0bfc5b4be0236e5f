#include "learners/text/onnx_parity.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/bytes.h"
#include "formats/inspect.h"

namespace weighhouse::learners {
namespace {

tl::unexpected<Error> refused(const std::string& reason) {
  return fail(ErrorCode::kInvalidArgument, "The ONNX file does not hold what was exported: " + reason + ".");
}

// The numbers of a tensor of the file.
Result<std::vector<float>> numbers(std::string_view file, const formats::Report& report, std::string_view name) {
  const auto found = std::find_if(report.tensors.begin(), report.tensors.end(),
                                  [&](const formats::Tensor& tensor) { return tensor.name == name; });
  if (found == report.tensors.end() || found->type != "F32" || !found->extent ||
      found->extent->length % sizeof(float) != 0) {
    return refused("there is no tensor of floats \"" + std::string{name} + "\"");
  }
  std::vector<float> values(found->extent->length / sizeof(float));
  std::memcpy(values.data(), file.data() + found->extent->offset, found->extent->length);
  return values;
}

struct Graph {
  std::vector<float> weight;  // of the n-grams, then of the encoder's vector
  std::vector<float> bias;
  double sharpness;
  double certainty;
  double doubt;

  // The sums, Mul, Softmax, Mul, Add.
  void answer(std::span<const features::SparseEntry> features, std::vector<double>& scores) const {
    scores.assign(bias.begin(), bias.end());
    for (const auto& entry : features) {
      const float* row = &weight[std::size_t{entry.column} * scores.size()];
      for (std::size_t c = 0; c < scores.size(); ++c) scores[c] += double{entry.value} * double{row[c]};
    }
    const double most = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (double& score : scores) sum += score = std::exp(sharpness * (score - most));
    for (double& score : scores) score = certainty * (score / sum) + doubt;
  }
};

Result<Graph> read_graph(std::string_view file, std::size_t labels) {
  const formats::Report report = TRY(formats::inspect(MemoryAccess{file}, "model.onnx"));
  const auto scalar = [&](std::string_view name) -> Result<double> {
    const auto values = TRY(numbers(file, report, name));
    if (values.size() != 1) return refused("\"" + std::string{name} + "\" is not one number");
    return double{values.front()};
  };
  Graph graph{};
  for (const std::string_view name : {"ngram_weight", "embedding_weight"}) {
    const bool is_there = std::any_of(report.tensors.begin(), report.tensors.end(),
                                      [&](const formats::Tensor& tensor) { return tensor.name == name; });
    if (!is_there) continue;
    const auto part = TRY(numbers(file, report, name));
    graph.weight.insert(graph.weight.end(), part.begin(), part.end());
  }
  graph.bias = TRY(numbers(file, report, "bias"));
  graph.sharpness = TRY(scalar("sharpness"));
  graph.certainty = TRY(scalar("certainty"));
  graph.doubt = TRY(scalar("doubt"));
  if (graph.bias.size() != labels || graph.weight.size() % labels != 0)
    return refused("its tensors do not fit together");
  return graph;
}

}  // namespace

Result<OnnxParity> measure_onnx_parity(std::string_view file, const TextModel& model,
                                       std::span<const std::string_view> texts) {
  const Graph graph = TRY(read_graph(file, model.labels().size()));
  const std::size_t rows = graph.weight.size() / graph.bias.size();
  OnnxParity parity;
  TextModel::Workspace workspace;
  TextPrediction said;
  std::vector<double> scores;
  for (const std::string_view text : texts) {
    TRY(model.encode(text, workspace));
    model.predict(text, workspace, said);
    for (const auto& entry : workspace.entries) {
      if (entry.column >= rows) return refused("it lacks features that the model has");
    }
    graph.answer(workspace.entries, scores);
    for (std::size_t c = 0; c < scores.size(); ++c) {
      parity.largest_difference = std::max(parity.largest_difference, std::abs(scores[c] - double{said.scores[c]}));
    }
    ++parity.texts;
  }
  return parity;
}

}  // namespace weighhouse::learners
