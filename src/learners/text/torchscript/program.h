#pragma once

#include <string>
#include <string_view>

#include "features/unicode.h"

namespace weighhouse::learners::torchscript {

// The class of an exported classifier, in the language of TorchScript as PyTorch's archives hold it: what features/ and
// TextModel do, once more. Its attributes are filled by torch_export.cpp.
inline constexpr std::string_view kClassName = "TextClassifier";
std::string program();

// What stands for a kind of code point in the attribute `kinds`.
char letter_of(features::CharKind kind);

}  // namespace weighhouse::learners::torchscript
