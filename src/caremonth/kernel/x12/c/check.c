/* Checking: which segments have elements that are not surely right. */
#include "functions.h"
#include "index.h"

/* What a check asks of an element, by rule: the columns of `rules` (checks/screen.py makes them). */
enum { LOW, HIGH, KIND, SHAPE, BY, WHOLE, CENTS, CHOICE, RULE_WIDTH };
enum { FREE, NUMBER, LOOKED_AT };
enum { OTHER_SHAPE, DATE_SHAPE, NPI_SHAPE };
#define UNBOUNDED (1 << 30)

static inline uint64_t mixed(uint64_t a, uint64_t b) {
  a ^= b * 0x9E3779B97F4A7C15u;
  a = (a ^ (a >> 30)) * 0xBF58476D1CE4E5B9u;
  return a ^ (a >> 31);
}

/* A value and the rule it stands under; never 0. */
static uint64_t hash_of(const uint8_t *text, int32_t length, uint64_t salt) {
  uint64_t hash = mixed(salt, (uint64_t)length), word;
  for (; length > 0; length -= 8, text += 8) {
    word = 0;
    memcpy(&word, text, length < 8 ? (size_t)length : 8);
    hash = mixed(hash, word);
  }
  return hash ? hash : 1;
}

/* The place of a hash in a memory whose size is a power of two, or the empty place where it would go. */
static inline Py_ssize_t place_in(const uint64_t *memory, Py_ssize_t size, uint64_t hash) {
  Py_ssize_t place = (Py_ssize_t)(hash & (uint64_t)(size - 1));
  while (memory[place] && memory[place] != hash) place = (place + 1) & (size - 1);
  return place;
}

/* remember(memory, hashes): returns how many were new. At least one place must stay empty. */
PyObject *remember(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[2];
  if (!PyArg_ParseTuple(args, "OO", &o[0], &o[1])) return NULL;
  WRITE(uint64_t, memory, o[0]);
  READ(uint64_t, hashes, o[1]);
  Py_ssize_t added = 0, full = 0;
  if (!memory_count || memory_count & (memory_count - 1)) return refuse(&arrays, "a power of two is needed");
  for (Py_ssize_t i = 0; i < memory_count; i++) full += memory[i] != 0;
  for (Py_ssize_t i = 0; i < hashes_count; i++) {
    if (full + added >= memory_count - 1) break;
    Py_ssize_t place = place_in(memory, memory_count, hashes[i]);
    added += memory[place] == 0;
    memory[place] = hashes[i];
  }
  release(&arrays);
  return PyLong_FromSsize_t(added);
}

typedef struct {
  int64_t value; /* in hundredths, up to two decimals */
  int digits, decimals, good;
} Number;

/* checks/numbers.parse: an optional minus, digits, at most one point; more than 18 digits are not good. */
static Number number_of(const uint8_t *text, int32_t length) {
  Number n = {0, 0, 0, length > 0 && length <= 20};
  int minus = length > 0 && text[0] == '-', point = 0;
  for (int32_t i = minus; n.good && i < length; i++) {
    unsigned figure = (unsigned)text[i] - '0';
    if (figure < 10) {
      n.good = ++n.digits <= 18;
      if (n.good) n.value = n.value * 10 + figure;
      n.decimals += point;
    } else if (text[i] == '.' && !point) {
      point = 1;
    } else {
      n.good = 0;
    }
  }
  n.good = n.good && n.digits > 0;
  if (n.good) {
    /* eighteen digits times a hundred still fit: 10^18 * 100 would not, so those wrap as NumPy's do */
    uint64_t scaled = (uint64_t)n.value * (n.decimals == 0 ? 100u : n.decimals == 1 ? 10u : 1u);
    n.value = (int64_t)(minus ? 0 - scaled : scaled);
  }
  return n;
}

/* Ten digits, the first 1 or 2, the last the Luhn check digit with the prefix 80840. */
static int is_npi(const uint8_t *text, int32_t length) {
  if (length != 10 || (text[0] != '1' && text[0] != '2')) return 0;
  int sum = 24;
  for (int i = 0; i < 10; i++) {
    unsigned figure = (unsigned)text[i] - '0';
    if (figure > 9) return 0;
    sum += (int)(i % 2 ? figure : figure * 2 - 9 * (figure > 4));
  }
  return sum % 10 == 0;
}

static int all_digits(const uint8_t *text, int32_t length) {
  if (length < 1 || length > 16 || (length >= 4 && !memcmp(text, "0000", 4))) return 0;
  for (int32_t i = 0; i < length; i++)
    if ((unsigned)text[i] - '0' > 9) return 0;
  return 1;
}

/* Of eight digits: a day from 1900 to 2099, up to the 28th of its month. */
static int easy_day(const uint8_t *text) {
  int century = (text[0] - '0') * 10 + text[1] - '0', month = (text[4] - '0') * 10 + text[5] - '0',
      day = (text[6] - '0') * 10 + text[7] - '0';
  return (century == 19 || century == 20) && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

/* screen(data, ends, component_at, until, first, count, rows, nodes, node_rules, rules, digits, classes, choices, values,
          memory, salt, suspects, owner, rule, value, good, pending, pending_hash)
   Looks at every element of the segments `rows` (each with its node) and says which segments have something that is not
   surely right: a text of a wrong length, a value that no segment without a finding had before (`memory`), a number with
   too many digits … What is wrong with them is for checks/elements.py to say. All numbers are returned: the place of
   their segment in `rows`, their rule, hundredths, whether they are numbers. `pending`: the values to be remembered
   where their segment turns out well. Returns how many suspects, numbers and pending values there are. */
PyObject *screen(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[22];
  unsigned long long salt;
  if (!PyArg_ParseTuple(args, "OOOOOOOOOOOOOOOKOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7], &o[8],
                        &o[9], &o[10], &o[11], &o[12], &o[13], &o[14], &salt, &o[15], &o[16], &o[17], &o[18], &o[19],
                        &o[20], &o[21]))
    return NULL;
  READ(uint8_t, data, o[0]);
  OPEN_INDEX(o[1], o[2], o[3]);
  READ(int32_t, first, o[4]);
  READ(int32_t, count, o[5]);
  READ(int32_t, rows, o[6]);
  READ(int16_t, nodes, o[7]);
  READ(int32_t, node_rules, o[8]); /* first rule and how many elements, by node */
  READ(int32_t, rules, o[9]);
  READ(int64_t, digits, o[10]); /* by shape: the lengths, as bits, at which digits alone are right */
  READ(int8_t, classes, o[11]); /* by shape */
  READ(int16_t, choices, o[12]); /* by choice and code: the shape */
  READ(uint16_t, values, o[13]);
  READ(uint64_t, memory, o[14]);
  WRITE(int32_t, suspects, o[15]);
  WRITE(int32_t, owner, o[16]);
  WRITE(int32_t, rule_of, o[17]);
  WRITE(int64_t, value, o[18]);
  WRITE(uint8_t, good, o[19]);
  WRITE(int32_t, pending, o[20]);
  WRITE(uint64_t, pending_hash, o[21]);
  const Py_ssize_t rule_count = rules_count / RULE_WIDTH, node_count = node_rules_count / 2, codes_count = 38 * 38 * 38;
  Py_ssize_t suspected = 0, numbered = 0, waiting = 0;
  if (nodes_count != rows_count || count_count != first_count || values_count != 256 ||
      classes_count != digits_count || !memory_count || memory_count & (memory_count - 1) ||
      suspects_count < rows_count || rule_of_count != owner_count || value_count != owner_count ||
      good_count != owner_count || pending_hash_count != pending_count)
    return refuse(&arrays, "arrays that belong together are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t r = 0; !wrong && r < rows_count; r++) {
    int32_t segment = rows[r], node = nodes[r];
    if (segment < 0 || segment >= first_count || !within(&index, first[segment], count[segment]) || node < 0 ||
        node >= node_count)
      { wrong = "no such segment"; break; }
    int32_t from = first[segment], elements = count[segment], base = node_rules[2 * node],
            known = node_rules[2 * node + 1];
    if (base < 0 || known < 0 || (Py_ssize_t)base + known >= rule_count) { wrong = "no such rule"; break; }
    if (numbered + elements > owner_count || waiting + elements + 1 > pending_count)
      { wrong = "room for every element is needed"; break; }
    uint64_t mask = 0;
    int suspect = 0, last_empty = 0;
    for (int32_t at = 0; at < elements; at++) {
      int32_t token = from + 1 + at, start = index.ends[token - 1] + 1, length = index.ends[token] - start;
      last_empty = length <= 0;
      if (last_empty) continue;
      if (start < 0 || index.ends[token] > data_count) { wrong = "a value outside of the bytes"; break; }
      mask |= (uint64_t)1 << (at < 40 ? at : 40);
      int32_t number = base + (at < known ? at : known);
      const int32_t *rule = rules + (Py_ssize_t)number * RULE_WIDTH;
      const uint8_t *text = data + start;
      int composite = index.until[token] > index.until[token - 1];
      suspect |= text[length - 1] == ' ';
      if (rule[KIND] != LOOKED_AT) {
        suspect |= composite;
        if (rule[KIND] == FREE) {
          suspect |= length < rule[LOW] || length > rule[HIGH];
          continue;
        }
        Number n = number_of(text, length);
        int too_fine = n.good && rule[CENTS] && n.decimals > 2;
        suspect |= !n.good || n.digits > rule[HIGH] || n.digits < rule[LOW] || (rule[WHOLE] && n.decimals > 0) || too_fine;
        owner[numbered] = (int32_t)r;
        rule_of[numbered] = number;
        value[numbered] = n.value;
        good[numbered++] = n.good && !too_fine;
        continue;
      }
      int32_t shape = rule[SHAPE];
      if (rule[BY] > 0) {
        int32_t by_start, by_end;
        place_of(&index, from, elements, rule[BY], 0, &by_start, &by_end);
        uint16_t code = code_of(data, data_count, values, by_start, by_end - by_start);
        Py_ssize_t choice = (Py_ssize_t)rule[CHOICE] * codes_count + code;
        if (choice < 0 || choice >= choices_count) { wrong = "no such choice"; break; }
        shape = code == 0 && by_end > by_start ? 0 : choices[choice];
        if (shape == 0 && rule[HIGH] < UNBOUNDED) { /* its length alone matters */
          suspect |= composite || length < rule[LOW] || length > rule[HIGH];
          continue;
        }
      }
      if (shape < 0 || shape >= classes_count) { wrong = "no such shape"; break; }
      if (classes[shape] == NPI_SHAPE) {
        suspect |= !is_npi(text, length);
        continue;
      }
      if ((digits[shape] >> (length < 40 ? length : 40)) & 1 && all_digits(text, length) &&
          (classes[shape] != DATE_SHAPE || (length >= 8 && easy_day(text))))
        continue;
      uint64_t hash = hash_of(text, length, mixed(salt, (uint64_t)number << 16 | (uint64_t)shape));
      if (memory[place_in(memory, memory_count, hash)]) continue;
      suspect = 1;
      pending[waiting] = (int32_t)r;
      pending_hash[waiting++] = hash;
    }
    uint64_t hash = mixed(mixed(~salt, (uint64_t)node << 1 | (uint64_t)last_empty), mask);
    hash = hash ? hash : 1;
    if (!memory[place_in(memory, memory_count, hash)]) {
      suspect = 1;
      pending[waiting] = (int32_t)r;
      pending_hash[waiting++] = hash;
    }
    if (suspect) suspects[suspected++] = (int32_t)r;
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return Py_BuildValue("nnn", suspected, numbered, waiting);
}
