#pragma once

#include <string_view>

namespace weighhouse::formats::detail {

// Whether the front bears one of the marks that ggml wrote before GGUF.
bool is_old_ggml(std::string_view head);

}  // namespace weighhouse::formats::detail
