#pragma once

#include <string_view>

namespace weighhouse::formats::detail {

// Whether a file that begins with these 512 bytes is a tar: decided by the header's checksum, as readers do.
bool is_tar_header(std::string_view block);

}  // namespace weighhouse::formats::detail
