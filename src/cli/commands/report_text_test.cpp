#include "cli/commands/report_text.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "cli/golden_testing.h"

namespace weighhouse::cli {
namespace {

const boost::json::object& pytorch() {
  static const auto kReport = boost::json::parse(R"({
    "path":"jarvis.pt","size_bytes":938000,"format":"pytorch","level":"code-bearing","summary":"PyTorch state_dict, 3 tensors, 234.6 k parameters",
    "tensor_count":5,"parameters":234567,
    "tensors":[
      {"name":"encoder.layers.0.weight","type":"F32","shape":[256,768],"size_bytes":786432},
      {"name":"encoder.layers.0.bias","type":"F32","shape":[256],"size_bytes":1024},
      {"name":"scale","type":"F16","shape":[],"size_bytes":2,"external":"weights.bin"}],
    "metadata":[{"key":"wake_word","value":"jarvis\u001b[2J"}],
    "findings":[
      {"severity":"danger","code":"pickle-global","message":"The pickle imports os.system, which can run any program when the file is loaded.","where":"archive/data.pkl","count":2},
      {"severity":"note","code":"old-format","message":"Written before PyTorch 1.6.","count":1}],
    "entries":[{"name":"archive/data.pkl","size_bytes":10,"stored_bytes":10}]
  })");
  return kReport.get_object();
}

TEST(ReportText, TellsWhatIsInsideAndWhatIsSuspicious) {
  expect_golden("report_80", report_text(pytorch(), 80, 3));
  expect_golden("report_120", report_text(pytorch(), 120, 3));
}

TEST(ReportText, SaysHowManyTensorsItLeavesOut) { expect_golden("report_two_tensors", report_text(pytorch(), 80, 2)); }

TEST(ReportText, ShowsInputsAndOutputsOfAGraph) {
  const auto report = boost::json::parse(R"({
    "path":"jarvis.onnx","format":"onnx","level":"data-only","summary":"ONNX graph","tensor_count":0,"parameters":0,"tensors":[],
    "inputs":[{"name":"audio","type":"F32","shape":["batch","1","128","101"]}],"outputs":[{"name":"score","type":"F32","shape":["batch"]}],
    "opsets":{"":17,"com.microsoft":1},"operators":{"Conv":4,"Relu":4},"findings":[],
    "entries":[]})");
  expect_golden("report_onnx", report_text(report.get_object(), 80, 20));
}

TEST(ReportText, ListsTheEntriesOfAnArchiveWithoutTensors) {
  const auto report = boost::json::parse(R"({"path":"a.zip","format":"zip","level":"data-only","summary":"ZIP, 1 entry",
    "entries":[{"name":"readme.txt","size_bytes":1200,"stored_bytes":600}],"findings":[]})");
  expect_golden("report_zip", report_text(report.get_object(), 80, 20));
}

}  // namespace
}  // namespace weighhouse::cli
