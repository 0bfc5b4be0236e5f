#include <boost/json.hpp>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/data_commands.h"
#include "cli/commands/data_items.h"
#include "cli/context.h"
#include "cli/format.h"
#include "client/data_client.h"
#include "client/upload_all.h"

namespace weighhouse::cli {
namespace {

using client::DataClient;
using client::Object;

constexpr std::size_t kBatch = 500;
constexpr std::size_t kBatchBytes = std::size_t{8} << 20U;  // of a request, which may have twice that

// Makes what is not there yet; what is there stays as it is.
template <class Get, class Create>
Result<> ensure(const Get& get, const Create& create) {
  const auto found = get();
  if (found) return {};
  if (found.error().code != ErrorCode::kNotFound) return fail(found.error());
  TRY(create());
  return {};
}

// Items on their way, a batch at a time: the bytes of files first, then the rows, which bring their texts with them.
class Delivery {
 public:
  Delivery(Context& context, const client::Client& api, std::string dataset, std::vector<std::string> slices)
      : context_(context),
        api_(api),
        dataset_(std::move(dataset)),
        slices_(std::move(slices)),
        progress_(context.environment(), "sending", Unit::kBytes, std::nullopt,
                  context.quiet() || context.wants_json()) {
    options_.on_bytes = [this](std::int64_t bytes) { progress_.add(bytes); };
  }

  Result<> add(PlannedItem item);
  Result<> finish();
  std::uint64_t added() const { return added_; }
  std::uint64_t changed() const { return changed_; }
  std::uint64_t unchanged() const { return unchanged_; }

 private:
  Result<> flush();
  Result<> prepare();

  Context& context_;
  const client::Client& api_;
  std::string dataset_;
  std::vector<std::string> slices_;
  bool is_prepared_ = false;
  Progress progress_;
  client::TransferOptions options_{};
  boost::json::array rows_{};
  std::vector<client::LocalBlob> files_{};
  std::size_t text_bytes_ = 0, request_bytes_ = 0;
  std::set<std::string> keys_{};
  std::uint64_t added_ = 0, changed_ = 0, unchanged_ = 0;
};

Result<> Delivery::add(PlannedItem item) {
  if (!keys_.insert(item.key).second) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" is the key of two of these items. Import them from a folder above both, or give "
                            "the rows a \"key\" of their own.",
                            printable(item.key)));
  }
  Object row{{"key", item.key}};
  if (item.path.empty()) {
    text_bytes_ += item.text.size();
    row["text"] = std::move(item.text);
  } else {
    files_.push_back(TRY(client::hash_file(item.path, item.key, {})));
    row["digest"] = files_.back().digest.to_string();
  }
  if (!item.annotations.empty()) row["annotations"] = std::move(item.annotations);
  if (!item.metadata.empty()) row["metadata"] = std::move(item.metadata);
  const std::size_t row_bytes = boost::json::serialize(row).size();
  if (request_bytes_ + row_bytes > kBatchBytes) TRY(flush());
  request_bytes_ += row_bytes;
  rows_.push_back(std::move(row));
  return rows_.size() == kBatch ? flush() : Result<>{};
}

// The dataset and its slices, once there is something to put there: a file that cannot be read leaves none behind.
Result<> Delivery::prepare() {
  if (is_prepared_) return {};
  const DataClient data{api_};
  TRY(ensure([&] { return data.get_dataset(dataset_); }, [&] { return data.create_dataset({{"name", dataset_}}); }));
  for (const auto& slice : slices_) {
    TRY(ensure([&] { return data.get_slice(dataset_, slice); },
               [&] { return data.create_slice(dataset_, {{"name", slice}}); }));
  }
  is_prepared_ = true;
  return {};
}

Result<> Delivery::finish() {
  TRY(flush());
  return prepare();
}

Result<> Delivery::flush() {
  if (rows_.empty()) return {};
  TRY(prepare());
  if (!files_.empty()) TRY(client::upload_all(api_, TRY(client::find_absent(api_, files_)), options_));
  const Object answer = TRY(DataClient{api_}.add_items(
      dataset_,
      {{"items", std::move(rows_)}, {"slices", boost::json::array(slices_.begin(), slices_.end())}, {"update", true}}));
  added_ += count_at(answer, "added");
  changed_ += count_at(answer, "changed");
  unchanged_ += count_at(answer, "unchanged");
  rows_ = {};
  files_.clear();
  request_bytes_ = 0;
  progress_.add(static_cast<std::int64_t>(std::exchange(text_bytes_, 0)));
  return {};
}

Result<> import_items(Context& context, const Arguments& arguments) {
  const auto& name = arguments.get("NAME");
  const auto labels = arguments.has("label-by-folder") ? Labels::kFromFolders : Labels::kNone;
  const auto api = TRY(context.connect());
  const DataClient data{api};
  Delivery delivery{context, api, name, arguments.list("slice")};
  std::vector<std::string> links;
  const Selection selection{.labels = labels, .on_skipped = [&](const std::string& link) { links.push_back(link); }};
  for (const auto& path : arguments.list("PATH")) {
    TRY(for_each_item_at(path, selection, [&](PlannedItem item) { return delivery.add(std::move(item)); }));
  }
  TRY(delivery.finish());
  if (!links.empty()) {
    context.note(fmt::format("{} left out, the first is {}.", format_plural(links.size(), "link was", "links were"),
                             printable(links.front())));
  }
  const Object dataset = TRY(data.get_dataset(name));
  if (context.wants_json()) {
    context.print_json(Object{{"dataset", dataset},
                              {"added", delivery.added()},
                              {"changed", delivery.changed()},
                              {"unchanged", delivery.unchanged()}});
  }
  context.say(fmt::format("{}  {}, {} in all: {} new, {} changed, {} as they were", text_at(dataset, "name"),
                          format_plural(count_at(dataset, "item_count"), "item", "items"),
                          format_size(count_at(dataset, "size_bytes")), format_count(delivery.added()),
                          format_count(delivery.changed()), format_count(delivery.unchanged())));
  return {};
}

}  // namespace

std::vector<Command> dataset_import_commands() {
  return {{
      "dataset import",
      "take files, folders and tables in as items of a dataset, which is made where it is missing",
      "  weigh dataset import commands speech_commands/ --label-by-folder\n"
      "  weigh dataset import intents intents.csv --slice train\n"
      "  weigh dataset import streets streets.jsonl\n\n"
      "A folder gives an item for each file, under its path. A table (.csv, .tsv, .jsonl) gives one for each record: "
      "its\n"
      "\"text\", or the file beside the table that \"file\" names; \"label\" is its annotation, the rest its "
      "metadata.\n"
      "The same command again changes only what is different. What is gone from the files stays in the dataset.",
      {{"NAME", "the dataset, by name or id"},
       {"PATH", "folders, tables and files", Count::kSeveral, Completes::kFile}},
      {{"--slice", "SLICE", "put the items into this slice, too; made where it is missing", true},
       {"--label-by-folder", "", "the first folder below a path is the label: dog/0001.wav"}},
      import_items,
  }};
}

}  // namespace weighhouse::cli
