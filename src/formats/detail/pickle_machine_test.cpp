#include "formats/detail/pickle_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

#include "formats/detail/pickle_opcodes.h"
#include "formats/testing/pickle_writer.h"

namespace weighhouse::formats::detail {
namespace {

using testing::little_endian;
using testing::PickleWriter;

struct Run {
  std::string bytes;
  PickleEvents events{};
  Pickle pickle{};

  const Value& result() const { return pickle.values[pickle.result]; }
  std::vector<std::string> globals() const {
    std::vector<std::string> out;
    for (const auto& global : events.globals)
      out.push_back(global.module + "." + global.name + " " + std::to_string(global.called));
    return out;
  }
};

std::unique_ptr<Run> run(std::string bytes, const PickleLimits& limits = {}) {
  auto out = std::make_unique<Run>(Run{.bytes = std::move(bytes)});
  out->pickle = run_pickle(out->bytes, out->events, limits);
  return out;
}

// Every way in which a pickle can have something called: each must name the function and count the call.
struct Attack {
  const char* name;
  std::string bytes;
};
void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

class PickleAttacks : public ::testing::TestWithParam<Attack> {};

TEST_P(PickleAttacks, AreSeen) { EXPECT_THAT(run(GetParam().bytes)->globals(), ::testing::Contains("os.system 1")); }

INSTANTIATE_TEST_SUITE_P(
    PickleMachine, PickleAttacks,
    ::testing::Values(Attack{"Reduce", "cos\nsystem\n(S'x'\ntR."},  //
                      Attack{"Inst", "(S'x'\nios\nsystem\n."},      //
                      Attack{"Obj", "(cos\nsystem\nS'x'\no."},      //
                      Attack{"NewObj",
                             "\x80\x02"
                             "cos\nsystem\n(S'x'\nt\x81."},  //
                      Attack{"NewObjEx",
                             "\x80\x04"
                             "cos\nsystem\n)}\x92."},                                                              //
                      Attack{"StackGlobal", "\x80\x04\x8C\x02os\x8C\x06system\x93)R."},                            //
                      Attack{"StackGlobalFromEscapes", "S'\\x6fs'\nV\\u0073ystem\n\x93)R."},                       //
                      Attack{"StackGlobalFromBytesStrings", std::string{"T\2\0\0\0os", 7} + "U\6system\x93)R."},   //
                      Attack{"ThroughTheMemo", "cos\nsystem\np0\n0g0\n)R."},                                       //
                      Attack{"ThroughDup", "cos\nsystem\n2)R."},                                                   //
                      Attack{"PoppedAfterwards", "cos\nsystem\n)R0N."},                                            //
                      Attack{"PoppedWithItsMark", "(cos\nsystem\n)R1N."},                                          //
                      Attack{"FollowedByGarbage", "cos\nsystem\n)R\xFF\xFF\xFF"},                                  //
                      Attack{"WithoutStop", "cos\nsystem\n)R"},                                                    //
                      Attack{"Build", "cos\nsystem\n}b."},                                                         //
                      Attack{"SetItem", "cos\nsystem\nS'a'\nS'b'\ns."},                                            //
                      Attack{"Append", "cos\nsystem\nS'a'\na."},                                                   //
                      Attack{"NestedInArguments", "cbuiltins\nset\n(cos\nsystem\n)RtR."},                          //
                      Attack{"InAFrame", std::string{"\x80\x04\x95\x0E\0\0\0\0\0\0\0", 11} + "cos\nsystem\n)R."},  //
                      Attack{"ClassOfItsOwnSource", "((S'module'\ncos\nsystem\nS'f'\nS'source'\ntQ)\x81."}),
    [](const auto& attack) { return attack.param.name; });

TEST(PickleMachine, NotesThatTheResultOfACallIsCalled) {
  EXPECT_EQ(run("cbuiltins\ngetattr\n)R)R.")->events.computed_calls, 1U);
}

TEST(PickleMachine, NotesAnImportByAComputedName) {
  EXPECT_EQ(run("\x80\x04"
                "cbuiltins\nstr\n)R\x8C\x06system\x93)R.")
                ->events.computed_names,
            1U);
}

TEST(PickleMachine, NotesExtensionsPersistentIdsAndOutsideBuffers) {
  const auto seen = run("\x80\x05\x82\x01\x83\x01\x02\x84\x01\x02\x03\x04P17\n\x97\x98.");
  EXPECT_EQ(seen->events.extensions, 3U);
  EXPECT_EQ(seen->events.persistent_ids, 1U);
  EXPECT_EQ(seen->events.outside_buffers, 1U);
}

TEST(PickleMachine, NotesStateSetOnSomethingThatTheStreamDidNotMake) {
  EXPECT_EQ(run("P1\n}b.")->events.foreign_changes, 1U);
}

TEST(PickleMachine, KeepsTheTextThatAFunctionIsCalledWith) {
  EXPECT_EQ(run("cos\nsystem\n(S'rm -r /'\ntR.")->events.globals[0].first_text, "rm -r /");
}

TEST(PickleMachine, ReadsEveryKindOfNumber) {
  const auto number = [](const std::string& bytes) { return run(bytes + ".")->result().number; };
  EXPECT_EQ(number("I42\n"), 42);
  EXPECT_EQ(number("I-7\n"), -7);
  EXPECT_EQ(number("L42L\n"), 42);
  EXPECT_EQ(number("J\xFE\xFF\xFF\xFF"), -2);
  EXPECT_EQ(number("K\xFE"), 254);
  EXPECT_EQ(number("M\x01\x02"), 0x201);
  EXPECT_EQ(number(std::string{"\x8A\0", 2}), 0);
  EXPECT_EQ(number("\x8A\x01\xFF"), -1);
  EXPECT_EQ(number(std::string{"\x8A\x02\xFF\0", 4}), 255);
  EXPECT_EQ(number(std::string{"\x8B\x02\0\0\0\xFF\0", 7}), 255);
  EXPECT_DOUBLE_EQ(run("F1.5\n.")->result().real, 1.5);
  EXPECT_DOUBLE_EQ(run(std::string{"G\x3F\xF8\0\0\0\0\0\0.", 10})->result().real, 1.5);
  EXPECT_EQ(run("I01\n.")->result().kind, ValueKind::kBool);
  EXPECT_EQ(run("I123456789012345678901234567890\n.")->result().kind, ValueKind::kLargeInt);
}

TEST(PickleMachine, ReadsEveryKindOfTextAndBytes) {
  const auto text = [](const std::string& bytes) { return std::string{run(bytes + ".")->result().text}; };
  EXPECT_EQ(text("S'it\\'s\\x21\\n\\101'\n"), "it's!\nA");
  EXPECT_EQ(text("S\"q\"\n"), "q");
  EXPECT_EQ(text("V\\u00e9\\U0001F600\xE9\n"), "\xC3\xA9\xF0\x9F\x98\x80\xC3\xA9");
  EXPECT_EQ(text(std::string{"X\2\0\0\0hi", 7}), "hi");
  EXPECT_EQ(text("\x8C\2hi"), "hi");
  EXPECT_EQ(text(std::string{"\x8D\2\0\0\0\0\0\0\0hi", 11}), "hi");
  EXPECT_EQ(text(std::string{"B\2\0\0\0hi", 7}), "hi");
  EXPECT_EQ(text("C\2hi"), "hi");
  EXPECT_EQ(text(std::string{"\x8E\2\0\0\0\0\0\0\0hi", 11}), "hi");
  EXPECT_EQ(text(std::string{"\x96\2\0\0\0\0\0\0\0hi", 11}), "hi");
}

TEST(PickleMachine, FillsContainersInEveryWay) {
  const auto items = [](const std::string& bytes) {
    const auto seen = run(bytes + ".");
    EXPECT_EQ(seen->pickle.end, PickleEnd::kStopped) << seen->pickle.complaint;
    return seen->pickle.values.items(seen->pickle.result).size();
  };
  EXPECT_EQ(items("(K\1K\2t"), 2U);
  EXPECT_EQ(items("K\1\x85"), 1U);
  EXPECT_EQ(items("K\1K\2\x86"), 2U);
  EXPECT_EQ(items("K\1K\2K\3\x87"), 3U);
  EXPECT_EQ(items("(K\1l"), 1U);
  EXPECT_EQ(items("]K\1a(K\2K\3e"), 3U);
  EXPECT_EQ(items("(K\1K\2d"), 2U);
  EXPECT_EQ(items("}K\1K\2s(K\3K\4u"), 4U);
  EXPECT_EQ(items("\x8F(K\1K\2\x90"), 2U);
  EXPECT_EQ(items("(K\1\x91"), 1U);
}

TEST(PickleMachine, FollowsCyclesThroughTheMemo) {
  const auto cycle = run(std::string{"\x80\x04]\x94h\0a.", 8});
  ASSERT_EQ(cycle->pickle.end, PickleEnd::kStopped);
  EXPECT_EQ(cycle->pickle.values.items(cycle->pickle.result)[0], cycle->pickle.result);
}

class BrokenPickles : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokenPickles, EndWithAComplaint) {
  const auto seen = run(GetParam());
  EXPECT_EQ(seen->pickle.end, PickleEnd::kBroken);
  EXPECT_FALSE(seen->pickle.complaint.empty());
}

INSTANTIATE_TEST_SUITE_P(PickleMachine, BrokenPickles,
                         ::testing::Values(".", "R.", "0", "1", "2", "t", "a", "K\1a.", "K\1K\2s.", "}K\1a.",
                                           "]K\1K\2K\3u", "h\5.", "g-1\n.", "gx\n.", "p\n", "\x80\x06.", "\xFF", "(.",
                                           "(K\1a", "Fx\n.", "S'a\n.", "Vx\\u12\n.",
                                           std::string{"T\xFF\xFF\xFF\xFF.", 6}, "(o.", "b.", "Q", "\x93", "\x94",
                                           "}(K\1u.", "(K\1d."));

TEST(PickleMachine, EndsAtEachLimit) {
  const auto end = [](const std::string& bytes, const PickleLimits& limits) { return run(bytes, limits)->pickle.end; };
  EXPECT_EQ(end("NNNNN.", {.opcodes = 3}), PickleEnd::kTooLarge);
  EXPECT_EQ(end("]]]]].", {.values = 4}), PickleEnd::kTooLarge);
  EXPECT_EQ(end("NNNNN.", {.stack = 3}), PickleEnd::kTooLarge);
  EXPECT_EQ(end("Nr\xFF\xFF\xFF\x7F.", {}), PickleEnd::kTooLarge);
  EXPECT_EQ(end("((((.", {.marks = 3}), PickleEnd::kTooLarge);
  EXPECT_EQ(end("U\5hello.", {.text_bytes = 4}), PickleEnd::kTooLarge);
}

TEST(PickleMachine, SaysWhereTheBytesEnd) {
  const std::string whole = PickleWriter{}.global("a", "b").text("text").number(5).raw("\x86R").stop();
  for (std::size_t length = 1; length < whole.size(); ++length) {
    EXPECT_EQ(run(whole.substr(0, length))->pickle.end, PickleEnd::kTruncated) << length;
  }
  EXPECT_EQ(run(whole)->pickle.position, whole.size());
}

TEST(PickleMachine, DoesNotAllocateForALengthThatIsNotThere) {
  EXPECT_EQ(run("\x8E" + little_endian(std::uint64_t{1} << 62U, 8))->pickle.end, PickleEnd::kTruncated);
}

TEST(PickleOpcodes, AreTheSixtyEightOfProtocolsZeroToFive) {
  std::size_t count = 0;
  for (int byte = 0; byte < 256; ++byte) count += find_opcode(static_cast<std::uint8_t>(byte)) != nullptr ? 1 : 0;
  EXPECT_EQ(count, 68U);
}

TEST(PickleMachine, FollowsEveryOpcodeThatItKnows) {
  for (int byte = 0; byte < 256; ++byte) {
    if (find_opcode(static_cast<std::uint8_t>(byte)) == nullptr) continue;
    const auto seen = run("(((((" + std::string(1, static_cast<char>(byte)) + std::string(16, '\0') + "\n\n");
    EXPECT_THAT(seen->pickle.complaint, ::testing::Not(::testing::HasSubstr("not followed"))) << byte;
  }
}

}  // namespace
}  // namespace weighhouse::formats::detail
