#include "wire/json_text.h"

#include "wire/json_writer.h"

namespace weighhouse::wire {

std::string to_text(const boost::json::value& value) {
  JsonWriter writer;
  writer.value(value);
  return std::move(writer).take();
}

}  // namespace weighhouse::wire
