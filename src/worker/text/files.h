#pragma once

#include <string_view>
#include <vector>

#include "features/examples.h"
#include "learners/text/text_model.h"
#include "worker/inputs.h"

namespace weighhouse::worker {

// What the orders of this folder read and write.

Result<std::vector<features::Example>> read_data(const OrderContext& order, std::string_view format,
                                                 std::string_view input = "data");
Result<learners::TextModel> read_classifier(int descriptor);
// For a classifier that came without the encoder it was trained on.
Error lacks_encoder(const learners::TextModel& model);

// What an exported file is asked before it is believed: at most a hundred texts, spread over the examples, which they
// point into.
std::vector<std::string_view> texts_for_parity(const std::vector<features::Example>& examples);
// kInternal where its scores are further from the model's than that.
Result<> require_parity(double largest_difference);

}  // namespace weighhouse::worker
