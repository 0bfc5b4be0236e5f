#pragma once

#include <string_view>

#include "client/client.h"

namespace weighhouse::client {

// What a separator was given or made of a file of an evaluation: "mixture.wav", "output_1.wav".
Result<Download> download_evaluation_sound(const Client& api, std::string_view evaluation, std::size_t file,
                                           std::string_view name);

}  // namespace weighhouse::client
