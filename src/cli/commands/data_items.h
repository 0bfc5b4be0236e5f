#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace weighhouse::cli {

// Something on this disk that becomes an item of a dataset: a file, or the text of a record.
struct PlannedItem {
  std::string key;
  std::string path{};  // of the file; empty: `text` is all there is
  std::string text{};
  boost::json::object annotations{};
  boost::json::object metadata{};
};

enum class Labels : std::uint8_t { kNone, kFromFolders };

struct Selection {
  Labels labels = Labels::kNone;
  std::function<void(const std::string& path)> on_skipped{};  // of a link in a folder, which is not followed
};

// What a path holds. A folder: every file, keyed by its path below. A table (.csv, .tsv, .jsonl): an item for each
// record, "texts.csv#12" for its line; a column or member "file" names a file beside the table, else "text" is the
// item; "label" becomes the annotation, the rest metadata. Any other file is one item. With kFromFolders the first
// folder below the path is the label: dog/0001.wav.
// kInvalidArgument for a folder without files, and for a row that is not as needed, which is named.
Result<> for_each_item_at(const std::string& path, const Selection& selection,
                          const std::function<Result<>(PlannedItem item)>& use);

}  // namespace weighhouse::cli
