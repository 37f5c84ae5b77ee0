/* A column of Arrow strings in the making. */
#ifndef CAREMONTH_COLUMN_H
#define CAREMONTH_COLUMN_H
#include "arrays.h"

#define SLACK 16 /* short texts are copied sixteen bytes at a time */

/* One column of Arrow strings in the making: what `texts` and `cut` give back of it. */
typedef struct {
  PyObject *offset_bytes, *valid_bytes, *text_bytes;
  int32_t *offsets;
  uint8_t *valid, *to;
  int64_t total;
  Py_ssize_t filled, next, room;
} Column;

static inline int open_column(Column *column, Py_ssize_t size) {
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
static inline int close_lengths(Column *column, Py_ssize_t size) {
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
static inline int fit(Column *column, Py_ssize_t size) {
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
static inline PyObject *column_result(Column *column, Py_ssize_t size) {
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

#endif
