#include <cstdlib>
#include <random>

#include "db/metadata_store_contract.h"
#include "db/testing/filter_oracle.h"

namespace weighhouse::db {
namespace {

// Few values for each field, so that filters and rows often meet.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t chances) { return below(chances) == 0; }
  std::string of(const std::vector<std::string>& values) { return values[below(values.size())]; }

 private:
  std::mt19937 random_;
};

const std::vector<std::string> kKinds{"wake-word", "encoder", "other"};
const std::vector<std::string> kNamespaces{"custom", "default", "whisper"};
const std::vector<std::string> kTexts{"audio", "Audio", "vi_sion", "100%", "a*b?[c]", "Größe", "o'clock", "\\x", ""};
const std::vector<std::string> kAliases{"production", "staging", "Canary"};
const std::vector<std::string> kLabels{"v1", "v1.1", "V1"};
const std::vector<std::string> kNumbers{"0", "0.25", "0.5", "0.75", "1", "-1", "3"};

Facts random_facts(Dice& dice, int index, Timestamp start) {
  const Timestamp at = start + std::chrono::seconds{dice.below(40)};
  const std::string stem = dice.of({"jarvis", "Jarvis-two", "friday", "test-a", "TEST-b", "base.en"});
  Facts facts{.model = {.id = {new_ulid(start + std::chrono::seconds{index})},
                        .name_space = Namespace::parse(dice.of(kNamespaces)).take(),
                        .name = ModelName::parse(stem + "-" + std::to_string(index)).take(),
                        .kind = parse_kind(dice.of(kKinds)).take(),
                        .created_at = at,
                        .updated_at = at + std::chrono::seconds{dice.below(100)},
                        .created_by = dice.of({"ada", "bob", ""})}};
  facts.model.display_name = dice.of({"", "", "Hey Jarvis", "Größe M", "hey friday"});
  facts.model.description = dice.of(kTexts);
  facts.model.licence = dice.of({"", "MIT"});
  facts.model.pinned = dice.one_in(3);
  for (const char* key : {"team", "a b"}) {
    if (dice.one_in(2)) facts.tags[key] = dice.of(kTexts);
  }
  return facts;
}

File random_file(Dice& dice, int place, const std::string& bytes) {
  return {.path = FilePath::parse("f" + std::to_string(place)).take(),
          .digest = Digest::of(bytes),
          .size_bytes = bytes.size(),
          .format = dice.of({"onnx", "torchscript", ""}),
          .role = Role::kWeights};
}

Training random_training(Dice& dice, Timestamp start) {
  Training training{.baseline = dice.of({"", "yolov8n", "YOLO_x"}), .task = dice.of({"ocr", "object-detection"})};
  training.status = dice.one_in(2) ? TrainingStatus::kCompleted : TrainingStatus::kPending;
  if (training.is_trained()) training.trained_at = start + std::chrono::seconds{dice.below(50)};
  training.score.key = dice.of({"", "mAP"});
  if (dice.one_in(2)) training.score.value = parse_double(dice.of(kNumbers)).value();
  return training;
}

// Gives the model versions, metrics and aliases, in the store and in the facts alike.
Result<> grow(Transaction& rows, Dice& dice, Facts& facts) {
  Model& model = facts.model;
  const std::size_t versions = dice.below(4);
  std::vector<std::string> labels = kLabels;
  for (std::size_t i = 0; i < versions; ++i) {
    const VersionNumber number = TRY(rows.take_number(model.id));
    Version version{.model = model.id, .number = number, .created_at = model.created_at};
    if (dice.one_in(2) && !labels.empty()) {
      version.label = VersionWord::parse(labels.back()).take();
      facts.labels.push_back(labels.back());
      labels.pop_back();
    }
    version.origin.source = dice.of({"", "upload", "s3://b/x"});
    version.origin.commit = dice.of({"", "abc"});
    version.metadata = dice.of({"{}", R"({"a": {"b": 0.5}, "c": "audio"})", R"({"c": ["Audio", 3, true]})"});
    const std::string bytes = "bytes " + std::to_string(dice.below(12));
    const std::vector<File> files{random_file(dice, 0, bytes)};
    TRY(rows.put_blob({.digest = files[0].digest, .size_bytes = bytes.size()}));
    TRY(rows.add_version(version, files));
    if (!version.origin.source.empty()) facts.sources.push_back(version.origin.source);
    if (!version.origin.commit.empty()) facts.commits.push_back(version.origin.commit);
    facts.numbers.push_back(static_cast<double>(version.number.value()));
    facts.digests.push_back(files[0].digest.to_string());
    facts.formats = files[0].format.empty() ? std::vector<std::string>{} : std::vector{files[0].format};
    facts.meta = flatten_metadata(version.metadata).take();
    model.size_bytes += bytes.size();
    ++model.version_count;
    model.current = version.number;
  }
  if (versions == 0) return {};
  for (const char* name : {"f1", "loss"}) {
    if (dice.one_in(3)) continue;
    const std::string class_name = dice.of({"", "", "dog"});
    const double value = parse_double(dice.of(kNumbers)).value();
    TRY(rows.add_metrics(model.id, *model.current,
                         std::vector<Metric>{{.name = name, .value = value, .class_name = class_name}}));
    facts.metrics[{name, class_name, ""}] = value;
  }
  if (dice.one_in(2)) {
    facts.aliases.push_back(dice.of(kAliases));
    const auto word = VersionWord::parse(facts.aliases.back()).take();
    TRY(rows.put_alias(model.id, {.name = word, .number = *model.current}));
  }
  return {};
}

std::string quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 2) text.insert(at, 1, '\'');
  return "'" + text + "'";
}

std::string comparison_of(Dice& dice, const std::string& field, const std::vector<std::string>& values, bool text) {
  const auto value = [&] { return text ? quoted(dice.of(values)) : dice.of(values); };
  switch (dice.below(text ? 9 : 7)) {
    case 0:
    case 1:
      return field + " = " + value();
    case 2:
      return field + " != " + value();
    case 3:
      return field + dice.of({" < ", " <= "}) + value();
    case 4:
      return field + dice.of({" > ", " >= "}) + value();
    case 5:
      return field + dice.of({" IN (", " NOT IN ("}) + value() + ", " + value() + ")";
    case 6:
      return field + dice.of({" IS NULL", " IS NOT NULL"});
    default:
      return field + dice.of({" LIKE ", " ILIKE ", " NOT LIKE "}) +
             quoted(dice.of({"%a%", "aud%", "Aud%", "%ö%", "_udio", "%", "vi\\_sion", "100%", "%*b?[%", "jarvis%",
                             "JARVIS%", "%-1_", "v1%", "\\%", "hey%", "Gr__e%"}));
  }
}

std::string random_condition(Dice& dice) {
  const std::string day = "'2026-01-06T15:00:";
  switch (dice.below(27)) {
    case 0:
      return "kind" + dice.of({" = ", " != "}) + quoted(dice.of(kKinds));
    case 1:
      return "kind IN ('wake-word', 'encoder')";
    case 2:
      return "type = '" + dice.of({"default", "custom"}) + "'";
    case 3:
      return comparison_of(dice, "namespace", kNamespaces, true);
    case 4:
      return comparison_of(dice, "name", {"jarvis-3", "FRIDAY-7", "test-a-11", "m"}, true);
    case 5:
      return comparison_of(dice, "display_name", {"Hey Jarvis", "Größe M"}, true);
    case 6:
      return comparison_of(dice, "description", kTexts, true);
    case 7:
      return comparison_of(dice, dice.of({"created_by", "licence"}), {"ada", "MIT", "bob"}, true);
    case 8:
      return dice.of({"created_at", "updated_at"}) + dice.of({" >= ", " < "}) + day +
             std::to_string(10 + dice.below(50)) + "Z'";
    case 9:
      return comparison_of(dice, "size", {"0", "7", "14", "21", "7.5", "1kB"}, false);
    case 10:
      return comparison_of(dice, "versions", {"0", "1", "2", "3"}, false);
    case 11:
      return "pinned = " + dice.of({"true", "false"});
    case 12:
      return comparison_of(dice, "alias", kAliases, true);
    case 13:
      return comparison_of(dice, "label", kLabels, true);
    case 14:
      return comparison_of(dice, dice.of({"tag.team", "tag.\"a b\"", "tag.none"}), kTexts, true);
    case 15:
      return comparison_of(dice, dice.of({"metric.f1", "metric.loss", "metric.f1{class=\"dog\"}"}), kNumbers, false);
    case 16:
      return comparison_of(dice, "meta.c", {"audio", "Audio", "true"}, true);
    case 17:
      return comparison_of(dice, dice.of({"meta.a.b", "meta.c"}), {"0.5", "3"}, false);
    case 18:
      return "digest = '" + Digest::of("bytes " + std::to_string(dice.below(12))).to_string() + "'";
    case 19:
      return comparison_of(dice, dice.of({"format", "source", "commit"}), {"onnx", "upload", "abc"}, true);
    case 20:
      return comparison_of(dice, "number", {"1", "2", "3"}, false);
    case 21:
      return dice.of({"status = 'completed'", "status != 'pending'", "trained = true", "trained = false",
                      "status IN ('pending', 'failed')", "status IS NULL"});
    case 22:
      return comparison_of(dice, dice.of({"task", "baseline", "score_key"}), {"ocr", "yolov8n", "mAP"}, true);
    case 23:
      return comparison_of(dice, "score", kNumbers, false);
    case 24:
      return "trained_at" + dice.of({" >= ", " < "}) + day + std::to_string(10 + dice.below(50)) + "Z'";
    case 25:
      return dice.of({"name", "display_name", "description", "tag.team"}) + dice.of({" CONTAINS ", " NOT CONTAINS "}) +
             quoted(dice.of({"arv", "ST-", "Größe", "ö", "_", "%", "jarvis-1", "o"}));
    default:
      return quoted(dice.of({"jarvis", "hey", "ÖSSE", "größe", "te", "J", "st-a", "rvis-1", "%", "100"}));
  }
}

std::string random_filter(Dice& dice, int depth) {
  if (depth == 0 || dice.one_in(3)) return random_condition(dice);
  if (dice.one_in(5)) return "NOT (" + random_filter(dice, depth - 1) + ")";
  const std::string word = dice.one_in(3) ? " OR " : " AND ";
  std::string text = "(" + random_filter(dice, depth - 1) + ")";
  for (std::size_t i = dice.below(3) + 1; i > 0; --i) text += word + "(" + random_filter(dice, depth - 1) + ")";
  return text;
}

// Both ways of finding a page must agree with the oracle, so the limits that choose between them vary.
TEST_P(MetadataStoreContract, FindsWhatAFilterMeansInTheOrderAskedForPageByPage) {
  const int rounds = std::getenv("WEIGH_SOAK") != nullptr ? 5'000 : 120;
  for (const std::int64_t collected : {std::int64_t{0}, std::int64_t{5}, std::int64_t{30'000}}) {
    const auto glances = collected == 0 ? std::vector<std::int64_t>{} : std::vector{collected, 4 * collected};
    reopen_with({.collect_from_index = collected,
                 .collect_with_models = collected,
                 .glances = glances,
                 .collect_texts = collected});
    Dice dice{static_cast<unsigned>(20260106 + collected)};
    std::vector<Facts> all;
    write([&](Transaction& rows) -> Result<> {
      all.clear();
      for (int i = 0; i < 60; ++i) {
        Facts facts = random_facts(dice, i, now_);
        TRY(rows.add_model(facts.model));
        for (const auto& [key, value] : facts.tags) TRY(rows.put_tag(facts.model.id, key, value));
        TRY(grow(rows, dice, facts));
        if (dice.one_in(2)) {
          facts.training = random_training(dice, now_);
          TRY(rows.put_training(facts.model.id, *facts.training));
        }
        facts.model.updated_at = TRY(rows.find_model_by_id(facts.model.id))->updated_at;
        all.push_back(std::move(facts));
      }
      return {};
    });
    const std::vector<std::string> orders{"",
                                          "created_at",
                                          "name",
                                          "-updated_at",
                                          "size, -name",
                                          "metric.f1 DESC",
                                          "metric.loss, kind DESC, name",
                                          "kind, -versions",
                                          "tag.team DESC",
                                          "score DESC, name",
                                          "task, -created_at",
                                          "display_name"};
    for (int i = 0; i < rounds; ++i) {
      const std::string text = random_filter(dice, static_cast<int>(dice.below(3)));
      const std::string order = dice.of(orders);
      const auto filter = parse_filter(text);
      ASSERT_TRUE(filter) << text << ": " << filter.error().message;
      ModelQuery query{.filter = *filter, .order = parse_order(order).take(), .length = 1 + dice.below(40)};
      const auto expected = oracle_list(all, *filter, query.order);
      std::vector<std::string> found;
      do {
        const auto page =
            store_->read_value<Page<ModelRow>>([&](Transaction& rows) { return rows.list_models(query); });
        ASSERT_TRUE(page) << text << " ORDER BY " << order << ": " << page.error().message;
        for (const ModelRow& row : page->items) found.push_back(row.model.id.text);
        if (page->total) {
          EXPECT_EQ(*page->total, expected.size()) << text << " ORDER BY " << order;
        }
        query.cursor = page->next_cursor;
      } while (!query.cursor.empty());
      ASSERT_EQ(found, expected) << text << " ORDER BY " << order << " by " << query.length;
    }
  }
}

}  // namespace
}  // namespace weighhouse::db
