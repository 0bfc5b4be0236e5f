#include "cli/commands/prediction_output.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"

namespace weighhouse::cli {
namespace {

using client::Object;

class ShownLines final : public PredictionOutput {
 public:
  explicit ShownLines(Context& context) : context_(context) {}

  Result<> add(const Object&, const TextRecord& record, const Object& prediction) override {
    context_.say(fmt::format("{:>7}  {}\t{}", format_share(number_at(prediction, "score")),
                             text_at(prediction, "label"), printable(record.text, 200)));
    return {};
  }
  Result<> finish() override { return {}; }

 private:
  Context& context_;
};

// One document, whose list is written as it comes.
class ShownDocument final : public PredictionOutput {
 public:
  explicit ShownDocument(Context& context) : context_(context) {}

  Result<> add(const Object& answer, const TextRecord& record, const Object& prediction) override {
    std::string text = ",\n";
    if (!is_begun_) {
      text = fmt::format("{{\"model\": {}, \"version\": {}, \"predictions\": [\n",
                         boost::json::serialize(boost::json::value(text_at(answer, "model"))),
                         count_at(answer, "version"));
    }
    is_begun_ = true;
    context_.environment().write_output(text + boost::json::serialize(merged(record.fields, prediction)));
    return {};
  }
  Result<> finish() override {
    context_.environment().write_output(is_begun_ ? "\n]}\n" : "{\"predictions\": []}\n");
    return {};
  }

 private:
  Context& context_;
  bool is_begun_ = false;
};

// Written beside its place under another name, and moved there at the end.
class WrittenLines final : public PredictionOutput {
 public:
  static Result<std::unique_ptr<PredictionOutput>> open(Context& context, const std::string& target, bool force) {
    if (path_exists(target) && !force) {
      return fail(
          ErrorCode::kAlreadyExists,
          fmt::format("{} is there already; --force replaces it, -o chooses another place.", printable(target)));
    }
    const std::string unfinished = fmt::format("{}.{}.unfinished", target, ::getpid());
    auto file = TRY(open_file(unfinished, OpenMode::kCreateNew));
    return std::unique_ptr<PredictionOutput>{new WrittenLines{context, target, unfinished, std::move(file), force}};
  }
  ~WrittenLines() override {
    if (!file_) return;
    [[maybe_unused]] const auto removed = remove_file(unfinished_);
  }

  Result<> add(const Object&, const TextRecord& record, const Object& prediction) override {
    buffer_ += boost::json::serialize(merged(record.fields, prediction));
    buffer_ += '\n';
    ++count_;
    return buffer_.size() < kFull ? Result<>{} : flush();
  }
  Result<> finish() override {
    TRY(flush());
    TRY(sync_data(file_.get(), unfinished_));
    TRY(force_ ? rename_over(unfinished_, target_) : rename_new(unfinished_, target_));
    file_.reset();
    if (context_.wants_json()) context_.print_json(Object{{"file", target_}, {"predictions", count_}});
    context_.say(printable(target_, 4096));
    return {};
  }
  bool is_shown() const override { return false; }

 private:
  static constexpr std::size_t kFull = std::size_t{1} << 20U;

  WrittenLines(Context& context, std::string target, std::string unfinished, FileDescriptor file, bool force)
      : context_(context),
        target_(std::move(target)),
        unfinished_(std::move(unfinished)),
        file_(std::move(file)),
        force_(force) {}

  Result<> flush() {
    TRY(write_all(file_.get(), buffer_, unfinished_));
    buffer_.clear();
    return {};
  }

  Context& context_;
  const std::string target_;
  const std::string unfinished_;
  FileDescriptor file_;  // closed once the file stands at its place
  const bool force_;
  std::string buffer_;
  std::uint64_t count_ = 0;
};

}  // namespace

Result<std::unique_ptr<PredictionOutput>> open_prediction_output(Context& context, const Arguments& arguments) {
  if (const auto target = arguments.find("output")) return WrittenLines::open(context, *target, arguments.has("force"));
  if (context.wants_json()) return std::unique_ptr<PredictionOutput>{std::make_unique<ShownDocument>(context)};
  return std::unique_ptr<PredictionOutput>{std::make_unique<ShownLines>(context)};
}

client::Object merged(const client::Object& fields, const client::Object& prediction) {
  client::Object record;
  for (const auto& [key, value] : fields) {
    const std::string name{key.data(), key.size()};
    record[prediction.contains(key) ? "input_" + name : name] = value;
  }
  for (const auto& [key, value] : prediction) record[key] = value;
  return record;
}

std::string format_share(std::optional<double> share) { return share ? fmt::format("{:.1f} %", 100 * *share) : "-"; }

}  // namespace weighhouse::cli
