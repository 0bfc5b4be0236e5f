#include "formats/detail/pickle_opcodes.h"

#include <array>
#include <bit>

#include "formats/detail/little_endian.h"

namespace weighhouse::formats::detail {

namespace {

constexpr bool kYes = true;  // known to the loader for weights only
constexpr bool kNo = false;

constexpr std::array kOpcodes{
    Opcode{Op::kMark, "MARK", Argument::kNone, kYes},
    Opcode{Op::kStop, "STOP", Argument::kNone, kYes},
    Opcode{Op::kPop, "POP", Argument::kNone, kNo},
    Opcode{Op::kPopMark, "POP_MARK", Argument::kNone, kNo},
    Opcode{Op::kDup, "DUP", Argument::kNone, kNo},
    Opcode{Op::kFloat, "FLOAT", Argument::kLine, kNo},
    Opcode{Op::kInt, "INT", Argument::kLine, kNo},
    Opcode{Op::kBinInt, "BININT", Argument::kSigned4, kYes},
    Opcode{Op::kBinInt1, "BININT1", Argument::kUnsigned1, kYes},
    Opcode{Op::kLong, "LONG", Argument::kLine, kNo},
    Opcode{Op::kBinInt2, "BININT2", Argument::kUnsigned2, kYes},
    Opcode{Op::kNone, "NONE", Argument::kNone, kYes},
    Opcode{Op::kPersId, "PERSID", Argument::kLine, kNo},
    Opcode{Op::kBinPersId, "BINPERSID", Argument::kNone, kYes},
    Opcode{Op::kReduce, "REDUCE", Argument::kNone, kYes},
    Opcode{Op::kString, "STRING", Argument::kLine, kNo},
    Opcode{Op::kBinString, "BINSTRING", Argument::kCounted4s, kNo},
    Opcode{Op::kShortBinString, "SHORT_BINSTRING", Argument::kCounted1, kYes},
    Opcode{Op::kUnicode, "UNICODE", Argument::kLine, kNo},
    Opcode{Op::kBinUnicode, "BINUNICODE", Argument::kCounted4, kYes},
    Opcode{Op::kAppend, "APPEND", Argument::kNone, kYes},
    Opcode{Op::kBuild, "BUILD", Argument::kNone, kYes},
    Opcode{Op::kGlobal, "GLOBAL", Argument::kTwoLines, kYes},
    Opcode{Op::kDict, "DICT", Argument::kNone, kNo},
    Opcode{Op::kEmptyDict, "EMPTY_DICT", Argument::kNone, kYes},
    Opcode{Op::kAppends, "APPENDS", Argument::kNone, kYes},
    Opcode{Op::kGet, "GET", Argument::kLine, kNo},
    Opcode{Op::kBinGet, "BINGET", Argument::kUnsigned1, kYes},
    Opcode{Op::kInst, "INST", Argument::kTwoLines, kNo},
    Opcode{Op::kLongBinGet, "LONG_BINGET", Argument::kUnsigned4, kYes},
    Opcode{Op::kList, "LIST", Argument::kNone, kNo},
    Opcode{Op::kEmptyList, "EMPTY_LIST", Argument::kNone, kYes},
    Opcode{Op::kObj, "OBJ", Argument::kNone, kNo},
    Opcode{Op::kPut, "PUT", Argument::kLine, kNo},
    Opcode{Op::kBinPut, "BINPUT", Argument::kUnsigned1, kYes},
    Opcode{Op::kLongBinPut, "LONG_BINPUT", Argument::kUnsigned4, kYes},
    Opcode{Op::kSetItem, "SETITEM", Argument::kNone, kYes},
    Opcode{Op::kTuple, "TUPLE", Argument::kNone, kYes},
    Opcode{Op::kEmptyTuple, "EMPTY_TUPLE", Argument::kNone, kYes},
    Opcode{Op::kSetItems, "SETITEMS", Argument::kNone, kYes},
    Opcode{Op::kBinFloat, "BINFLOAT", Argument::kReal8, kYes},
    Opcode{Op::kProto, "PROTO", Argument::kUnsigned1, kYes},
    Opcode{Op::kNewObj, "NEWOBJ", Argument::kNone, kYes},
    Opcode{Op::kExt1, "EXT1", Argument::kUnsigned1, kNo},
    Opcode{Op::kExt2, "EXT2", Argument::kUnsigned2, kNo},
    Opcode{Op::kExt4, "EXT4", Argument::kSigned4, kNo},
    Opcode{Op::kTuple1, "TUPLE1", Argument::kNone, kYes},
    Opcode{Op::kTuple2, "TUPLE2", Argument::kNone, kYes},
    Opcode{Op::kTuple3, "TUPLE3", Argument::kNone, kYes},
    Opcode{Op::kNewTrue, "NEWTRUE", Argument::kNone, kYes},
    Opcode{Op::kNewFalse, "NEWFALSE", Argument::kNone, kYes},
    Opcode{Op::kLong1, "LONG1", Argument::kCounted1, kYes},
    Opcode{Op::kLong4, "LONG4", Argument::kCounted4s, kNo},
    Opcode{Op::kBinBytes, "BINBYTES", Argument::kCounted4, kNo},
    Opcode{Op::kShortBinBytes, "SHORT_BINBYTES", Argument::kCounted1, kNo},
    Opcode{Op::kShortBinUnicode, "SHORT_BINUNICODE", Argument::kCounted1, kNo},
    Opcode{Op::kBinUnicode8, "BINUNICODE8", Argument::kCounted8, kNo},
    Opcode{Op::kBinBytes8, "BINBYTES8", Argument::kCounted8, kNo},
    Opcode{Op::kEmptySet, "EMPTY_SET", Argument::kNone, kYes},
    Opcode{Op::kAddItems, "ADDITEMS", Argument::kNone, kNo},
    Opcode{Op::kFrozenSet, "FROZENSET", Argument::kNone, kNo},
    Opcode{Op::kNewObjEx, "NEWOBJ_EX", Argument::kNone, kNo},
    Opcode{Op::kStackGlobal, "STACK_GLOBAL", Argument::kNone, kNo},
    Opcode{Op::kMemoize, "MEMOIZE", Argument::kNone, kNo},
    Opcode{Op::kFrame, "FRAME", Argument::kUnsigned8, kNo},
    Opcode{Op::kByteArray8, "BYTEARRAY8", Argument::kCounted8, kNo},
    Opcode{Op::kNextBuffer, "NEXT_BUFFER", Argument::kNone, kNo},
    Opcode{Op::kReadonlyBuffer, "READONLY_BUFFER", Argument::kNone, kNo},
};

constexpr auto kByByte = [] {
  std::array<const Opcode*, 256> table{};
  for (const auto& opcode : kOpcodes) table[static_cast<std::uint8_t>(opcode.op)] = &opcode;
  return table;
}();

template <class Number>
bool take_number(std::string_view& rest, std::uint64_t& value) {
  if (rest.size() < sizeof(Number)) return false;
  if constexpr (sizeof(Number) == 1) {
    value = static_cast<std::uint8_t>(rest.front());
  } else {
    value = load_little_endian<Number>(rest);
  }
  rest.remove_prefix(sizeof(Number));
  return true;
}

bool take_line(std::string_view& rest, std::string_view& line) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return false;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

bool take_bytes(std::string_view& rest, std::uint64_t count, std::string_view& bytes) {
  if (count > rest.size()) return false;
  bytes = rest.substr(0, count);
  rest.remove_prefix(count);
  return true;
}

// Whether the argument is there in full; `broken` when it can never be.
bool take_argument(Argument argument, std::string_view& rest, Instruction& into, bool& broken) {
  std::uint64_t number = 0;
  bool whole = true;
  switch (argument) {
    case Argument::kNone:
      break;
    case Argument::kUnsigned1:
      whole = take_number<std::uint8_t>(rest, number);
      break;
    case Argument::kUnsigned2:
      whole = take_number<std::uint16_t>(rest, number);
      break;
    case Argument::kUnsigned4:
      whole = take_number<std::uint32_t>(rest, number);
      break;
    case Argument::kUnsigned8:
      whole = take_number<std::uint64_t>(rest, number);
      break;
    case Argument::kSigned4:
      whole = take_number<std::uint32_t>(rest, number);
      into.number = static_cast<std::int32_t>(static_cast<std::uint32_t>(number));
      return whole;
    case Argument::kReal8:
      whole = take_number<std::uint64_t>(rest, number);
      into.real = std::bit_cast<double>(__builtin_bswap64(number));
      return whole;
    case Argument::kLine:
      return take_line(rest, into.text);
    case Argument::kTwoLines:
      return take_line(rest, into.text) && take_line(rest, into.second);
    case Argument::kCounted1:
      return take_number<std::uint8_t>(rest, number) && take_bytes(rest, number, into.text);
    case Argument::kCounted4:
      return take_number<std::uint32_t>(rest, number) && take_bytes(rest, number, into.text);
    case Argument::kCounted4s:
      if (!take_number<std::uint32_t>(rest, number)) return false;
      broken = number > 0x7FFFFFFF;
      return !broken && take_bytes(rest, number, into.text);
    case Argument::kCounted8:
      if (!take_number<std::uint64_t>(rest, number)) return false;
      broken = number > 0x7FFFFFFFFFFFFFFF;
      return !broken && take_bytes(rest, number, into.text);
  }
  into.number = static_cast<std::int64_t>(number);
  return whole;
}

}  // namespace

const Opcode* find_opcode(std::uint8_t byte) { return kByByte[byte]; }

Decoded decode(std::string_view bytes, std::size_t& position, Instruction& instruction) {
  if (position >= bytes.size()) return Decoded::kTruncated;
  instruction = {};
  instruction.position = position;
  instruction.opcode = find_opcode(static_cast<std::uint8_t>(bytes[position]));
  if (instruction.opcode == nullptr) return Decoded::kBroken;
  std::string_view rest = bytes.substr(position + 1);
  bool broken = false;
  if (!take_argument(instruction.opcode->argument, rest, instruction, broken)) {
    return broken ? Decoded::kBroken : Decoded::kTruncated;
  }
  position = bytes.size() - rest.size();
  return Decoded::kInstruction;
}

}  // namespace weighhouse::formats::detail
