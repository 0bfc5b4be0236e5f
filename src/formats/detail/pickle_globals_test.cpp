#include "formats/detail/pickle_globals.h"

#include <gtest/gtest.h>

namespace weighhouse::formats::detail {
namespace {

Trust trust(std::string_view module, std::string_view name) { return trust_of(module, name, PickleDialect::kPython); }

TEST(PickleGlobals, OfWeightsAreListed) {
  for (const auto& [module, name] :
       std::initializer_list<std::pair<const char*, const char*>>{{"collections", "OrderedDict"},
                                                                  {"torch._utils", "_rebuild_tensor_v2"},
                                                                  {"torch", "FloatStorage"},
                                                                  {"torch.cuda", "HalfStorage"},
                                                                  {"torch", "bfloat16"},
                                                                  {"torch", "Size"},
                                                                  {"torch.storage", "UntypedStorage"},
                                                                  {"__builtin__", "set"},
                                                                  {"_codecs", "encode"}}) {
    EXPECT_EQ(trust(module, name), Trust::kListed) << module << "." << name;
  }
}

TEST(PickleGlobals, ThatOnlyResembleListedOnesAreForeign) {
  for (const auto& [module, name] :
       std::initializer_list<std::pair<const char*, const char*>>{{"collections", "OrderedDict.__reduce__"},
                                                                  {"collections.abc", "OrderedDict"},
                                                                  {"torch", "EvilStorage"},
                                                                  {"torch.evil", "FloatStorage"},
                                                                  {"torch", "load"},
                                                                  {"builtins", "eval"},
                                                                  {"builtins", "getattr"},
                                                                  {"Torch", "Size"},
                                                                  {"torch ", "Size"},
                                                                  {"", ""},
                                                                  {"torch.serialization", "os.system"},
                                                                  {"__torch__.net", "Net"},
                                                                  {"torch.jit._pickle", "build_intlist"}}) {
    EXPECT_EQ(trust(module, name), Trust::kForeign) << module << "." << name;
  }
}

TEST(PickleGlobals, OfTorchscriptAreListedOnlyThere) {
  EXPECT_EQ(trust_of("__torch__.net", "Net", PickleDialect::kTorchscript), Trust::kListed);
  EXPECT_EQ(trust_of("__torch__", "Net", PickleDialect::kTorchscript), Trust::kListed);
  EXPECT_EQ(trust_of("__torch__x", "Net", PickleDialect::kTorchscript), Trust::kForeign);
  EXPECT_EQ(trust_of("os", "system", PickleDialect::kTorchscript), Trust::kForeign);
}

TEST(PickleGlobals, SayWhatWouldHappen) {
  const auto words = [](std::string module, std::string name) {
    return consequence({.module = std::move(module), .name = std::move(name), .count = 1, .called = 1});
  };
  EXPECT_EQ(words("os", "system"), "It would run a command when loaded.");
  EXPECT_EQ(words("os", "execvp"), "It would run a command when loaded.");
  EXPECT_EQ(words("os", "unlink"), "It would read, change or delete files when loaded.");
  EXPECT_EQ(words("__builtin__", "eval"), "It would run Python code of the file's choice when loaded.");
  EXPECT_EQ(words("asyncio.unix_events", "_UnixSubprocessTransport._start"), "It would run a command when loaded.");
  EXPECT_EQ(words("urllib.request", "urlopen"), "It would use the network when loaded.");
  EXPECT_EQ(words("sklearn.svm", "SVC"), "Loading imports it and runs it.");
  EXPECT_EQ(consequence({.module = "sklearn", .name = "SVC", .count = 1}),
            "Loading imports it, and so runs its module's code.");
}

}  // namespace
}  // namespace weighhouse::formats::detail
