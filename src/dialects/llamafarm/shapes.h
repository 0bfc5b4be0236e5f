#pragma once

#include <boost/json.hpp>
#include <string>

#include "dialects/llamafarm/bodies.h"
#include "services/classifier.h"

namespace weighhouse::dialects::llamafarm {

// What the record of a classifier says to this dialect.
struct Facts {
  boost::json::array labels;  // sorted
  std::string base_model;
  std::int64_t examples = 0;
};
Facts facts_of(const registry::Version& version);

// Lines of the lists: the documents', the runtime's, the server's.
boost::json::object documented_line(const registry::ModelRow& row);
boost::json::object runtime_line(const registry::ModelRow& row);
boost::json::object server_line(const registry::ModelRow& row);

// `result` is that of the fit's job.
boost::json::object fit_answer(const FitBody& body, const boost::json::object& result, const registry::ModelRow& row);
boost::json::object predict_answer(const PredictBody& body, const services::Classified& classified);

boost::json::object judge_answer(const JudgeBody& body, const services::Judged& judged);

// A folder of the library, relative to the home: where a person finds the files.
std::string path_of(const registry::Model& model);

}  // namespace weighhouse::dialects::llamafarm
