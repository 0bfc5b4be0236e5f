#include <cmath>

#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

TEST_P(MetadataStoreContract, CountsVersionsFromOneAndMovesCurrent) {
  const Model jarvis = add_model("jarvis");
  EXPECT_EQ(add_version(jarvis, {"a"}).number.value(), 1);
  EXPECT_EQ(add_version(jarvis, {"b", "cc"}).number.value(), 2);
  const Model kept = model("jarvis");
  EXPECT_EQ(kept.current->value(), 2);
  EXPECT_EQ(kept.last_version, 2);
  EXPECT_EQ(kept.version_count, 2);
  EXPECT_EQ(kept.size_bytes, 4U);
  const auto current = read([&](Transaction& rows) { return rows.find_alias(jarvis.id, VersionWord::current()); });
  ASSERT_TRUE(current);
  EXPECT_EQ(current->number.value(), 2);
  EXPECT_EQ(current->revision, 2);
}

TEST_P(MetadataStoreContract, LeavesAHeldCurrentWhereItIs) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"});
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("current", 1, true)); });
  add_version(jarvis, {"b"});
  const Model kept = model("jarvis");
  EXPECT_EQ(kept.current->value(), 1);
  EXPECT_TRUE(kept.current_held);
}

TEST_P(MetadataStoreContract, KeepsAVersionAsItWasGiven) {
  const Model jarvis = add_model("jarvis");
  put_blob("weights");
  const std::vector<File> files{{.path = FilePath::parse("a/ü.pt").take(),
                                 .digest = Digest::of("weights"),
                                 .size_bytes = 7,
                                 .format = "torchscript",
                                 .role = Role::kWeights}};
  const Version given{.model = jarvis.id,
                      .number = VersionNumber{1},
                      .label = VersionWord::parse("v1.0").take(),
                      .remote_version = "17",
                      .manifest = manifest_digest(files),
                      .metadata = R"({"threshold": 0.5})",
                      .notes = "good",
                      .origin = {"upload", "base@1", "abc", R"({"lr": 0.1})"},
                      .created_at = now_,
                      .created_by = "bob",
                      .pinned = true};
  write([&](Transaction& rows) { return rows.add_version(given, files); });
  const auto kept = read([&](Transaction& rows) { return rows.find_version(jarvis.id, VersionNumber{1}); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->label->text(), "v1.0");
  EXPECT_EQ(kept->remote_version, "17");
  EXPECT_EQ(kept->manifest, given.manifest);
  EXPECT_EQ(kept->size_bytes, 7U);
  EXPECT_EQ(kept->file_count, 1);
  EXPECT_EQ(kept->metadata, given.metadata);
  EXPECT_EQ(kept->notes, "good");
  EXPECT_EQ(kept->origin.source, "upload");
  EXPECT_EQ(kept->origin.parent, "base@1");
  EXPECT_EQ(kept->origin.commit, "abc");
  EXPECT_EQ(kept->origin.parameters, R"({"lr": 0.1})");
  EXPECT_EQ(kept->created_at, now_);
  EXPECT_EQ(kept->created_by, "bob");
  EXPECT_TRUE(kept->pinned);
  const auto listed = read([&](Transaction& rows) { return rows.list_files(jarvis.id, VersionNumber{1}); });
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].path, files[0].path);
  EXPECT_EQ(listed[0].digest, files[0].digest);
  EXPECT_EQ(listed[0].format, "torchscript");
  EXPECT_EQ(listed[0].role, Role::kWeights);
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_version(given, files); }).code, ErrorCode::kAlreadyExists);
}

TEST_P(MetadataStoreContract, RefusesAVersionWhoseBytesAreNotThere) {
  const Model jarvis = add_model("jarvis");
  const std::vector<File> files{{.path = FilePath::parse("a").take(), .digest = Digest::of("nowhere")}};
  const Version version{.model = jarvis.id, .number = VersionNumber{1}, .created_at = now_};
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_version(version, files); }).code,
            ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(model("jarvis").current);
}

TEST_P(MetadataStoreContract, RefusesMetadataThatIsNoObject) {
  const Model jarvis = add_model("jarvis");
  const Version version{.model = jarvis.id, .number = VersionNumber{1}, .metadata = "[1]", .created_at = now_};
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_version(version, {}); }).code, ErrorCode::kInvalidArgument);
}

TEST_P(MetadataStoreContract, FindsAVersionByNumberAliasLabelAndCurrent) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"}, "v1.0");
  add_version(jarvis, {"b"});
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("production", 1)); });
  const auto number = [&](const char* word) {
    return read([&](Transaction& rows) { return rows.get_version(jarvis, parse_version_ref(word).take()); })
        .number.value();
  };
  EXPECT_EQ(number("1"), 1);
  EXPECT_EQ(number("production"), 1);
  EXPECT_EQ(number("v1.0"), 1);
  EXPECT_EQ(number("current"), 2);
  for (const char* word : {"3", "staging"}) {
    EXPECT_EQ(refuse([&](Transaction& rows) -> Result<> {
                TRY(rows.get_version(jarvis, parse_version_ref(word).take()));
                return {};
              }).code,
              ErrorCode::kNotFound);
  }
}

TEST_P(MetadataStoreContract, KeepsLabelsAndAliasesApart) {
  const Model jarvis = add_model("jarvis");
  const Version first = add_version(jarvis, {"a"}, "v1.0");
  add_version(jarvis, {"b"});
  const Version third{
      .model = jarvis.id, .number = VersionNumber{3}, .label = VersionWord::parse("v1.0").take(), .created_at = now_};
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_version(third, {}); }).code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("v1.0", 1)); }).code,
            ErrorCode::kAlreadyExists);
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("production", 1)); });
  Version renamed = first;
  renamed.label = VersionWord::parse("production").take();
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.update_version(renamed); }).code, ErrorCode::kAlreadyExists);
  renamed.label = VersionWord::current();
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.update_version(renamed); }).code, ErrorCode::kInvalidArgument);
  renamed.label = VersionWord::parse("v1.1").take();
  renamed.notes = "better";
  write([&](Transaction& rows) { return rows.update_version(renamed); });
  EXPECT_EQ(read([&](Transaction& rows) { return rows.find_version(jarvis.id, VersionNumber{1}); })->notes, "better");
}

TEST_P(MetadataStoreContract, ListsVersionsNewestFirstPageByPage) {
  const Model jarvis = add_model("jarvis");
  for (int i = 0; i < 5; ++i) add_version(jarvis, {std::to_string(i)});
  std::vector<std::int64_t> numbers;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = read([&](Transaction& rows) { return rows.list_versions(jarvis.id, 2, cursor); });
    EXPECT_EQ(page.total, 5U);
    for (const Version& version : page.items) numbers.push_back(version.number.value());
    cursor = page.next_cursor;
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{5, 4, 3, 2, 1}));
  EXPECT_EQ(pages, 3);
  const Model other = add_model("other");
  const auto first = read([&](Transaction& rows) { return rows.list_versions(jarvis.id, 2, ""); });
  EXPECT_EQ(refuse([&](Transaction& rows) -> Result<> {
              TRY(rows.list_versions(other.id, 2, first.next_cursor));
              return {};
            }).code,
            ErrorCode::kInvalidArgument);
}

TEST_P(MetadataStoreContract, FindsVersionsAndModelsByTheirManifest) {
  const Model jarvis = add_model("jarvis");
  const Version first = add_version(jarvis, {"a"});
  const Version second = add_version(jarvis, {"b"});
  const auto by_manifest = [&](const Digest& manifest) {
    return read([&](Transaction& rows) { return rows.find_version_by_manifest(jarvis.id, manifest); });
  };
  EXPECT_EQ(by_manifest(first.manifest), first.number);
  EXPECT_FALSE(by_manifest(Digest::of("none")));
  const auto models = [&](const Digest& manifest) {
    return read([&](Transaction& rows) { return rows.find_models_by_manifest(manifest); });
  };
  EXPECT_EQ(models(second.manifest).size(), 1U);
  EXPECT_TRUE(models(first.manifest).empty());
  trash("jarvis");
  EXPECT_TRUE(models(second.manifest).empty());
}

TEST_P(MetadataStoreContract, DerivedFilesComeAndGoBesideTheVersion) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"weights"});
  const VersionNumber one{1};
  const auto derived = [&](const char* path, const char* bytes) {
    put_blob(bytes);
    return DerivedFile{.file = {.path = FilePath::parse(path).take(),
                                .digest = Digest::of(bytes),
                                .size_bytes = std::string_view{bytes}.size(),
                                .format = "png",
                                .role = Role::kOther},
                       .made_by = "chart",
                       .created_at = now_};
  };
  const auto chart = derived("chart.png", "pixels");
  write([&](Transaction& rows) { return rows.put_derived_file(jarvis.id, one, chart); });
  const auto again = derived("chart.png", "other pixels");
  write([&](Transaction& rows) { return rows.put_derived_file(jarvis.id, one, again); });
  const auto listed = read([&](Transaction& rows) { return rows.list_derived_files(jarvis.id, one); });
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].file.digest, again.file.digest);
  EXPECT_EQ(listed[0].made_by, "chart");
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_files(jarvis.id, one); }).size(), 1U);
  EXPECT_EQ(read([&](Transaction& rows) { return rows.get_model_row(ModelRef::parse("jarvis").take()); }).formats,
            (std::vector<std::string>{"onnx", "png"}));
  const auto own = derived("f0", "new weights");
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_derived_file(jarvis.id, one, own); }).code,
            ErrorCode::kAlreadyExists);
  write([&](Transaction& rows) { return rows.remove_derived_file(jarvis.id, one, chart.file.path); });
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_derived_file(jarvis.id, one, chart.file.path); }).code,
            ErrorCode::kNotFound);
  EXPECT_EQ(model("jarvis").size_bytes, 7U);
}

TEST_P(MetadataStoreContract, AliasesMoveAndCountTheirRevisions) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"});
  add_version(jarvis, {"b"});
  const auto word = VersionWord::parse("production").take();
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("production", 1)); });
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("production", 2)); });
  const auto found = read([&](Transaction& rows) { return rows.find_alias(jarvis.id, word); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number.value(), 2);
  EXPECT_EQ(found->revision, 2);
  EXPECT_EQ(found->moved_by, "ada");
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("x", 9)); }).code,
            ErrorCode::kNotFound);
  write([&](Transaction& rows) { return rows.remove_alias(jarvis.id, word); });
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_alias(jarvis.id, word); }).code, ErrorCode::kNotFound);
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_alias(jarvis.id, VersionWord::current()); }).code,
            ErrorCode::kFailedPrecondition);
}

TEST_P(MetadataStoreContract, MetricsOfTheCurrentVersionAreThoseOfTheModel) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"});
  add_version(jarvis, {"b"});
  const auto add = [&](std::int64_t number, Metric metric) {
    write([&](Transaction& rows) { return rows.add_metrics(jarvis.id, VersionNumber{number}, std::vector{metric}); });
  };
  add(1, {.name = "f1", .value = 0.1, .created_at = now_});
  add(2, {.name = "f1", .value = 0.2, .created_at = later()});
  const auto metrics = [&] {
    return read([&](Transaction& rows) { return rows.get_model_row(ModelRef::parse("jarvis").take()); }).metrics;
  };
  EXPECT_EQ(metrics(), (std::map<std::string, double>{{"f1", 0.2}}));
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("current", 1)); });
  EXPECT_EQ(metrics(), (std::map<std::string, double>{{"f1", 0.1}}));
  add(1, {.name = "f1", .value = 0.3, .threshold = 0.5, .created_at = later()});
  add(1, {.name = "f1", .value = 0.4, .evaluation = "01J", .created_at = later()});
  EXPECT_EQ(metrics(), (std::map<std::string, double>{{"f1", 0.1}}));
  const auto listed = read([&](Transaction& rows) { return rows.list_metrics(jarvis.id, VersionNumber{1}); });
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[1].threshold, 0.5);
  EXPECT_EQ(listed[2].evaluation, "01J");
  EXPECT_EQ(refuse([&](Transaction& rows) {
              return rows.add_metrics(jarvis.id, VersionNumber{1}, std::vector<Metric>{{.name = "x", .value = NAN}});
            }).code,
            ErrorCode::kInvalidArgument);
}

TEST_P(MetadataStoreContract, TagsAreReplacedAndRemoved) {
  const Model jarvis = add_model("jarvis");
  write([&](Transaction& rows) { return rows.put_tag(jarvis.id, "team", "audio"); });
  write([&](Transaction& rows) { return rows.put_tag(jarvis.id, "team", "vision"); });
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_tags(jarvis.id); }),
            (std::vector<std::pair<std::string, std::string>>{{"team", "vision"}}));
  EXPECT_EQ(model("jarvis").revision, 3);
  write([&](Transaction& rows) { return rows.remove_tag(jarvis.id, "team"); });
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_tag(jarvis.id, "team"); }).code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace weighhouse::db
