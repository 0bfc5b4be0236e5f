#include "worker/text/orders.h"

namespace weighhouse::worker {

void add_text_orders(Orders& orders, const std::string& program) {
  orders["fit"] = [program](OrderContext& order) { return fit_text(order, program); };
  orders["evaluate"] = evaluate_text;
}

}  // namespace weighhouse::worker
