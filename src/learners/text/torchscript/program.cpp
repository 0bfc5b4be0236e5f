#include "learners/text/torchscript/program.h"

#include <array>
#include <cstdint>
#include <utility>

#include "features/folding_tables.h"
#include "features/ngrams.h"
#include "features/words.h"

namespace weighhouse::learners::torchscript {
namespace {

// Texts are bytes here, and all numbers have 64 bits and a sign: where features/ngrams.h shifts an unsigned number,
// this shifts and takes off what the sign filled in. A list that a loop has filled is emptied, and no variable is given
// a new empty one there: the optimiser makes one constant of those, which then keeps what was put in.
constexpr std::string_view kProgram = R"python(class TextClassifier(Module):
  __parameters__ = []
  __buffers__ = ["ngram_names", "ngram_weights", "head_weight", "head_bias", ]
  ngram_names : Tensor
  ngram_weights : Tensor
  head_weight : Tensor
  head_bias : Tensor
  training : bool
  unseen_weight : float
  sharpness : float
  doubt : float
  label_names : List[str]
  record : str
  kinds : str
  kind_pages : List[int]
  foldings : Dict[int, int]
  long_foldings : Dict[int, List[int]]
  mark_classes : Dict[int, int]
  compositions : Dict[int, int]

  # The likeliest label of each text, and the scores of all labels, a row for each text, in the order of labels().
  def forward(self: __torch__.TextClassifier,
    texts: List[str]) -> Tuple[List[str], Tensor]:
    scores = (self).scores(texts, )
    best = torch.argmax(scores, 1)
    likeliest = annotate(List[str], [])
    for i in range(len(texts)):
      likeliest.append(self.label_names[int(best[i])])
    return (likeliest, scores)

  def labels(self: __torch__.TextClassifier) -> List[str]:
    return self.label_names

  def scores(self: __torch__.TextClassifier,
    texts: List[str]) -> Tensor:
    rows = annotate(List[Tensor], [])
    for text in texts:
      rows.append((self)._logits(text, ))
    count = len(self.label_names)
    if len(rows) == 0:
      return torch.zeros([0, count])
    shares = torch.softmax(torch.mul(torch.stack(rows), self.sharpness), 1)
    return torch.add(torch.mul(shares, 1.0 - self.doubt), self.doubt / float(count))

  def _logits(self: __torch__.TextClassifier,
    text: str) -> Tensor:
    logits = self.head_bias
    words = (self)._words(text, )
    if len(words) > 0 and len(self.ngram_names) > 0:
      logits = torch.add(logits, (self)._share((self)._word_names(words, ), ))
      logits = torch.add(logits, (self)._share((self)._run_names(words, ), ))
    return logits

  # What n-grams add to the labels' logits: a vector of length one at most, times the weights.
  def _share(self: __torch__.TextClassifier,
    names: List[int]) -> Tensor:
    found, _0, counts = torch._unique2(torch.tensor(names), True, False, True)
    places = torch.clamp(torch.searchsorted(self.ngram_names, found), 0, len(self.ngram_names) - 1)
    unseen = torch.ne(torch.index_select(self.ngram_names, 0, places), found)
    rarity = torch.masked_fill(torch.index_select(self.ngram_weights, 0, places), unseen, self.unseen_weight)
    values = torch.mul(torch.add(torch.log(torch.type_as(counts, rarity)), 1.0), rarity)
    values = torch.mul(values, torch.rsqrt(torch.sum(torch.mul(values, values))))
    values = torch.masked_fill(values, unseen, 0.0)
    return torch.matmul(values, torch.index_select(self.head_weight, 0, places))

  def _mixed(self: __torch__.TextClassifier,
    name: int,
    next: int) -> int:
    mixed = (name ^ next) * MIXER
    return mixed ^ ((mixed >> 29) & 34359738367)

  # Words, and pairs of neighbours; the text begins and ends with an empty word.
  def _word_names(self: __torch__.TextClassifier,
    words: List[List[int]]) -> List[int]:
    names = annotate(List[int], [])
    before = 0
    for word in words:
      name = WORD_SEED
      for c in word:
        name = (self)._mixed(name, c, )
      names.append(name)
      names.append((self)._mixed((self)._mixed(PAIR_SEED, before, ), name, ))
      before = name
    names.append((self)._mixed((self)._mixed(PAIR_SEED, before, ), 0, ))
    return names

  # Runs of 2 to 5 code points inside a word, with a space on either side.
  def _run_names(self: __torch__.TextClassifier,
    words: List[List[int]]) -> List[int]:
    names = annotate(List[int], [])
    for word in words:
      padded = [32] + word + [32]
      size = len(padded)
      for start in range(size):
        name = CHARACTER_SEED
        for place in range(start, min(start + 5, size)):
          name = (self)._mixed(name, padded[place], )
          if place > start:
            names.append(name)
    return names

  # The words of a text, folded.
  def _words(self: __torch__.TextClassifier,
    text: str) -> List[List[int]]:
    words = annotate(List[List[int]], [])
    plain = annotate(List[int], [])
    for c in (self)._code_points(text, ):
      kind = ord(self.kinds[self.kind_pages[c // PAGE] + c % PAGE])
      if kind == WORD:
        plain.append(c)
      elif kind != JOINER:
        if len(plain) > 0:
          folded = (self)._folded(plain, )
          if len(folded) > 0:
            words.append(folded)
          plain.clear()
        if kind != SPACE:
          alone = (self)._folded(annotate(List[int], [c]), )
          if len(alone) > 0:
            words.append(alone)
    if len(plain) > 0:
      last = (self)._folded(plain, )
      if len(last) > 0:
        words.append(last)
    return words

  # Unicode's NFKC_Casefold.
  def _folded(self: __torch__.TextClassifier,
    plain: List[int]) -> List[int]:
    apart = annotate(List[int], [])
    is_ascii = True
    for c in plain:
      if c < 128:
        if c >= 65 and c <= 90:
          apart.append(c + 32)
        else:
          apart.append(c)
      else:
        is_ascii = False
        if c in self.foldings:
          apart.append(self.foldings[c])
        elif c in self.long_foldings:
          apart.extend(self.long_foldings[c])
        elif c >= 44032 and c < 55204:
          apart.append(4352 + (c - 44032) // 588)
          apart.append(4449 + ((c - 44032) % 588) // 28)
          if (c - 44032) % 28 != 0:
            apart.append(4519 + (c - 44032) % 28)
        else:
          apart.append(c)
    if is_ascii:
      return apart
    return (self)._joined((self)._ordered(apart, ), )

  def _mark_class(self: __torch__.TextClassifier,
    c: int) -> int:
    if c in self.mark_classes:
      return self.mark_classes[c]
    return 0

  def _ordered(self: __torch__.TextClassifier,
    apart: List[int]) -> List[int]:
    for i in range(len(apart)):
      own = (self)._mark_class(apart[i], )
      at = i
      while at > 0 and own != 0 and (self)._mark_class(apart[at - 1], ) > own:
        moved = apart[at - 1]
        apart[at - 1] = apart[at]
        apart[at] = moved
        at = at - 1
    return apart

  # 0 for what does not join.
  def _both(self: __torch__.TextClassifier,
    first: int,
    second: int) -> int:
    if first >= 4352 and first < 4371 and second >= 4449 and second < 4470:
      return 44032 + ((first - 4352) * 21 + second - 4449) * 28
    if first >= 44032 and first < 55204 and (first - 44032) % 28 == 0 and second > 4519 and second < 4547:
      return first + second - 4519
    pair = first * 2097152 + second
    if pair in self.compositions:
      return self.compositions[pair]
    return 0

  def _joined(self: __torch__.TextClassifier,
    apart: List[int]) -> List[int]:
    joined = annotate(List[int], [])
    starter = -1
    last = -1
    for c in apart:
      own = (self)._mark_class(c, )
      both = 0
      if starter >= 0 and (last < own or last == 0):
        both = (self)._both(joined[starter], c, )
      if both != 0:
        joined[starter] = both
      else:
        if own == 0:
          starter = len(joined)
        last = own
        joined.append(c)
    return joined

  # A text's UTF-8, up to 64 KiB and never half a character; what is none becomes U+FFFD.
  def _code_points(self: __torch__.TextClassifier,
    text: str) -> List[int]:
    points = annotate(List[int], [])
    size = len(text)
    at = 0
    while at < size:
      lead = ord(text[at])
      end = at + 1
      value = lead
      if lead >= 128:
        missing = 0
        low = 128
        high = 191
        if lead >= 194 and lead < 224:
          missing = 1
          value = lead - 192
        elif lead >= 224 and lead < 240:
          missing = 2
          value = lead - 224
          if lead == 224:
            low = 160
          if lead == 237:
            high = 159
        elif lead >= 240 and lead < 245:
          missing = 3
          value = lead - 240
          if lead == 240:
            low = 144
          if lead == 244:
            high = 143
        else:
          value = 65533
        going = missing > 0
        while going:
          going = False
          if end < size:
            next = ord(text[end])
            if next >= low and next <= high:
              value = value * 64 + next - 128
              low = 128
              high = 191
              end = end + 1
              missing = missing - 1
              going = missing > 0
        if missing > 0:
          value = 65533
      if end > LONGEST:
        return points
      points.append(value)
      at = end
    return points
)python";

constexpr std::int64_t as_signed(std::uint64_t number) { return static_cast<std::int64_t>(number); }

}  // namespace

char letter_of(features::CharKind kind) {
  switch (kind) {
    case features::CharKind::kSpace:
      return ' ';
    case features::CharKind::kWord:
      return 'w';
    case features::CharKind::kIdeograph:
      return 'i';
    case features::CharKind::kJoiner:
      return 'j';
    case features::CharKind::kSign:
      return 's';
  }
  return ' ';
}

std::string program() {
  using features::CharKind;
  namespace ngrams = features::detail;
  const std::array<std::pair<std::string_view, std::int64_t>, 9> numbers{{
      {"WORD_SEED", as_signed(ngrams::kWordSeed)},
      {"PAIR_SEED", as_signed(ngrams::kPairSeed)},
      {"CHARACTER_SEED", as_signed(ngrams::kCharacterSeed)},
      {"MIXER", as_signed(ngrams::kMixer)},
      {"LONGEST", features::kMaxTextBytes},
      {"PAGE", features::kKindPage},
      {"WORD", letter_of(CharKind::kWord)},
      {"JOINER", letter_of(CharKind::kJoiner)},
      {"SPACE", letter_of(CharKind::kSpace)},
  }};
  std::string text{kProgram};
  for (const auto& [name, value] : numbers) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
      text.replace(at, name.size(), std::to_string(value));
    }
  }
  return text;
}

}  // namespace weighhouse::learners::torchscript
