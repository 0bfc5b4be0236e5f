#pragma once

#include <memory>
#include <string>

#include "runtimes/loaded_model.h"
#include "worker/order.h"

namespace weighhouse::worker {

Result<std::string> fit_text(OrderContext& order, const std::string& program);
Result<std::string> evaluate_text(OrderContext& order);
std::shared_ptr<const runtimes::Runtime> text_runtime();

}  // namespace weighhouse::worker
