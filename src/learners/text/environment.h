#pragma once

#include <map>
#include <string>

namespace weighhouse::learners {

// The versions of what reading texts and arithmetic rest on, for the record of a training: {"compiler", "icu",
// "openblas"}.
std::map<std::string, std::string> library_versions();

// The kind of processor: the same one gives the same bits.
std::string processor_of_this_machine();

}  // namespace weighhouse::learners
