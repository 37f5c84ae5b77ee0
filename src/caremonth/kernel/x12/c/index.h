/* Where the elements of segments lie. */
#ifndef CAREMONTH_INDEX_H
#define CAREMONTH_INDEX_H
#include "arrays.h"

#define MOST_SHIFT (1 << 30)

/* Where the elements of a block end, and the separators inside them: see index.py. */
typedef struct {
  const int32_t *ends, *component_at, *until;
  Py_ssize_t ends_count, component_count;
} Index;

/* The index of these three arrays; 0 and an exception where they do not belong together. */
static inline int open_index(Arrays *arrays, PyObject *ends, PyObject *component_at, PyObject *until, Index *index) {
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
static inline int shift_of(Arrays *arrays, PyObject *object, Py_ssize_t count, const int32_t **shift) {
  Py_ssize_t found = count;
  *shift = NULL;
  if (object != Py_None && !(*shift = items(arrays, object, 4, 0, &found))) return 0;
  int good = found == count;
  for (Py_ssize_t i = 0; *shift && good && i < count; i++) good = (*shift)[i] >= 0 && (*shift)[i] < MOST_SHIFT;
  if (!good) PyErr_SetString(PyExc_ValueError, "a shift, of no less than nothing, is needed for every segment");
  return good;
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

#endif
