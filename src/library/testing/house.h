#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "db/open.h"
#include "formats/testing/torch_writer.h"
#include "library/library.h"
#include "store/local/local_blob_store.h"

namespace weighhouse::library::testing {

// Weights that torch.load would take; other `content`, other bytes.
inline std::string torch_file(std::string content) {
  using namespace formats::testing;
  content.resize((content.size() + 3) / 4 * 4, '.');
  const auto count = static_cast<std::int64_t>(content.size() / 4);
  const TorchTensorSpec tensor{.name = "w", .count = count, .shape = {count}};
  return write_zip(torch_archive(state_dict_pickle({tensor}), {content}));
}

inline std::string record(const std::string& wake_word, double f1) {
  return "{\"wake_word\": \"" + wake_word + "\", \"f1_score\": " + std::to_string(f1) + ", \"threshold\": 0.65}";
}

// A home with a library, a hand-turned clock and the real use cases. `settle` is an hour of that clock, so
// that no slow test machine can make something settle by itself.
class House {
 public:
  explicit House(LibraryOptions given = {}) : options_(std::move(given)) {
    options_.root = home_.path() + "/models";
    if (options_.settle == LibraryOptions{}.settle) options_.settle = std::chrono::hours{1};
    open();
  }

  // As after a stop or a crash: everything in memory is forgotten.
  void reopen() {
    library.reset();
    open();
  }

  std::string path(const std::string& relative) const { return options_.root + "/" + relative; }
  void write(const std::string& relative, const std::string& bytes) const {
    const std::string whole = path(relative);
    ASSERT_TRUE(make_directories(whole.substr(0, whole.rfind('/'))));
    auto file = open_file(whole, path_exists(whole) ? OpenMode::kReadWrite : OpenMode::kCreateNew);
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_EQ(::ftruncate(file->get(), 0), 0);
    ASSERT_TRUE(write_all(file->get(), bytes));
  }
  std::string read(const std::string& relative) const { return read_file(path(relative)).value_or("(nothing)"); }
  bool exists(const std::string& relative) const { return path_exists(path(relative)); }
  void shell(const std::string& command) const {
    ASSERT_EQ(std::system(("cd '" + options_.root + "' && " + command).c_str()), 0) << command;
  }
  void drop(const std::string& folder, const std::string& stem, const std::string& content, double f1 = 0.9) const {
    write(folder + "/" + stem + ".pt", torch_file(content));
    write(folder + "/" + stem + ".json", record("hey " + stem, f1));
  }

  // One look, and another after everything has stood still for long enough.
  ScanReport settle() {
    ScanReport all;
    for (int look = 0; look < 3; ++look) {
      const auto report = library->scan_now();
      EXPECT_TRUE(report) << (report ? "" : report.error().message);
      if (!report) return all;
      for (const auto& one : report->published) all.published.push_back(one);
      for (const auto& one : report->edited) all.edited.push_back(one);
      for (const auto& one : report->renamed) all.renamed.push_back(one);
      for (const auto& one : report->trashed) all.trashed.push_back(one);
      for (const auto& one : report->restored) all.restored.push_back(one);
      all.problems = report->problems;
      all.pending = report->pending;
      clock.advance(std::chrono::hours{2});
    }
    return all;
  }

  // As through a dialect.
  registry::Model publish(const std::string& ref, const std::string& content, const std::string& json = "{}",
                          const std::string& file = "weights.pt", bool in_library = true) {
    MemorySource source{torch_file(content)};
    const auto blob = intake.take(caller, source).value();
    services::NewVersion version{
        .files = {{registry::FilePath::parse(file).value(), blob.digest}}, .metadata = json, .in_library = in_library};
    const auto published = publisher.publish(caller, registry::ModelRef::parse(ref).value(), version);
    EXPECT_TRUE(published) << (published ? "" : published.error().message);
    library->changed(published->model.id);
    return published->model;
  }

  std::optional<registry::Model> find(const std::string& ref) {
    return metadata
        ->read_value<std::optional<registry::Model>>(
            [&](auto& rows) { return rows.find_model(registry::ModelRef::parse(ref).value()); })
        .value();
  }
  registry::Model get(const std::string& ref) {
    const auto model = find(ref);
    EXPECT_TRUE(model.has_value()) << ref;
    return model.value();
  }
  std::int64_t current(const std::string& ref) { return get(ref).current.value().value(); }
  registry::Version version(const std::string& ref, std::int64_t number) {
    return metadata
        ->read_value<registry::Version>([&](auto& rows) {
          return rows.get_version(rows.get_model(registry::ModelRef::parse(ref).value()).value(),
                                  registry::VersionRef{registry::VersionNumber{number}});
        })
        .value();
  }
  std::vector<registry::File> files(const std::string& ref, std::int64_t number) {
    return metadata
        ->read_value<std::vector<registry::File>>([&](auto& rows) {
          return rows.list_files(rows.get_model(registry::ModelRef::parse(ref).value()).value().id,
                                 registry::VersionNumber{number});
        })
        .value();
  }
  std::string problem(const std::string& path) const {
    for (const auto& one : library->problems()) {
      if (one.path == path) return one.message;
    }
    return {};
  }

  TemporaryDirectory home_ = TemporaryDirectory::create().value();
  LibraryOptions options_;
  ManualClock clock;
  std::unique_ptr<registry::MetadataStore> metadata = db::open(home_.path() + "/weighhouse.db").value();
  std::unique_ptr<store::BlobStore> blobs = store::LocalBlobStore::open(home_.path() + "/store").value();
  services::Intake intake{*metadata, *blobs, clock, {}};
  services::Publisher publisher{*metadata, *blobs, clock};
  services::Catalog catalog{*metadata, clock};
  services::Gates gates{*metadata, clock, {}};
  services::Aliases aliases{*metadata, clock, gates};
  services::Collector collector{*metadata, *blobs, clock, std::chrono::hours{24}};
  services::Trash trash{*metadata, collector, clock, std::chrono::days{30}};
  services::Downloads downloads{*metadata, *blobs, clock};
  services::Caller caller = services::Caller::house();
  const Clock* library_clock = &clock;
  std::unique_ptr<Library> library;

 private:
  void open() {
    auto opened = Library::open(options_, {*metadata, *blobs, intake, publisher, catalog, aliases, trash, downloads},
                                *library_clock);
    ASSERT_TRUE(opened) << opened.error().message;
    library = *std::move(opened);
  }
};

}  // namespace weighhouse::library::testing
