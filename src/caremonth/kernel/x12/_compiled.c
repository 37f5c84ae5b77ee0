/* The innermost loops of the X12 reader, checker and writer, for machines that have a C compiler.

   Every function does what a few lines of NumPy beside its call do, with the same results; without this module those
   lines run. Arrays come as buffers: their widths and lengths are checked before a loop begins, and no place outside
   of them is ever looked at, whatever the file holds. Nothing here knows Arrow or NumPy. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define MOST_ARRAYS 24
#define MOST_COLUMNS 128
#define AT_ONCE 128
#define AHEAD 16
#define MOST_SHIFT (1 << 30)
#define MOST_FIGURES 22 /* of an amount: a minus, nineteen digits, a point (with a digit less before it) */
#define SLACK 16 /* short texts are copied sixteen bytes at a time */

/* Bytes that will soon be looked at are fetched while others are: an address that is none does no harm. */
#if defined(__GNUC__)
#define FETCH(address) __builtin_prefetch(address)
#else
#define FETCH(address) ((void)0)
#endif

/* The buffers that a call was given, released together. */
typedef struct {
  Py_buffer of[MOST_ARRAYS];
  int taken;
} Arrays;

static void release(Arrays *arrays) {
  while (arrays->taken > 0) PyBuffer_Release(&arrays->of[--arrays->taken]);
}

/* The items of an array and how many there are; NULL and an exception where its items have another width. */
static void *items(Arrays *arrays, PyObject *object, Py_ssize_t width, int writable, Py_ssize_t *count) {
  Py_buffer *buffer = &arrays->of[arrays->taken];
  static char nothing[16];
  if (PyObject_GetBuffer(object, buffer, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0) return NULL;
  arrays->taken++;
  if (buffer->itemsize != width) {
    PyErr_Format(PyExc_TypeError, "an array with items of %zd bytes, not %zd", width, buffer->itemsize);
    return NULL;
  }
  *count = buffer->len / width;
  return buffer->buf ? buffer->buf : nothing;
}

static PyObject *refuse(Arrays *arrays, const char *why) {
  release(arrays);
  PyErr_SetString(PyExc_ValueError, why);
  return NULL;
}

#define TAKE(type, name, object, writable)                                          \
  Py_ssize_t name##_count;                                                          \
  type *name = items(&arrays, object, (Py_ssize_t)sizeof(type), writable, &name##_count); \
  if (!name) { release(&arrays); return NULL; }
#define READ(type, name, object) TAKE(const type, name, object, 0)
#define WRITE(type, name, object) TAKE(type, name, object, 1)

/* scan(data, at, stop, element, component, terminator, ends, component_at, component_of, closing)
   Every delimiter of data[at:stop]: where elements end; where component separators are, and of which element, from 0;
   which elements, from 0, end a segment. Returns how many of each were written. */
static PyObject *scan(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  Py_ssize_t at, stop;
  unsigned char element, component, terminator;
  if (!PyArg_ParseTuple(args, "OnnbbbOOOO", &o[0], &at, &stop, &element, &component, &terminator, &o[1], &o[2], &o[3],
                        &o[4]))
    return NULL;
  READ(uint8_t, data, o[0]);
  WRITE(int32_t, ends, o[1]);
  WRITE(int32_t, component_at, o[2]);
  WRITE(int32_t, component_of, o[3]);
  WRITE(int32_t, closing, o[4]);
  Py_ssize_t size = stop - at;
  if (at < 0 || stop > data_count || size < 0 || stop > INT32_MAX) return refuse(&arrays, "no such bytes");
  if (ends_count < size || component_at_count < size || component_of_count < size || closing_count < size)
    return refuse(&arrays, "room for every byte is needed");
  Py_ssize_t found = 0, inside = 0, closed = 0, i = at;
  Py_BEGIN_ALLOW_THREADS
#if defined(__SSE2__)
  const __m128i is_element = _mm_set1_epi8((char)element), is_component = _mm_set1_epi8((char)component),
                is_terminator = _mm_set1_epi8((char)terminator);
  for (; i + 16 <= stop; i += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(data + i));
    __m128i any = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, is_element), _mm_cmpeq_epi8(bytes, is_component)),
                               _mm_cmpeq_epi8(bytes, is_terminator));
    unsigned mask = (unsigned)_mm_movemask_epi8(any);
    while (mask) {
      int32_t place = (int32_t)(i + __builtin_ctz(mask));
      uint8_t byte = data[place];
      mask &= mask - 1;
      if (byte == component) {
        component_at[inside] = place;
        component_of[inside++] = (int32_t)found;
      } else {
        closing[closed] = (int32_t)found;
        closed += byte == terminator;
        ends[found++] = place;
      }
    }
  }
#endif
  for (; i < stop; i++) {
    uint8_t byte = data[i];
    if (byte == component) {
      component_at[inside] = (int32_t)i;
      component_of[inside++] = (int32_t)found;
    } else if (byte == element || byte == terminator) {
      closing[closed] = (int32_t)found;
      closed += byte == terminator;
      ends[found++] = (int32_t)i;
    }
  }
  Py_END_ALLOW_THREADS
  release(&arrays);
  return Py_BuildValue("nnn", found, inside, closed);
}

/* starts(data, ends, closing, at, start, initial)
   Where segments start: at `at`, and after each element that closes one; past blanks, control characters and byte-order
   marks. `initial` is the byte there. Returns how many: those that would start behind the data are none. */
static PyObject *starts(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  Py_ssize_t at;
  if (!PyArg_ParseTuple(args, "OOOnOO", &o[0], &o[1], &o[2], &at, &o[3], &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, ends, o[1]);
  READ(int32_t, closing, o[2]);
  WRITE(int32_t, start, o[3]);
  WRITE(uint8_t, initial, o[4]);
  if (start_count <= closing_count || initial_count <= closing_count || at < 0 || at >= data_count)
    return refuse(&arrays, "room for every segment is needed");
  Py_ssize_t found = 0;
  for (Py_ssize_t i = 0;; i++) {
    for (;;) {
      if (at >= data_count) break;
      if (data[at] == 0xEF && at + 1 < data_count && data[at + 1] == 0xBB) at += 3;
      else if (data[at] <= 32) at++;
      else break;
    }
    start[found] = (int32_t)at;
    initial[found++] = data[at < data_count ? at : data_count - 1];
    if (i == closing_count) break;
    if (closing[i] < 0 || closing[i] >= ends_count) return refuse(&arrays, "no such element");
    at = (Py_ssize_t)ends[closing[i]] + 1;
    if (at < 0) return refuse(&arrays, "no such byte");
    if (at >= data_count) break;
  }
  release(&arrays);
  return PyLong_FromSsize_t(found);
}

/* take(values, places, out): the value at each place, in arrays of 32 bits. */
static PyObject *take(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[3];
  if (!PyArg_ParseTuple(args, "OOO", &o[0], &o[1], &o[2])) return NULL;
  READ(int32_t, values, o[0]);
  READ(int32_t, places, o[1]);
  WRITE(int32_t, out, o[2]);
  if (out_count != places_count) return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < places_count; i++) {
    if (places[i] < 0 || places[i] >= values_count) { wrong = "no such place"; break; }
    out[i] = values[places[i]];
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return Py_NewRef(Py_None);
}

/* owners(starts, places, owner)
   For each of `places` how many of `starts` are at or before it, less one; both ascend. Returns how many have none (-1)
   or the same as the place before. */
static PyObject *owners(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[3];
  if (!PyArg_ParseTuple(args, "OOO", &o[0], &o[1], &o[2])) return NULL;
  READ(int32_t, starts, o[0]);
  READ(int32_t, places, o[1]);
  WRITE(int32_t, owner, o[2]);
  if (owner_count != places_count) return refuse(&arrays, "arrays of one length are needed");
  Py_ssize_t before = 0, again = 0;
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < places_count; i++) {
    if (i && places[i] < places[i - 1]) { wrong = "places that ascend are needed"; break; }
    while (before < starts_count && starts[before] <= places[i]) before++;
    owner[i] = (int32_t)before - 1;
    again += before == 0 || (i && owner[i] == owner[i - 1]);
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(again);
}

/* Where the elements of a block end, and the separators inside them: see index.py. */
typedef struct {
  const int32_t *ends, *component_at, *until;
  Py_ssize_t ends_count, component_count;
} Index;

/* The index of these three arrays; 0 and an exception where they do not belong together. */
static int open_index(Arrays *arrays, PyObject *ends, PyObject *component_at, PyObject *until, Index *index) {
  Py_ssize_t until_count;
  if (!(index->ends = items(arrays, ends, 4, 0, &index->ends_count))) return 0;
  if (!(index->component_at = items(arrays, component_at, 4, 0, &index->component_count))) return 0;
  if (!(index->until = items(arrays, until, 4, 0, &until_count))) return 0;
  if (until_count == index->ends_count) return 1;
  PyErr_SetString(PyExc_ValueError, "arrays of one length are needed");
  return 0;
}

#define OPEN_INDEX(ends_object, component_object, until_object)                              \
  Index index;                                                                               \
  if (!open_index(&arrays, ends_object, component_object, until_object, &index)) {           \
    release(&arrays);                                                                        \
    return NULL;                                                                             \
  }

/* Whether elements 0..count of a segment that begins with element `first` are in the index. */
static inline int within(const Index *index, int32_t first, int32_t count) {
  return first >= 1 && count >= 0 && (int64_t)first + count < (int64_t)index->ends_count;
}

/* (start, end) of an element, or of a component of it (from 1; 0 the whole); start = end where it is absent. */
static inline void place_of(const Index *index, int32_t first, int32_t count, int32_t element, int32_t component,
                            int32_t *start, int32_t *end) {
  if (element > count) {
    *start = *end = index->ends[first + count] + 1;
    return;
  }
  int32_t token = first + element;
  *start = index->ends[token - 1] + 1;
  *end = index->ends[token];
  if (component == 0) return;
  int32_t before = index->until[token - 1], last = index->until[token];
  if (before < 0 || last > index->component_count) before = last = 0;
  if (component == 1) {
    if (last > before) *end = index->component_at[before];
  } else if (last - before >= component - 1) {
    int32_t at = before + component - 2;
    *start = index->component_at[at] + 1;
    if (at + 1 < last) *end = index->component_at[at + 1];
  } else {
    *start = *end;
  }
}

/* By how many elements each segment is looked at further on; NULL where that is None. */
static int shift_of(Arrays *arrays, PyObject *object, Py_ssize_t count, const int32_t **shift) {
  Py_ssize_t found = count;
  *shift = NULL;
  if (object != Py_None && !(*shift = items(arrays, object, 4, 0, &found))) return 0;
  int good = found == count;
  for (Py_ssize_t i = 0; *shift && good && i < count; i++) good = (*shift)[i] >= 0 && (*shift)[i] < MOST_SHIFT;
  if (!good) PyErr_SetString(PyExc_ValueError, "a shift, of no less than nothing, is needed for every segment");
  return good;
}

/* bounds(ends, component_at, until, first, count, shift, element, component, start, end)
   Fills start and end for an element (or component) of the segments that begin at `first`, or, where `shift` is not
   None, the element so many behind it; returns how many are there. */
static PyObject *bounds(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[8];
  int element, component;
  const int32_t *shift;
  if (!PyArg_ParseTuple(args, "OOOOOOiiOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[7], &element, &component, &o[5],
                        &o[6]))
    return NULL;
  OPEN_INDEX(o[0], o[1], o[2]);
  READ(int32_t, first, o[3]);
  READ(int32_t, count, o[4]);
  WRITE(int32_t, start, o[5]);
  WRITE(int32_t, end, o[6]);
  Py_ssize_t size = first_count, filled = 0;
  if (count_count != size || start_count != size || end_count != size || element < 0 || component < 0)
    return refuse(&arrays, "arrays of one length are needed");
  if (!shift_of(&arrays, o[7], size, &shift)) { release(&arrays); return NULL; }
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    if (i + AHEAD < size) FETCH(index.ends + first[i + AHEAD] + element);
    if (!within(&index, first[i], count[i])) { wrong = "no such segment"; break; }
    place_of(&index, first[i], count[i], shift ? element + shift[i] : element, component, &start[i], &end[i]);
    filled += end[i] > start[i];
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(filled);
}

/* One column of Arrow strings in the making: what `texts` and `cut` give back of it. */
typedef struct {
  PyObject *offset_bytes, *valid_bytes, *text_bytes;
  int32_t *offsets;
  uint8_t *valid, *to;
  int64_t total;
  Py_ssize_t filled, next, room;
} Column;

static int open_column(Column *column, Py_ssize_t size) {
  memset(column, 0, sizeof(Column));
  column->offset_bytes = PyBytes_FromStringAndSize(NULL, (size + 1) * 4);
  column->valid_bytes = PyBytes_FromStringAndSize(NULL, (size + 7) / 8);
  if (!column->offset_bytes || !column->valid_bytes) return 0;
  column->offsets = (int32_t *)PyBytes_AsString(column->offset_bytes);
  column->valid = (uint8_t *)PyBytes_AsString(column->valid_bytes);
  memset(column->valid, 0, (size_t)((size + 7) / 8));
  return 1;
}

/* A value of this length in this row, which is after all rows before; 0 where it is not, or there is too much text. */
static inline int add_length(Column *column, Py_ssize_t row, Py_ssize_t size, int32_t length) {
  if (row < column->next || row >= size || column->total > INT32_MAX) return 0;
  while (column->next <= row) column->offsets[column->next++] = (int32_t)column->total;
  if (length > 0) {
    column->total += length;
    column->valid[row >> 3] |= (uint8_t)(1 << (row & 7));
    column->filled++;
  }
  return 1;
}

/* All lengths are known: room for the text. */
static int close_lengths(Column *column, Py_ssize_t size) {
  if (column->total > INT32_MAX) {
    PyErr_SetString(PyExc_ValueError, "more than two gigabytes of text in a column of one block");
    return 0;
  }
  while (column->next <= size) column->offsets[column->next++] = (int32_t)column->total;
  column->text_bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)column->total + SLACK);
  if (!column->text_bytes) return 0;
  column->to = (uint8_t *)PyBytes_AsString(column->text_bytes);
  memset(column->to + column->total, 0, SLACK);
  return 1;
}

/* Room for the text up to `total`, which so many values made, and for as much again by each of so many more; the text so
   far is kept. */
static inline int make_room(Column *column, Py_ssize_t seen, Py_ssize_t more) {
  if (column->total + SLACK <= column->room) return 1;
  if (column->total > INT32_MAX) return 0;
  Py_ssize_t used = column->text_bytes ? column->to - (uint8_t *)PyByteArray_AsString(column->text_bytes) : 0;
  column->room = (Py_ssize_t)(column->total + column->total * more / seen + column->total / 8) + 4 * SLACK;
  if (!column->text_bytes) column->text_bytes = PyByteArray_FromStringAndSize(NULL, column->room);
  else if (PyByteArray_Resize(column->text_bytes, column->room) < 0) return 0;
  if (!column->text_bytes) return 0;
  column->to = (uint8_t *)PyByteArray_AsString(column->text_bytes) + used;
  return 1;
}

/* All text is there: what is too much room is given back. */
static int fit(Column *column, Py_ssize_t size) {
  while (column->next <= size) column->offsets[column->next++] = (int32_t)column->total;
  if (PyByteArray_Resize(column->text_bytes, (Py_ssize_t)column->total + SLACK) < 0) return 0;
  column->to = (uint8_t *)PyByteArray_AsString(column->text_bytes) + column->total;
  return 1;
}

/* The text itself. What sixteen bytes are too much is written over by the next, or is the slack, which is cleared: to copy
   sixteen for nothing is faster than to ask. */
static inline void add_text(Column *column, const uint8_t *data, Py_ssize_t data_count, int32_t start, int32_t length) {
  if ((int64_t)(uint32_t)start + SLACK <= data_count) { /* of a value that is not there, the place may be none */
    memcpy(column->to, data + start, SLACK);
    if (length > SLACK) memcpy(column->to + SLACK, data + start + SLACK, (size_t)length - SLACK);
  } else if (length > 0) {
    memcpy(column->to, data + start, (size_t)length);
  }
  if (length > 0) column->to += length;
}

/* (offsets, valid, bytes, filled); `valid` is None where all are filled. Lets go of the column. */
static PyObject *column_result(Column *column, Py_ssize_t size) {
  PyObject *result = NULL;
  if (column->text_bytes) {
    memset(column->to, 0, SLACK);
    result = Py_BuildValue("OOOn", column->offset_bytes, column->filled == size ? Py_None : column->valid_bytes,
                           column->text_bytes, column->filled);
  }
  Py_XDECREF(column->offset_bytes);
  Py_XDECREF(column->valid_bytes);
  Py_XDECREF(column->text_bytes);
  return result;
}

/* The rows that values go to: `rows`, or where that is None all of them, in order. */
static int rows_of(Arrays *arrays, PyObject *object, Py_ssize_t count, Py_ssize_t size, const int32_t **rows) {
  Py_ssize_t found = count;
  *rows = NULL;
  if (object != Py_None && !(*rows = items(arrays, object, 4, 0, &found))) return 0;
  if (found == count && size >= count && (*rows || size == count)) return 1;
  PyErr_SetString(PyExc_ValueError, "a row for every value is needed");
  return 0;
}

/* texts(data, start, end, rows, size)
   (offsets, valid, bytes, filled) of Arrow strings. `rows` (ascending, or None for all) are those of `size` that the
   values go to. */
static PyObject *texts(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[4], *result = NULL;
  Py_ssize_t size;
  const int32_t *rows;
  Column column;
  if (!PyArg_ParseTuple(args, "OOOOn", &o[0], &o[1], &o[2], &o[3], &size)) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(int32_t, end, o[2]);
  if (end_count != start_count) return refuse(&arrays, "arrays of one length are needed");
  if (!rows_of(&arrays, o[3], start_count, size, &rows)) { release(&arrays); return NULL; }
  int good = open_column(&column, size);
  for (Py_ssize_t i = 0; good && i < start_count; i++) {
    int outside = end[i] > start[i] && (start[i] < 0 || end[i] > data_count);
    if (outside || !add_length(&column, rows ? rows[i] : i, size, end[i] - start[i])) {
      PyErr_SetString(PyExc_ValueError, "a value outside of the bytes, or rows that do not ascend");
      good = 0;
    }
  }
  good = good && close_lengths(&column, size);
  for (Py_ssize_t i = 0; good && i < start_count; i++)
    add_text(&column, data, data_count, start[i], end[i] - start[i]);
  result = column_result(&column, size);
  release(&arrays);
  return result;
}

/* Up to AT_ONCE segments, which are in the index; by how many elements each is looked at further on (NULL: none); and the
   rows that they fill (NULL: the next ones, in order). */
typedef struct {
  const int32_t *first, *count, *shift, *rows;
  Py_ssize_t size, begin;
  int32_t fewest, most, element, parts; /* elements of any; of the element looked at last the most components of any */
} Tile;

static void count_elements(Tile *tile) {
  tile->fewest = INT32_MAX;
  for (Py_ssize_t i = 0; i < tile->size; i++) {
    if (tile->count[i] > tile->most) tile->most = tile->count[i];
    if (tile->count[i] < tile->fewest) tile->fewest = tile->count[i];
  }
}

static int32_t most_components(const Tile *tile, const Index *index, int32_t element) {
  int32_t most = 0;
  for (Py_ssize_t i = 0; i < tile->size; i++) {
    int32_t token = tile->first[i] + (element < tile->count[i] ? element : tile->count[i]);
    int32_t separators = index->until[token] - index->until[token - 1];
    most = separators > most ? separators : most;
  }
  return most + 1;
}

/* One element of the segments of a tile, added to a column: first where the values lie, then their offsets, then their
   text, so that each loop is short. Where no segment has so many elements or components nothing is done: offsets are
   caught up with at the next value. `more`: how many segments come after these. 0 where a value is outside of the bytes,
   rows do not ascend or there is too much text. */
static int add_tile(Column *column, const Index *index, const uint8_t *data, Py_ssize_t data_count, Tile *tile,
                    int32_t element, int32_t component, Py_ssize_t size, Py_ssize_t more) {
  int32_t start[AT_ONCE], length[AT_ONCE];
  int64_t together = 0;
  int wrong = 0;
  if (element > tile->most) return 1;
  if (component > 1 && !tile->shift) {
    if (element != tile->element) tile->parts = most_components(tile, index, tile->element = element);
    if (component > tile->parts) return 1;
  }
  int simple = component == 0 && element <= tile->fewest && !tile->shift;
  for (Py_ssize_t i = 0; simple && i < tile->size; i++) {
    const int32_t *ends = index->ends + tile->first[i] + element;
    start[i] = ends[-1] + 1;
    length[i] = ends[0] - start[i];
    together += length[i];
    wrong |= length[i] < 0 || start[i] < 0 || ends[0] > data_count;
  }
  for (Py_ssize_t i = 0; !simple && i < tile->size; i++) {
    int32_t end;
    int32_t at = tile->shift ? element + tile->shift[i] : element;
    place_of(index, tile->first[i], tile->count[i], at, component, &start[i], &end);
    length[i] = end > start[i] ? end - start[i] : 0;
    together += length[i];
    wrong |= start[i] < 0 || end > data_count;
  }
  if (wrong) return 0;
  if (!together) return 1;
  if (tile->rows) {
    for (Py_ssize_t i = 0; i < tile->size; i++)
      if (!add_length(column, tile->rows[i], size, length[i])) return 0;
  } else {
    if (tile->begin + tile->size > size) return 0;
    while (column->next < tile->begin) column->offsets[column->next++] = (int32_t)column->total;
    for (Py_ssize_t i = 0, row = column->next; i < tile->size; i++, row++) {
      column->offsets[row] = (int32_t)column->total;
      column->total += length[i];
      column->filled += length[i] > 0;
      column->valid[row >> 3] |= (uint8_t)((length[i] > 0) << (row & 7));
    }
    column->next += tile->size;
  }
  if (!make_room(column, tile->begin + tile->size, more)) return 0;
  for (Py_ssize_t i = 0; i < tile->size; i++) add_text(column, data, data_count, start[i], length[i]);
  return 1;
}

/* cut(data, ends, component_at, until, first, count, shift, places, rows, size)
   As `texts`, of several elements of the same segments: `places` are pairs of element and component (0 the whole),
   `shift` as in `bounds`. A list, with None for a column without any value. Some segments at a time, so that their
   bytes are at hand for every column. */
static PyObject *cut(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[9], *result = NULL;
  Py_ssize_t size;
  const int32_t *rows, *shift;
  Column columns[MOST_COLUMNS];
  if (!PyArg_ParseTuple(args, "OOOOOOOOOn", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7], &o[8], &size))
    return NULL;
  READ(uint8_t, data, o[0]);
  OPEN_INDEX(o[1], o[2], o[3]);
  READ(int32_t, first, o[4]);
  READ(int32_t, count, o[5]);
  READ(int32_t, places, o[7]);
  Py_ssize_t width = places_count / 2, opened = 0;
  if (count_count != first_count || places_count % 2 || width > MOST_COLUMNS)
    return refuse(&arrays, "arrays of one length are needed");
  for (Py_ssize_t k = 0; k < places_count; k++)
    if (places[k] < 0) return refuse(&arrays, "no such element");
  if (!shift_of(&arrays, o[6], first_count, &shift)) { release(&arrays); return NULL; }
  if (!rows_of(&arrays, o[8], first_count, size, &rows)) { release(&arrays); return NULL; }
  int good = 1;
  while (good && opened < width) good = open_column(&columns[opened++], size);
  for (Py_ssize_t from = 0; good && from < first_count; from += AT_ONCE) {
    Py_ssize_t stop = from + AT_ONCE < first_count ? from + AT_ONCE : first_count;
    for (Py_ssize_t i = from; good && i < stop; i++) {
      good = within(&index, first[i], count[i]);
      if (i + AT_ONCE < first_count) FETCH(index.ends + first[i + AT_ONCE]);
    }
    for (Py_ssize_t i = from; good && i < stop; i++) {
      FETCH(data + index.ends[first[i]]);
      FETCH(data + index.ends[first[i]] + 64);
    }
    Tile tile = {first + from, count + from, shift ? shift + from : NULL, rows ? rows + from : NULL, stop - from, from};
    count_elements(&tile);
    for (Py_ssize_t k = 0; good && k < width; k++)
      good = add_tile(&columns[k], &index, data, data_count, &tile, places[2 * k], places[2 * k + 1], size,
                      first_count - stop);
  }
  for (Py_ssize_t k = 0; good && k < width; k++) good = !columns[k].filled || fit(&columns[k], size);
  if (!good && !PyErr_Occurred())
    PyErr_SetString(PyExc_ValueError, "a segment outside of the index, rows that do not ascend, or too much text");
  if (good) result = PyList_New(width);
  for (Py_ssize_t k = 0; k < opened; k++) {
    PyObject *one = column_result(&columns[k], size);
    if (!one && good && !columns[k].filled) one = Py_NewRef(Py_None);
    if (result && (!one || PyList_SetItem(result, k, one) < 0)) Py_CLEAR(result);
    else if (!result) Py_XDECREF(one);
  }
  release(&arrays);
  return result;
}

/* numbers(data, start, end, decimals, value, state)
   Plain numbers (digits, at most one point, a minus) times 10^decimals. state: 0 absent, 1 read, 2 to be looked at
   (another notation, more decimals, a very large number). Returns how many are to be looked at. */
static PyObject *numbers(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  int decimals;
  if (!PyArg_ParseTuple(args, "OOOiOO", &o[0], &o[1], &o[2], &decimals, &o[3], &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(int32_t, end, o[2]);
  WRITE(int64_t, value, o[3]);
  WRITE(uint8_t, state, o[4]);
  Py_ssize_t size = start_count, unsure = 0;
  if (end_count != size || value_count != size || state_count != size || decimals < 0 || decimals > 4)
    return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    int32_t at = start[i], stop = end[i];
    if (i + AHEAD < size) FETCH(data + start[i + AHEAD]);
    value[i] = 0;
    if (stop <= at) { state[i] = 0; continue; }
    if (at < 0 || stop > data_count) { wrong = "a value outside of the bytes"; break; }
    int minus = data[at] == '-', digits = 0, after = -1;
    int64_t sum = 0;
    at += minus;
    int good = stop - at > 0 && stop - at <= 15;
    for (; good && at < stop; at++) {
      unsigned figure = (unsigned)data[at] - '0';
      if (figure < 10) {
        sum = sum * 10 + figure;
        digits++;
        after += after >= 0;
      } else if (data[at] == '.' && after < 0) {
        after = 0;
      } else {
        good = 0;
      }
    }
    if (after < 0) after = 0;
    good = good && digits > 0 && after <= decimals;
    if (good)
      for (int more = after; more < decimals; more++) sum *= 10;
    good = good && sum < 1000000000000000;
    if (good) value[i] = minus ? -sum : sum;
    state[i] = good ? 1 : 2;
    unsure += !good;
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(unsure);
}

/* days(data, start, wanted, first_year, table, unknown, day)
   Day numbers of CCYYMMDD where `wanted`, by a table of every day of the years from `first_year`; else `unknown`. */
static PyObject *days(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  int first_year, unknown;
  if (!PyArg_ParseTuple(args, "OOOiOiO", &o[0], &o[1], &o[2], &first_year, &o[3], &unknown, &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(uint8_t, wanted, o[2]);
  READ(int32_t, table, o[3]);
  WRITE(int32_t, day, o[4]);
  Py_ssize_t size = start_count;
  if (wanted_count != size || day_count != size) return refuse(&arrays, "arrays of one length are needed");
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    day[i] = unknown;
    if (i + AHEAD < size) FETCH(data + start[i + AHEAD]);
    if (!wanted[i] || start[i] < 0 || (Py_ssize_t)start[i] + 8 > data_count) continue;
    const uint8_t *text = data + start[i];
    int number = 0, good = 1;
    for (int k = 0; k < 8; k++) {
      unsigned figure = (unsigned)text[k] - '0';
      good &= figure < 10;
      number = number * 10 + (int)(figure < 10 ? figure : 0);
    }
    int year = number / 10000 - first_year, month = number / 100 % 100 - 1, of_month = number % 100 - 1;
    if (!good || year < 0 || month < 0 || month > 11 || of_month < 0 || of_month > 30) continue;
    Py_ssize_t place = (Py_ssize_t)year * 372 + month * 31 + of_month;
    if (place < table_count) day[i] = table[place];
  }
  Py_END_ALLOW_THREADS
  release(&arrays);
  return Py_NewRef(Py_None);
}

/* The code of a value of one to three characters, 0 for any other: index.pack. */
static inline uint16_t code_of(const uint8_t *data, Py_ssize_t data_count, const uint16_t *values, int32_t start,
                               int32_t length) {
  if (length < 1 || length > 3 || start < 0 || (Py_ssize_t)start + length > data_count) return 0;
  unsigned code = values[data[start]] * 38u;
  if (length > 1) code += values[data[start + 1]];
  code *= 38u;
  if (length > 2) code += values[data[start + 2]];
  return (uint16_t)code;
}

/* codes(data, start, length, values, code): index.pack_at. */
static PyObject *codes(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  if (!PyArg_ParseTuple(args, "OOOOO", &o[0], &o[1], &o[2], &o[3], &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(int32_t, length, o[2]);
  READ(uint16_t, values, o[3]);
  WRITE(uint16_t, code, o[4]);
  if (length_count != start_count || code_count != start_count || values_count != 256)
    return refuse(&arrays, "arrays of one length are needed");
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < start_count; i++) {
    if (i + AHEAD < start_count) FETCH(data + start[i + AHEAD]);
    code[i] = code_of(data, data_count, values, start[i], length[i]);
  }
  Py_END_ALLOW_THREADS
  release(&arrays);
  return Py_NewRef(Py_None);
}

/* says_more(data, ends, component_at, until, first, count, last, runs, constants, parts, values, more)
   Whether a segment says more than what columns take: something after element `last`; in one of the `runs` (first and
   last element of each); another code than a constant (element and code of each); so many components (`parts`: element
   and number of each). columns._says_more. */
static PyObject *says_more(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[11];
  int last;
  if (!PyArg_ParseTuple(args, "OOOOOOiOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &last, &o[6], &o[7], &o[8], &o[9],
                        &o[10]))
    return NULL;
  READ(uint8_t, data, o[0]);
  OPEN_INDEX(o[1], o[2], o[3]);
  READ(int32_t, first, o[4]);
  READ(int32_t, count, o[5]);
  READ(int32_t, runs, o[6]);
  READ(int32_t, constants, o[7]);
  READ(int32_t, parts, o[8]);
  READ(uint16_t, values, o[9]);
  WRITE(uint8_t, more, o[10]);
  Py_ssize_t size = first_count, found = 0;
  if (count_count != size || more_count != size || values_count != 256 || last < 0 ||
      runs_count % 2 || constants_count % 2 || parts_count % 2)
    return refuse(&arrays, "arrays of one length are needed");
  for (Py_ssize_t k = 0; k < runs_count; k += 2)
    if (runs[k] < 1 || runs[k + 1] < runs[k]) return refuse(&arrays, "no such elements");
  for (Py_ssize_t k = 0; k < constants_count; k += 2)
    if (constants[k] < 1) return refuse(&arrays, "no such element");
  for (Py_ssize_t k = 0; k < parts_count; k += 2)
    if (parts[k] < 1) return refuse(&arrays, "no such element");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    int32_t from = first[i], elements = count[i];
    if (i + AHEAD < size) FETCH(index.ends + first[i + AHEAD]);
    if (!within(&index, from, elements)) { wrong = "no such segment"; break; }
    int says = elements > last && index.ends[from + elements] - index.ends[from + last] > elements - last;
    for (Py_ssize_t k = 0; k < runs_count && !says; k += 2) {
      int32_t low = runs[k], high = runs[k + 1] < elements ? runs[k + 1] : elements;
      says = elements >= low && index.ends[from + high] - index.ends[from + low - 1] > high - low + 1;
    }
    for (Py_ssize_t k = 0; k < constants_count && !says; k += 2) {
      int32_t start, end;
      place_of(&index, from, elements, constants[k], 0, &start, &end);
      says = end > start && code_of(data, data_count, values, start, end - start) != constants[k + 1];
    }
    for (Py_ssize_t k = 0; k < parts_count && !says; k += 2)
      says = elements >= parts[k] && index.until[from + parts[k]] - index.until[from + parts[k] - 1] >= parts[k + 1];
    more[i] = (uint8_t)says;
    found += says;
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(found);
}

/* symbols(data, ends, component_at, until, first, count, kind, element, table, values, symbol)
   loops.symbols_of: the symbol of each segment, by its kind and, where the grammar asks, the code in one element. */
static PyObject *symbols(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[11];
  if (!PyArg_ParseTuple(args, "OOOOOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7], &o[8], &o[9],
                        &o[10]))
    return NULL;
  READ(uint8_t, data, o[0]);
  OPEN_INDEX(o[1], o[2], o[3]);
  READ(int32_t, first, o[4]);
  READ(int32_t, count, o[5]);
  READ(uint8_t, kind, o[6]);
  READ(int8_t, element, o[7]);
  READ(int16_t, table, o[8]);
  READ(uint16_t, values, o[9]);
  WRITE(int16_t, symbol, o[10]);
  Py_ssize_t size = first_count, width = element_count ? table_count / element_count : 0;
  if (count_count != size || kind_count != size || symbol_count != size ||
      values_count != 256 || !width)
    return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    if (kind[i] >= element_count || !within(&index, first[i], count[i])) { wrong = "no such segment"; break; }
    uint16_t code = 0;
    if (element[kind[i]] > 0) {
      int32_t start, end;
      place_of(&index, first[i], count[i], element[kind[i]], 1, &start, &end);
      code = code_of(data, data_count, values, start, end - start);
    }
    symbol[i] = code < width ? table[kind[i] * width + code] : 0;
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return Py_NewRef(Py_None);
}

/* states(step, width, symbols, states, at, state): steps forward from segment `at`, `state` being the one before it,
   until a step that is not known (-1) or the end; returns where it stopped. */
static PyObject *states(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[3];
  Py_ssize_t width, at, state;
  if (!PyArg_ParseTuple(args, "OnOOnn", &o[0], &width, &o[1], &o[2], &at, &state)) return NULL;
  READ(int16_t, step, o[0]);
  READ(int16_t, symbol, o[1]);
  WRITE(int16_t, found, o[2]);
  if (found_count != symbol_count || at < 0 || width < 1) return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (; at < symbol_count; at++) {
    Py_ssize_t place = state * width + symbol[at];
    if (symbol[at] < 0 || symbol[at] >= width || place < 0 || place >= step_count)
      { wrong = "no such step"; break; }
    if (step[place] < 0) break;
    state = found[at] = step[place];
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(at);
}

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
static PyObject *remember(PyObject *self, PyObject *args) {
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
static PyObject *screen(PyObject *self, PyObject *args) {
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

/* A piece of every row: the same text, or the row's own of an Arrow string array. */
typedef struct {
  Py_buffer buffers[3]; /* offsets, text, valid; or the text alone */
  int taken;
  const uint8_t *text, *valid;
  const int32_t *offsets; /* NULL: the same text in every row */
  Py_ssize_t length, text_count, first;
} Piece;

static int take_buffer(Piece *piece, PyObject *object) {
  if (PyObject_GetBuffer(object, &piece->buffers[piece->taken], PyBUF_SIMPLE) < 0) return 0;
  piece->taken++;
  return 1;
}

/* A piece from bytes, or from (offsets, text or None, valid or None, first row) of an array. */
static int open_piece(Piece *piece, PyObject *object, Py_ssize_t size) {
  memset(piece, 0, sizeof(Piece));
  if (PyBytes_Check(object)) {
    if (!take_buffer(piece, object)) return 0;
    piece->text = piece->buffers[0].buf;
    piece->length = piece->text_count = piece->buffers[0].len;
    return 1;
  }
  PyObject *offsets, *text, *valid;
  if (!PyArg_ParseTuple(object, "OOOn", &offsets, &text, &valid, &piece->first)) return 0;
  if (!take_buffer(piece, offsets)) return 0;
  piece->offsets = piece->buffers[0].buf;
  int fits = piece->first >= 0 && piece->buffers[0].len / 4 > piece->first + size &&
             (uintptr_t)piece->offsets % sizeof(int32_t) == 0;
  if (text != Py_None) {
    if (!take_buffer(piece, text)) return 0;
    piece->text = piece->buffers[piece->taken - 1].buf;
    piece->text_count = piece->buffers[piece->taken - 1].len;
  }
  if (valid != Py_None) {
    if (!take_buffer(piece, valid)) return 0;
    piece->valid = piece->buffers[piece->taken - 1].buf;
    fits = fits && piece->buffers[piece->taken - 1].len * 8 >= piece->first + size;
  }
  if (!fits) PyErr_SetString(PyExc_ValueError, "an array of every row is needed");
  return fits;
}

/* Where a row's text lies in a piece, and how long it is; -1 where it is null, -2 where it lies outside. */
static inline Py_ssize_t piece_at(const Piece *piece, Py_ssize_t row, const uint8_t **text) {
  *text = piece->text;
  if (!piece->offsets) return piece->length;
  row += piece->first;
  if (piece->valid && !(piece->valid[row >> 3] >> (row & 7) & 1)) return -1;
  int32_t from = piece->offsets[row], to = piece->offsets[row + 1];
  if (from < 0 || to < from || to > piece->text_count) return -2;
  *text += from;
  return to - from;
}

/* At most so many bytes come of a piece. */
static int64_t most_of(const Piece *piece, Py_ssize_t size) {
  if (!piece->offsets) return (int64_t)piece->length * size;
  int64_t bytes = (int64_t)piece->offsets[piece->first + size] - piece->offsets[piece->first];
  return bytes < 0 ? 0 : bytes;
}

/* join(pieces, size, strict)
   (offsets, valid, bytes, filled) of Arrow strings: of each row the pieces behind each other. Null counts as nothing;
   where `strict` a row with a null piece is null. */
static PyObject *join(PyObject *self, PyObject *args) {
  PyObject *given, *result = NULL;
  Py_ssize_t size, opened = 0;
  int strict;
  if (!PyArg_ParseTuple(args, "Oni", &given, &size, &strict)) return NULL;
  Py_ssize_t count = PyList_Check(given) ? PyList_Size(given) : -1;
  if (count < 1 || size < 0) {
    PyErr_SetString(PyExc_ValueError, "a list of pieces is needed");
    return NULL;
  }
  Piece *pieces = PyMem_Malloc((size_t)count * sizeof(Piece));
  Column column;
  int good = pieces && open_column(&column, size);
  if (!pieces) return PyErr_NoMemory();
  while (good && opened < count) {
    PyObject *one = PyList_GetItem(given, opened); /* borrowed */
    good = one && open_piece(&pieces[opened++], one, size);
  }
  /* As much room as all pieces take where no row is null; what stays empty of it is never looked at. */
  int64_t room = 0;
  for (Py_ssize_t k = 0; good && k < count; k++) room += most_of(&pieces[k], size);
  if (good && room > INT32_MAX) {
    PyErr_SetString(PyExc_ValueError, "more than two gigabytes of text");
    good = 0;
  }
  if (good) good = (column.text_bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)room + SLACK)) != NULL;
  uint8_t *begin = good ? (uint8_t *)PyBytes_AsString(column.text_bytes) : NULL, *end = begin + room;
  column.to = begin;
  for (Py_ssize_t row = 0; good && row < size; row++) {
    uint8_t *row_begin = column.to;
    int there = 1;
    for (Py_ssize_t k = 0; k < count; k++) {
      const uint8_t *text;
      Py_ssize_t own = piece_at(&pieces[k], row, &text);
      if (own == -1) {
        there = !strict;
        if (strict) break;
      } else if (own < 0 || column.to + own > end) {
        good = 0;
        break;
      } else if (own > 0) {
        add_text(&column, pieces[k].text, pieces[k].text_count, (int32_t)(text - pieces[k].text), (int32_t)own);
      }
    }
    column.offsets[row] = (int32_t)(row_begin - begin);
    if (there) {
      column.valid[row >> 3] |= (uint8_t)(1 << (row & 7));
      column.filled++;
    } else {
      column.to = row_begin;
    }
  }
  if (good) column.offsets[size] = (int32_t)(column.to - begin);
  else if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a text outside of its bytes");
  if (!good) Py_CLEAR(column.text_bytes);
  result = column_result(&column, size);
  while (opened > 0) {
    Piece *piece = &pieces[--opened];
    while (piece->taken > 0) PyBuffer_Release(&piece->buffers[--piece->taken]);
  }
  PyMem_Free(pieces);
  return result;
}

/* money(cents, valid, first)
   (offsets, valid, bytes, filled) of dollars with as few digits as say it: 12550 is 125.5, 50 is .5, -1200 is -12.
   `valid`: the marks of an Arrow array whose row `first` is the first of `cents`, or None where all are there. */
static PyObject *money(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[2], *result;
  Py_ssize_t first, marks_count = 0;
  Column column;
  if (!PyArg_ParseTuple(args, "OOn", &o[0], &o[1], &first)) return NULL;
  READ(int64_t, cents, o[0]);
  const uint8_t *marks = NULL;
  if (o[1] != Py_None) {
    marks = items(&arrays, o[1], 1, 0, &marks_count);
    if (!marks) { release(&arrays); return NULL; }
  }
  if (first < 0 || (marks && marks_count * 8 < first + cents_count)) return refuse(&arrays, "a mark of every row is needed");
  if (cents_count > INT32_MAX / MOST_FIGURES) return refuse(&arrays, "too many amounts for one array");
  int good = open_column(&column, cents_count);
  if (good) good = (column.text_bytes = PyBytes_FromStringAndSize(NULL, cents_count * MOST_FIGURES + SLACK)) != NULL;
  column.to = good ? (uint8_t *)PyBytes_AsString(column.text_bytes) : NULL;
  uint8_t *begin = column.to;
  for (Py_ssize_t row = 0; good && row < cents_count; row++) {
    column.offsets[row] = (int32_t)(column.to - begin);
    if (marks && !(marks[(first + row) >> 3] >> ((first + row) & 7) & 1)) continue;
    column.valid[row >> 3] |= (uint8_t)(1 << (row & 7));
    column.filled++;
    uint64_t amount = cents[row] < 0 ? 0 - (uint64_t)cents[row] : (uint64_t)cents[row], dollars = amount / 100;
    unsigned part = (unsigned)(amount % 100);
    uint8_t figures[20];
    int digits = 0;
    if (cents[row] < 0) *column.to++ = '-';
    for (; dollars; dollars /= 10) figures[digits++] = (uint8_t)('0' + dollars % 10);
    if (!amount) *column.to++ = '0';
    while (digits > 0) *column.to++ = figures[--digits];
    if (part) {
      *column.to++ = '.';
      *column.to++ = (uint8_t)('0' + part / 10);
      if (part % 10) *column.to++ = (uint8_t)('0' + part % 10);
    }
  }
  if (good) column.offsets[cents_count] = (int32_t)(column.to - begin);
  result = column_result(&column, cents_count);
  release(&arrays);
  return result;
}

static PyMethodDef methods[] = {
    {"scan", scan, METH_VARARGS, "Every delimiter of a run of bytes."},
    {"starts", starts, METH_VARARGS, "Where segments start."},
    {"take", take, METH_VARARGS, "The value at each place."},
    {"owners", owners, METH_VARARGS, "Which iteration of a loop each place is in."},
    {"bounds", bounds, METH_VARARGS, "Where an element or component of segments lies."},
    {"cut", cut, METH_VARARGS, "Elements of segments as the buffers of Arrow strings."},
    {"texts", texts, METH_VARARGS, "Values as the buffers of Arrow strings."},
    {"numbers", numbers, METH_VARARGS, "Plain numbers."},
    {"days", days, METH_VARARGS, "Day numbers of CCYYMMDD."},
    {"codes", codes, METH_VARARGS, "Packed codes of short values."},
    {"says_more", says_more, METH_VARARGS, "Which segments say more than what columns take."},
    {"symbols", symbols, METH_VARARGS, "The grammar's symbol of each segment."},
    {"remember", remember, METH_VARARGS, "Put hashes into a memory."},
    {"join", join, METH_VARARGS, "Texts put behind each other, row by row."},
    {"money", money, METH_VARARGS, "Cents as dollars."},
    {"screen", screen, METH_VARARGS, "Which segments have elements that are not surely right."},
    {"states", states, METH_VARARGS, "The grammar's state after each segment."},
    {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_compiled", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__compiled(void) { return PyModuleDef_Init(&module); }
