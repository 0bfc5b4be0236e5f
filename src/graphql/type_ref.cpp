#include "graphql/type_ref.h"

namespace weighhouse::graphql {

std::string to_text(TypeView type) {
  std::string text{type.name};
  for (const char wrap : type.wraps) text = wrap == '!' ? text + "!" : "[" + text + "]";
  return text;
}

}  // namespace weighhouse::graphql
