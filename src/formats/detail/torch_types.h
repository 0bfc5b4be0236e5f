#pragma once

#include <string_view>

namespace weighhouse::formats::detail {

// Our word for PyTorch's, "F32" for FloatStorage or float32; empty for what is not known, and for storages without
// a type of their own.
std::string_view type_of_storage(std::string_view storage_class);
std::string_view type_of_dtype(std::string_view dtype);

}  // namespace weighhouse::formats::detail
