#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weighhouse::formats::detail {

// The operator that stands for "named by the model": code must come from elsewhere.
inline constexpr std::uint32_t kTfliteCustom = 32;

// "CONV_2D"; for an operator that is newer than this table, its number: "BUILTIN_300".
std::string tflite_operator(std::uint32_t number);

// Our word for a TFLite element type; empty for one that is newer, or holds no elements.
std::string_view tflite_element_type(std::uint32_t number);

}  // namespace weighhouse::formats::detail
