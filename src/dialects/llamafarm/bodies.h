#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "services/classifier.h"
#include "services/examples.h"

namespace weighhouse::dialects::llamafarm {

// The requests, read leniently: keys that nobody knows are passed over, as the upstream programs do.

// What is wrong with a body, in the form that upstream's validation gives and its clients parse: 422 with
// {"detail": [{"type", "loc", "msg"}]}.
class Faults {
 public:
  void add(std::vector<std::string> place, std::string type, std::string message);
  bool empty() const { return listed_.empty(); }
  http::Response reply() const;

 private:
  boost::json::array listed_;
};

struct FitBody {
  std::string name;
  bool named_by_model = false;  // by "model", as the runtime's clients do; else by "model_name"
  std::string base_model;       // empty where none was named
  std::vector<services::Example> examples;
  std::string options;  // JSON object
  bool overwrite = true;
  std::string description;
};
std::optional<FitBody> read_fit(const std::string& body, Faults& faults);

struct PredictBody {
  std::string name;
  bool named_by_model = false;
  bool single = false;  // "text": one object is answered, else a list
  std::vector<std::string> texts;
};
std::optional<PredictBody> read_predict(const std::string& body, Faults& faults);

struct JudgeBody {
  std::string model;  // that the documents name by default is "facebook/bart-large-mnli"
  std::string text;
  services::NewLabels question;
};
// {"text", "labels", "model", "multi_label", "hypothesis_template"}; nothing, and no faults, for a body without labels.
std::optional<JudgeBody> read_judge(const std::string& body, Faults& faults);

// Of load and save: {"model"} or {"model_name"}.
std::optional<std::string> read_name(const std::string& body, Faults& faults);

}  // namespace weighhouse::dialects::llamafarm
