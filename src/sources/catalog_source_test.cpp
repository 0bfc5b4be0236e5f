#include "sources/catalog_source.h"

#include <gtest/gtest.h>
#include <map>
#include <unistd.h>

#include "base/file.h"
#include "sources/caches.h"

namespace weighhouse::sources {
namespace {

// The models of the catalog that comes with the program, and a machine on which other programs keep some of them. No
// address of it is ever asked here: a file is either on this machine, or its address says where it would come from.
class CatalogSourceTest : public testing::Test {
 protected:
  void keep(const std::string& path, const std::string& bytes) {
    const auto place = at(path);
    ASSERT_TRUE(make_directories(place.substr(0, place.rfind('/'))));
    ASSERT_TRUE(replace_file(place, bytes));
  }
  std::string at(const std::string& path) const { return join_path(folder.path(), path); }
  services::Variable variable() {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
  }
  CatalogSource source() {
    return CatalogSource{assortment, std::make_unique<Web>(WebOptions{}),
                         std::make_unique<Hub>(std::make_unique<NobodyAnswers>(), "http://hub"), variable()};
  }
  // Paths and bytes of what is taken from this machine; an address stands for what would be fetched.
  std::map<std::string, std::string> bring(const std::string& model) {
    auto remote = source();
    const auto described = remote.describe(model, "");
    EXPECT_TRUE(described) << described.error().message;
    std::map<std::string, std::string> found;
    for (const auto& file : described.value().files) {
      const bool is_far = file.address.starts_with("http");
      auto bytes = is_far ? RemoteBytes{} : remote.open(file, {}, {}).take();
      EXPECT_EQ(bytes.is_near, !is_far);
      found[file.path.text()] = is_far ? file.address : read_all(*bytes.body, 1U << 20U).take();
    }
    return found;
  }
  void use_catalog(const std::string& models) { ASSERT_TRUE(replace_file(at("catalog.json"), models)); }

  using RemoteBytes = services::RemoteBytes;
  class NobodyAnswers final : public Reader {
   public:
    Result<RemoteBytes> open(const std::string&, ByteRange, std::string_view) override {
      return fail(ErrorCode::kUnavailable, "Nobody answers.");
    }
  };

  TemporaryDirectory folder = TemporaryDirectory::create().take();
  std::map<std::string, std::string> variables{{"HOME", at("home")}, {"SITE_PACKAGES", at("none")}};
  services::Assortment assortment{built_in_catalog(), at("catalog.json")};
  using Files = std::map<std::string, std::string>;
};

TEST_F(CatalogSourceTest, NamesTheAddressOfWhatNobodyKeeps) {
  EXPECT_EQ(bring("spacy/en_core_web_sm").begin()->second.substr(0, 19), "https://github.com/");
  EXPECT_EQ(bring("whisper/base").begin()->first, "base.pt");
}

TEST_F(CatalogSourceTest, TakesWhisperFromItsCacheWhereverThatIs) {
  const auto digest = Digest::of("speech").hex();
  const std::string caches =
      R"("caches":["$WHISPER_CACHE_DIR/base.pt","$XDG_CACHE_HOME/whisper/base.pt","~/.cache/whisper/base.pt"])";
  use_catalog(
      R"({"models":[{"id":"whisper/base","files":[{"path":"base.pt","address":"http://far/base.pt","sha256":")" +
      digest + "\"," + caches + "}]}]}");
  keep("home/.cache/whisper/base.pt", "speech");
  EXPECT_EQ(bring("whisper/base"), (Files{{"base.pt", "speech"}}));
  keep("elsewhere/base.pt", "half of the spee");
  variables["WHISPER_CACHE_DIR"] = at("elsewhere");
  EXPECT_EQ(bring("whisper/base"), (Files{{"base.pt", "speech"}})) << "what is not the file is passed over";
  ASSERT_TRUE(remove_file(at("home/.cache/whisper/base.pt")));
  EXPECT_EQ(bring("whisper/base"), (Files{{"base.pt", "http://far/base.pt"}}));
}

TEST_F(CatalogSourceTest, KnowsThePlacesOfWhisperForEveryModelThatComesWithTheProgram) {
  const auto entries = assortment.list().value();
  for (const auto& entry : entries) {
    if (!entry.id.starts_with("whisper/")) continue;
    ASSERT_EQ(entry.files.size(), 1U);
    EXPECT_TRUE(entry.files[0].digest) << entry.id;
    const auto& path = entry.files[0].path.text();
    EXPECT_EQ(entry.files[0].caches,
              (std::vector<std::string>{"$WHISPER_CACHE_DIR/" + path, "$XDG_CACHE_HOME/whisper/" + path,
                                        "~/.cache/whisper/" + path}));
  }
}

TEST_F(CatalogSourceTest, TakesAVoiceFromTheFolderThatCoquiKeepsItIn) {
  for (const std::string place : {"home/.cache/TTS", "home/.local/share/tts", "own/tts"}) {
    if (place == "own/tts") variables["TTS_HOME"] = at("own");
    const auto voice = place + "/tts_models--en--ljspeech--vits";
    keep(voice + "/model_file.pth", "voice in " + place);
    EXPECT_EQ(bring("tts/vits").count("vits.zip"), 1U) << "without its config.json it is not whole";
    keep(voice + "/config.json", "{}");
    EXPECT_EQ(bring("tts/vits"), (Files{{"config.json", "{}"}, {"model_file.pth", "voice in " + place}}));
    ASSERT_TRUE(remove_tree(at(voice)));
  }
}

TEST_F(CatalogSourceTest, TakesAModelOfSpacyFromPythonsPackages) {
  const std::string package = "venv/lib/python3.11/site-packages/en_core_web_sm/";
  keep(package + "__init__.py", "");
  for (const std::string version : {"3.9.0", "3.10.0"}) {
    keep(package + "en_core_web_sm-" + version + "/config.cfg", version);
    keep(package + "en_core_web_sm-" + version + "/meta.json", "{}");
  }
  keep(package + "en_core_web_sm-3.10.0/ner/model", "weights");
  keep(package + "en_core_web_sm-3.10.0/__pycache__/x.pyc", "made by Python");
  keep(package + "en_core_web_sm-3.11.0/meta.json", "not whole");
  const Files newest{{"config.cfg", "3.10.0"}, {"meta.json", "{}"}, {"ner/model", "weights"}};
  variables["SITE_PACKAGES"] = at("venv/lib/python3.11/site-packages");
  EXPECT_EQ(bring("spacy/en_core_web_sm"), newest);
  variables.erase("SITE_PACKAGES");
  variables["VIRTUAL_ENV"] = at("venv");
  EXPECT_EQ(bring("spacy/en_core_web_sm"), newest);
}

TEST_F(CatalogSourceTest, AsksTheVariablesFirstWherePythonKeepsItsPackages) {
  variables["SITE_PACKAGES"] = at("mine");
  variables["VIRTUAL_ENV"] = at("venv");
  keep("mine/one/file", "");
  keep("venv/lib/python3.9/site-packages/one/file", "");
  EXPECT_EQ(list_places("$SITE_PACKAGES/one", variable()), std::vector<std::string>{at("mine/one")});
  variables.erase("SITE_PACKAGES");
  EXPECT_EQ(list_places("$SITE_PACKAGES/one", variable()),
            std::vector<std::string>{at("venv/lib/python3.9/site-packages/one")});
  EXPECT_TRUE(list_places("$SITE_PACKAGES/two", variable()).empty());
  EXPECT_TRUE(list_places("$NO_SUCH_THING/one", variable()).empty());
}

TEST_F(CatalogSourceTest, GoesWithoutTheHubWhenItsCacheHoldsTheModel) {
  const std::string model = "hub/models--Systran--faster-whisper-tiny/";
  variables["HF_HUB_CACHE"] = at("hub");
  keep(model + "refs/main", "abc");
  keep(model + "blobs/1", "weights");
  ASSERT_TRUE(make_directories(at(model + "snapshots/abc")));
  ASSERT_EQ(::symlink("../../blobs/1", at(model + "snapshots/abc/model.bin").c_str()), 0);
  EXPECT_EQ(bring("faster_whisper/tiny"), (Files{{"model.bin", "weights"}}));
}

}  // namespace
}  // namespace weighhouse::sources
