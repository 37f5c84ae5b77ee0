/* Writing: texts put behind each other, and cents as dollars. */
#include "column.h"
#include "functions.h"

#define MOST_FIGURES 22 /* of an amount: a minus, nineteen digits, a point (with a digit less before it) */

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
PyObject *join(PyObject *self, PyObject *args) {
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
PyObject *money(PyObject *self, PyObject *args) {
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
