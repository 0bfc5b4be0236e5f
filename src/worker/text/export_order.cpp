#include <boost/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "learners/text/torch_export.h"
#include "learners/text/torch_parity.h"
#include "runtimes/tensor.h"
#include "worker/text/files.h"
#include "worker/text/orders.h"

namespace weighhouse::worker {
namespace json = boost::json;

namespace {

std::string format_of(const OrderContext& order) {
  json::error_code error;
  const auto parameters = json::parse(order.parameters(), error);
  const auto* format = !error && parameters.is_object() ? parameters.get_object().if_contains("data_format") : nullptr;
  return format != nullptr && format->is_string() ? std::string{format->get_string()} : "jsonl";
}

Result<std::vector<features::Example>> read_examples(const OrderContext& order) {
  if (!order.has_input("data")) return std::vector<features::Example>{};
  return read_data(order, format_of(order));
}

// The file as it was written, in LibTorch.
Result<std::shared_ptr<const runtimes::TensorModel>> load(const OrderContext& order, const runtimes::Runtime& torch) {
  std::vector<runtimes::ModelFile> files;
  std::string name{kClassifierProgram};
  auto file = TRY(order.reopen_output(name));
  files.push_back({std::move(name), std::move(file)});
  auto loaded = TRY(torch.load(std::move(files)));
  auto model = std::dynamic_pointer_cast<const runtimes::TensorModel>(std::move(loaded));
  check(model != nullptr, "LibTorch's models take and give tensors");
  return model;
}

}  // namespace

Result<std::string> export_text(OrderContext& order, const runtimes::Runtime& torch) {
  order.report(0, "reading");
  const auto model = TRY(read_classifier(TRY(order.input(kClassifierFile))));
  const auto examples = TRY(read_examples(order));
  order.report(0.1, "writing");
  TRY(write_output(order, std::string{kClassifierProgram}, TRY(learners::to_torchscript(model))));
  TRY(order.go_on());
  order.report(0.3, "comparing");
  const auto exported = TRY(load(order, torch));
  const auto parity = TRY(learners::measure_torch_parity(*exported, model, texts_for_parity(examples)));
  TRY(require_parity(parity.largest_difference));
  return json::serialize(json::object{
      {"torch_parity", json::object{{"texts", parity.texts}, {"max_difference", parity.largest_difference}}}});
}

}  // namespace weighhouse::worker
