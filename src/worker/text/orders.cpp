#include "worker/text/orders.h"

namespace weighhouse::worker {

void add_text_orders(Orders& orders, const std::string& program, std::shared_ptr<const runtimes::Runtime> onnx) {
  orders["fit"] = [program, onnx](OrderContext& order) { return fit_text(order, program, *onnx); };
  orders["evaluate"] = [onnx](OrderContext& order) { return evaluate_text(order, *onnx); };
}

void add_export_order(Orders& orders, std::shared_ptr<const runtimes::Runtime> torch) {
  orders["export"] = [torch = std::move(torch)](OrderContext& order) { return export_text(order, *torch); };
}

}  // namespace weighhouse::worker
