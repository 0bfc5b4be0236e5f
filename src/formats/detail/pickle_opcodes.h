#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weighhouse::formats::detail {

// Every opcode of pickle protocols 0 to 5, by its byte.
enum class Op : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kDup = '2',
  kFloat = 'F',
  kInt = 'I',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kLong = 'L',
  kBinInt2 = 'M',
  kNone = 'N',
  kPersId = 'P',
  kBinPersId = 'Q',
  kReduce = 'R',
  kString = 'S',
  kBinString = 'T',
  kShortBinString = 'U',
  kUnicode = 'V',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kDict = 'd',
  kEmptyDict = '}',
  kAppends = 'e',
  kGet = 'g',
  kBinGet = 'h',
  kInst = 'i',
  kLongBinGet = 'j',
  kList = 'l',
  kEmptyList = ']',
  kObj = 'o',
  kPut = 'p',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kEmptyTuple = ')',
  kSetItems = 'u',
  kBinFloat = 'G',
  kProto = 0x80,
  kNewObj = 0x81,
  kExt1 = 0x82,
  kExt2 = 0x83,
  kExt4 = 0x84,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8A,
  kLong4 = 0x8B,
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kShortBinUnicode = 0x8C,
  kBinUnicode8 = 0x8D,
  kBinBytes8 = 0x8E,
  kEmptySet = 0x8F,
  kAddItems = 0x90,
  kFrozenSet = 0x91,
  kNewObjEx = 0x92,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
  kByteArray8 = 0x96,
  kNextBuffer = 0x97,
  kReadonlyBuffer = 0x98,
};

// What follows the opcode in the stream.
enum class Argument : std::uint8_t {
  kNone,
  kUnsigned1,
  kUnsigned2,
  kUnsigned4,
  kUnsigned8,
  kSigned4,
  kReal8,      // big-endian
  kLine,       // up to a line feed
  kTwoLines,   //
  kCounted1,   // so many bytes, the number before them unsigned
  kCounted4,   //
  kCounted8,   //
  kCounted4s,  // the number signed, and not negative
};

struct Opcode {
  Op op;
  std::string_view name;
  Argument argument;
  bool weights_only;  // PyTorch's loader for weights only knows it
};

// Nothing for a byte that is no opcode.
const Opcode* find_opcode(std::uint8_t byte);

struct Instruction {
  const Opcode* opcode = nullptr;
  std::size_t position = 0;
  std::int64_t number = 0;
  double real = 0;
  std::string_view text{};    // the line, or the counted bytes
  std::string_view second{};  // of two lines
};

enum class Decoded : std::uint8_t { kInstruction, kTruncated, kBroken };

// Takes one instruction from `bytes` at `position` and moves past it. Texts are views into `bytes`.
Decoded decode(std::string_view bytes, std::size_t& position, Instruction& instruction);

}  // namespace weighhouse::formats::detail
